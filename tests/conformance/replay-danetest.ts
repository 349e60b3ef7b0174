import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseMatch, matchTlsa, type TlsaMatch } from '#lib/dane/match.ts';
import type { Certificate } from '#lib/x509/certificate.ts';
import { isIssuedBy, parseCertificate } from '#lib/x509/certificate.ts';
import type { ReadChain } from '#lib/x509/read-chain.ts';
import { runOpenssl } from '#tests/support/openssl.ts';
import type { DaneCase } from './parse-danetest.ts';

/** Numbers of OpenSSL's X509_V_ERR that the cases expect. */
const verifyErrors = { none: 0, noIssuer: 20, hostname: 62, noMatch: 65 } as const;

export interface DaneSetting {
  /** Name that the client asked for. */
  readonly host: string;
  /** Trusted roots, PEM. */
  readonly roots: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Compares our DANE matching with what one case expects; null where they agree. PKIX paths come from OpenSSL. */
export async function replayDaneCase(test: DaneCase, { host, roots, now }: DaneSetting): Promise<string | null> {
  const match = matchTlsa({
    records: test.records,
    chain: test.chain.map(readPem),
    verifiedPath: await findPkixPath(test, { host, roots, now }),
    host,
    policy: 'mua',
    now,
    checksNameOfUsage3: !test.ignoresNameOfUsage3,
  });
  const ours = summarise(match);
  if (ours.result === test.result && ours.depth === test.depth) return null;
  return `expected ${test.result} at depth ${test.depth}, ours ${ours.result} at depth ${ours.depth} (${ours.why})`;
}

/** The certificates of PEM text, in its order. */
export function splitPem(text: string): readonly string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
}

/** The moment the youngest certificate became valid: the cases are about names and paths, not about today. */
export function timeInDate(cases: readonly DaneCase[]): number {
  const starts = cases.flatMap(({ chain }) => chain.flatMap((pem) => readPem(pem)?.notBefore ?? []));
  return starts.reduce((latest, one) => Math.max(latest, one), 0);
}

function summarise(match: TlsaMatch): { readonly result: number; readonly depth: number; readonly why: string } {
  const chosen = chooseMatch(match);
  if (chosen !== null) return { result: verifyErrors.none, depth: chosen.depth, why: 'match' };
  for (const outcome of match.outcomes) {
    if (outcome.kind !== 'no-match' || outcome.depth === null) continue;
    const { why, depth } = outcome;
    if (why === 'name') return { result: verifyErrors.hostname, depth, why };
    if (why === 'pkix') return { result: verifyErrors.noIssuer, depth, why };
  }
  const whys = match.outcomes.map((outcome) => (outcome.kind === 'match' ? 'match' : outcome.why));
  return { result: verifyErrors.noMatch, depth: -1, why: whys.join(', ') };
}

/** From the leaf to a trusted root where OpenSSL trusts the leaf; null where it does not. */
async function findPkixPath({ chain, records }: DaneCase, { roots, now }: DaneSetting): Promise<ReadChain | null> {
  const [leaf, ...sent] = chain;
  if (leaf === undefined) return null;
  // Certificates that stand whole in CA records help to build a path, as those that a server sends do.
  const written = records
    .filter(({ usage, selector, matchingType }) => [0, 2].includes(usage) && selector === 0 && matchingType === 0)
    .map(({ data }) => toPem(Buffer.from(data, 'hex')));
  const untrusted = [...sent, ...written];
  const folder = mkdtempSync(join(tmpdir(), 'danetest-'));
  try {
    const file = (name: string, pem: readonly string[]): string => {
      writeFileSync(join(folder, name), pem.join('\n'));
      return join(folder, name);
    };
    const args = ['-purpose', 'sslserver', '-attime', String(Math.ceil(now / 1000)), '-no-CAfile', '-no-CApath'];
    const files = ['-trusted', file('roots.pem', roots)];
    if (untrusted.length > 0) files.push('-untrusted', file('untrusted.pem', untrusted));
    await runOpenssl(['verify', ...args, ...files], leaf);
  } catch (error) {
    // An exit status means that OpenSSL does not trust it; anything else, that it could not be asked.
    if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number') return null;
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
  return climb(readPem(leaf), [...roots, ...untrusted].map(readPem));
}

function climb(leaf: Certificate | null, issuers: ReadChain): ReadChain | null {
  if (leaf === null) return null;
  const path = [leaf];
  for (let top: Certificate = leaf; path.length <= issuers.length;) {
    const issuer = issuers.find((one) => one !== null && !path.includes(one) && isIssuedBy(top, one)) ?? null;
    if (issuer === null || isIssuedBy(top, top)) break;
    path.push(issuer);
    top = issuer;
  }
  return path;
}

function readPem(pem: string): Certificate | null {
  const certificate = parseCertificate(Buffer.from(pem.replace(/-----[^-]*-----/g, ''), 'base64'));
  return certificate.ok ? certificate.value : null;
}

function toPem(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----`;
}

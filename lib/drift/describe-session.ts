import { z } from 'zod';
import { showText, showTime } from '../checks/wording.ts';
import { keyOf, organisationOf } from './baseline.ts';
import { compareSets, genericDifference } from './generic-difference.ts';
import { failure, tlsFacts } from '../model/observation-schema.ts';
import type { TlsFacts } from '../model/observation.ts';
import type { CertificateSet } from '../model/span.ts';
import type { Certificate } from '../x509/certificate.ts';
import { readChain } from '../x509/read-chain.ts';

const identity = z.array(z.tuple([z.string(), z.string().nullable()])).nullish();

/** What clients met at one address, as it is stored: certificates by fingerprint. */
const sessionFacts = z.looseObject({
  capabilitiesBeforeTls: z.array(z.string()).nullable(),
  capabilitiesAfterTls: z.array(z.string()).nullable(),
  starttls: z.string(),
  tls: tlsFacts.nullable(),
  failure: failure.nullable(),
  identityBeforeTls: identity,
  identityAfterTls: identity,
});

/** Fingerprints of the leaves that stored facts of a session name. */
export function leavesOfSession(stored: unknown): readonly string[] {
  const facts = sessionFacts.safeParse(stored);
  const [leaf] = facts.success ? (facts.data.tls?.chain ?? []) : [];
  return leaf === undefined ? [] : [leaf];
}

/** Fields that have words of their own; a greeting that did not come, the failure tells. */
const told: ReadonlySet<string> = new Set([...Object.keys(sessionFacts.shape), 'greeted']);

/** The differences of two sessions with one address; null where they are not of this version. */
export function describeSession(
  stored: { readonly before: unknown; readonly after: unknown },
  certificates: CertificateSet,
): readonly string[] | null {
  const before = sessionFacts.safeParse(stored.before);
  const after = sessionFacts.safeParse(stored.after);
  if (!before.success || !after.success) return null;
  const [old, now] = [before.data, after.data];
  // What an older version did not keep has not changed.
  const others = Object.keys(now).filter((key) => !told.has(key) && key in old);
  const rest = (facts: Readonly<Record<string, unknown>>) => Object.fromEntries(others.map((key) => [key, facts[key]]));
  const ended = describeEnd(old.failure, now.failure);
  // What a session that ended early did not get to see has not gone.
  const capabilities = [
    ...describeCapabilities('', [old.capabilitiesBeforeTls, now.capabilitiesBeforeTls]),
    ...describeCapabilities(' under TLS', [old.capabilitiesAfterTls, now.capabilitiesAfterTls]),
  ];
  const starttls =
    old.starttls !== now.starttls && now.starttls !== 'not-reached' && old.starttls !== 'not-reached'
      ? [`STARTTLS: ${old.starttls} → ${now.starttls}`]
      : [];
  const identities = [
    ...describeIdentity('', [old.identityBeforeTls, now.identityBeforeTls]),
    ...describeIdentity(' under TLS', [old.identityAfterTls, now.identityAfterTls]),
  ];
  const tls = old.tls === null || now.tls === null ? [] : describeTls(old.tls, now.tls, certificates);
  return [...ended, ...starttls, ...tls, ...capabilities, ...identities, ...genericDifference(rest(old), rest(now))];
}

type End = z.infer<typeof failure> | null;

function describeEnd(before: End, after: End): readonly string[] {
  const words = (end: End) => (end === null ? '' : `${end.stage}: ${end.reason}`);
  if (words(before) === words(after)) return [];
  if (after === null) return [`works again (before: ${words(before)})`];
  return [`${before === null ? 'no longer works' : 'fails in another way'}: ${words(after)}`];
}

function describeCapabilities(
  where: string,
  [before, after]: readonly [readonly string[] | null, readonly string[] | null],
): readonly string[] {
  if (before === null || after === null) return [];
  const written = new Map([...before, ...after].map((capability) => [normalise(capability), capability]));
  const { added, gone } = compareSets(before.map(normalise), after.map(normalise));
  const show = (name: string) => showText(written.get(name) ?? name, 100);
  return [
    ...gone.map((name) => `capability ${show(name)}${where} gone`),
    ...added.map((name) => `capability ${show(name)}${where} new`),
  ];
}

type Identity = z.infer<typeof identity>;

/** Fields of the answer to ID; one that was refused, or not asked for, tells nothing. */
function describeIdentity(where: string, [before, after]: readonly [Identity, Identity]): readonly string[] {
  if (before === null || before === undefined || after === null || after === undefined) return [];
  const [old, now] = [new Map(before), new Map(after)];
  const show = (value: string | null | undefined) => showText(value ?? 'nothing', 120);
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((key) => old.get(key) !== now.get(key))
    .map((key) => `ID field ${showText(key, 30)}${where}: ${show(old.get(key))} → ${show(now.get(key))}`);
}

/** `AUTH PLAIN LOGIN` and `AUTH LOGIN PLAIN` are the same. */
function normalise(capability: string): string {
  const [name = '', ...values] = capability.trim().toUpperCase().split(/\s+/);
  return [name, ...values.toSorted()].join(' ');
}

/** Differences of two handshakes. */
function describeTls(before: TlsFacts, after: TlsFacts, certificates: CertificateSet): readonly string[] {
  const lines: string[] = [];
  if (before.version !== after.version) lines.push(`TLS version: ${before.version} → ${after.version}`);
  if (before.cipher !== after.cipher) lines.push(`cipher: ${before.cipher} → ${after.cipher}`);
  const [oldLeaf, newLeaf] = [before.chain[0], after.chain[0]];
  if (oldLeaf !== newLeaf) lines.push(describeCertificate(oldLeaf, newLeaf, certificates));
  else if (before.chain.join() !== after.chain.join())
    lines.push('chain: the same certificate with other ones after it');
  const trust = ({ pkix }: TlsFacts) => (pkix.trusted ? 'trusted' : pkix.error);
  if (trust(before) !== trust(after)) lines.push(`trust: ${trust(before)} → ${trust(after)}`);
  return lines.map((line) => showText(line, 300));
}

function describeCertificate(
  before: string | undefined,
  after: string | undefined,
  certificates: CertificateSet,
): string {
  const [old, now] = [read(before, certificates), read(after, certificates)];
  if (old === null || now === null) return 'certificate: another one';
  const names = compareSets(old.dnsNames, now.dnsNames);
  const [oldIssuer, newIssuer] = [organisationOf(old.issuer), organisationOf(now.issuer)];
  const parts = [
    keyOf(old) === keyOf(now) ? 'same key' : 'new key',
    oldIssuer === newIssuer ? `issuer still ${oldIssuer}` : `issuer ${oldIssuer} → ${newIssuer}`,
    ...(names.gone.length === 0 ? [] : [`names gone: ${names.gone.slice(0, 5).join(', ')}`]),
    ...(names.added.length === 0 ? [] : [`names new: ${names.added.slice(0, 5).join(', ')}`]),
    `valid until ${showTime(now.notAfter)}`,
  ];
  return `certificate: ${parts.join(', ')}`;
}

function read(fingerprint: string | undefined, certificates: CertificateSet): Certificate | null {
  const der = fingerprint === undefined ? undefined : certificates.get(fingerprint);
  return der === undefined ? null : (readChain([der])[0] ?? null);
}

import type { AddressSession } from '../model/observation.ts';
import type { Certificate } from '../x509/certificate.ts';
import { readChain } from '../x509/read-chain.ts';
import type { Comparison } from './comparison.ts';

interface Shown {
  readonly address: string;
  readonly leaf: Certificate;
  readonly trusted: boolean;
}

const dayMs = 86_400_000;

/**
 * Compares the leaf certificates of addresses. Another key type alone is no difference (RSA here, ECDSA there), and
 * another key alone is only worth a note. What fails: other names, other trust, or a certificate in the last third of
 * its life that the siblings have replaced already.
 */
export function compareCertificates(sessions: readonly AddressSession[], now: number): Comparison {
  const shown = sessions.flatMap(({ address, tls }): readonly Shown[] => {
    const leaf = tls === null ? null : (readChain(tls.chain)[0] ?? null);
    return tls === null || leaf === null ? [] : [{ address, leaf, trusted: tls.pkix.trusted }];
  });
  const reference = pickReference(shown);
  if (reference === undefined) return { compared: shown.length, divergence: null };
  const compared = shown.map((one) => ({ one, ...compareWith(reference, one, now) }));
  const odd = compared.filter(({ difference }) => difference !== null);
  if (odd.length === 0) return { compared: shown.length, divergence: null };
  const worst = (['fail', 'warn', 'info'] as const).find((level) => odd.some(({ verdict }) => verdict === level));
  return {
    compared: shown.length,
    divergence: {
      verdict: worst ?? 'info',
      odd: odd.map(({ one }) => one.address),
      siblings: compared.filter(({ difference }) => difference === null).map(({ one }) => one.address),
      common: [`${reference.leaf.subject.slice(0, 60)} valid to ${showDay(reference.leaf.notAfter)}`],
      differences: odd.map(({ one, difference }) => `${one.address} ${difference ?? ''}`),
    },
  };
}

/** The certificate that most addresses show; with equal counts a trusted one, then the one that lasts longest. */
function pickReference(shown: readonly Shown[]): Shown | undefined {
  const count = ({ leaf }: Shown): number => shown.filter((one) => one.leaf.fingerprint === leaf.fingerprint).length;
  return [...shown].sort(
    (a, b) => count(b) - count(a) || Number(b.trusted) - Number(a.trusted) || b.leaf.notAfter - a.leaf.notAfter,
  )[0];
}

function compareWith(
  reference: Shown,
  one: Shown,
  now: number,
): { readonly verdict: 'info' | 'warn' | 'fail'; readonly difference: string | null } {
  const [a, b] = [reference.leaf, one.leaf];
  if (a.fingerprint === b.fingerprint && reference.trusted === one.trusted)
    return { verdict: 'info', difference: null };
  const older = a.notAfter < b.notAfter ? a : b;
  const isOverdue = older.notAfter - now < (older.notAfter - older.notBefore) / 3;
  const otherTrust = reference.trusted !== one.trusted;
  const otherNames = showNames(a) !== showNames(b);
  const otherAge = Math.abs(a.notAfter - b.notAfter) > dayMs;
  const differences = [
    ...(otherAge ? [`shows one valid to ${showDay(b.notAfter)}`] : []),
    ...(otherNames ? [`is for ${b.dnsNames.slice(0, 3).join(' ') || 'no DNS name'}`] : []),
    ...(otherTrust ? [one.trusted ? 'is trusted' : 'is not trusted'] : []),
  ];
  if (differences.length > 0) {
    const verdict = otherTrust || otherNames || isOverdue ? 'fail' : 'warn';
    return { verdict, difference: differences.join(' and ') };
  }
  if (a.keyType !== b.keyType) return { verdict: 'info', difference: null };
  return { verdict: 'info', difference: 'shows one with the same names and dates and another key' };
}

function showNames({ dnsNames }: Certificate): string {
  return [...new Set(dnsNames)].sort().join(' ');
}

function showDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

import { explainReason } from '#lib/dnssec/explain.ts';
import type { Dnssec, DnssecState, SignatureResult } from '#lib/model/dnssec.ts';
import type { Tone } from './ui/tone.ts';

/*
 * How DNSSEC reads on a page. One place, so that a state has the same word, tone and line in every picture and table.
 */

const algorithms: Readonly<Record<number, string>> = {
  1: 'RSA/MD5',
  3: 'DSA',
  5: 'RSA/SHA-1',
  6: 'DSA, NSEC3',
  7: 'RSA/SHA-1, NSEC3',
  8: 'RSA/SHA-256',
  10: 'RSA/SHA-512',
  12: 'GOST',
  13: 'ECDSA P-256',
  14: 'ECDSA P-384',
  15: 'Ed25519',
  16: 'Ed448',
};

/** `13 ECDSA P-256`: number and usual name of a DNSSEC algorithm, by the IANA registry. */
export function algorithmText(algorithm: number): string {
  return `${algorithm} ${algorithms[algorithm] ?? 'unknown'}`;
}

const digests: Readonly<Record<number, string>> = { 1: 'SHA-1', 2: 'SHA-256', 3: 'GOST', 4: 'SHA-384' };

/** `2 SHA-256`: number and name of a DS digest type, by the IANA registry. 0 is a trust anchor that is the key itself. */
export function digestText(digestType: number): string {
  if (digestType === 0) return 'the key itself';
  return `${digestType} ${digests[digestType] ?? 'unknown'}`;
}

/** `KSK` for a key with the SEP bit, `ZSK` for one without (RFC 4034 section 2.1.1). */
export function keyRole(flags: number): 'KSK' | 'ZSK' {
  return (flags & 1) === 1 ? 'KSK' : 'ZSK';
}

export function isRevoked(flags: number): boolean {
  return (flags & 128) === 128;
}

/** From bad to good. What could not be looked at is worse than what is proven not to be signed. */
const order: readonly DnssecState[] = ['bogus', 'indeterminate', 'insecure', 'secure'];

/** Sorts the worse state first. */
export function compareStates(a: DnssecState, b: DnssecState): number {
  return order.indexOf(a) - order.indexOf(b);
}

export interface Judged {
  readonly tone: Tone;
  readonly word: string;
}

/** What one can say of a state at `now`, in milliseconds: only what is secure, and still is, is good. */
export function judgeState(
  { state, expiresAt }: { readonly state: DnssecState; readonly expiresAt: number | null },
  { now, stale }: { readonly now: number; readonly stale: boolean },
): Judged {
  if (stale) return { tone: 'unknown', word: `Stale, was: ${state}` };
  switch (state) {
    case 'secure':
      return expiresAt !== null && expiresAt < now
        ? { tone: 'unknown', word: 'Was secure, expired since' }
        : { tone: 'ok', word: 'Secure' };
    case 'insecure':
      return { tone: 'info', word: 'Insecure' };
    case 'bogus':
      return { tone: 'crit', word: 'Bogus' };
    case 'indeterminate':
      return { tone: 'unknown', word: 'Indeterminate' };
  }
}

/** The same of what an answer came to. */
export function judgeDnssec(dnssec: Dnssec, context: { readonly now: number; readonly stale: boolean }): Judged {
  return judgeState({ state: dnssec.state, expiresAt: dnssec.state === 'secure' ? dnssec.expiresAt : null }, context);
}

/** Why an answer is not secure, as a fragment to follow its state; null for a secure one. May hold text from strangers. */
export function reasonText(dnssec: Dnssec): string | null {
  switch (dnssec.state) {
    case 'secure':
      return null;
    case 'insecure':
      return `${dnssec.provenAt}: ${explainReason(dnssec.reason)}`;
    case 'bogus':
      return `${dnssec.at}: ${dnssec.why}`;
    case 'indeterminate':
      return dnssec.reason === 'not-validated' ? explainReason(dnssec.reason) : dnssec.why;
  }
}

/** What became of a signature, e.g. `valid` or `its signature has expired`. */
export function signatureStatusText(status: SignatureResult['status']): string {
  return status === 'valid' ? 'valid' : explainReason(status);
}

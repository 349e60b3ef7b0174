import type { SignatureResult } from '../model/dnssec.ts';

/** How urgent the end of a signature is. */
export type SignatureLevel = 'fine' | 'warn' | 'crit' | 'expired';

type SignatureWindow = Pick<SignatureResult, 'inception' | 'expiration'>;

const hourMs = 3_600_000;

/**
 * When the end of a signature becomes a matter, in milliseconds since the epoch: with 25 % of its window left, or 72
 * hours where the window is 12 days or longer; critical with 12 hours or 5 % left, whichever is shorter.
 */
export function readSignatureThresholds({ inception, expiration }: SignatureWindow): {
  readonly warnAt: number;
  readonly critAt: number;
} {
  const windowMs = Math.max(0, expiration - inception);
  return {
    warnAt: expiration - Math.min(windowMs * 0.25, 72 * hourMs),
    critAt: expiration - Math.min(windowMs * 0.05, 12 * hourMs),
  };
}

/** The level at `now`. Exactly on a threshold is still on the better side; so is the expiration (RFC 4034 section 3.1.5). */
export function findSignatureLevel(window: SignatureWindow, now: number): SignatureLevel {
  const { warnAt, critAt } = readSignatureThresholds(window);
  if (now > window.expiration) return 'expired';
  if (now > critAt) return 'crit';
  return now > warnAt ? 'warn' : 'fine';
}

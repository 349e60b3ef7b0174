/** How urgent the end of a certificate is. `page`: somebody has to be woken. */
export type ExpiryLevel = 'fine' | 'warn' | 'crit' | 'page' | 'expired';

interface Validity {
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * When the end of a certificate becomes a matter, in milliseconds since the epoch: at 25, 10 and 5 % of its lifetime
 * left, but not earlier than 30 days, 7 days and 24 hours before the end. A 90 day certificate warns at 22.5 days, one
 * of 160 hours at 40 hours.
 */
export function readThresholds({ notBefore, notAfter }: Validity): {
  readonly warnAt: number;
  readonly critAt: number;
  readonly pageAt: number;
} {
  const lifetimeMs = Math.max(0, notAfter - notBefore);
  return {
    warnAt: notAfter - Math.min(lifetimeMs * 0.25, 30 * dayMs),
    critAt: notAfter - Math.min(lifetimeMs * 0.1, 7 * dayMs),
    pageAt: notAfter - Math.min(lifetimeMs * 0.05, dayMs),
  };
}

/** The level at `now`. A threshold belongs to the worse side: exactly 25 % left warns. notAfter itself is still valid (RFC 5280 section 4.1.2.5). */
export function findExpiryLevel(validity: Validity, now: number): ExpiryLevel {
  const { warnAt, critAt, pageAt } = readThresholds(validity);
  if (now > validity.notAfter) return 'expired';
  if (now >= pageAt) return 'page';
  if (now >= critAt) return 'crit';
  return now >= warnAt ? 'warn' : 'fine';
}

const modulus = 2 ** 32;

/**
 * How many steps `later` is ahead of `earlier` in the serial arithmetic of RFC 1982 with 32 bits: 0 for equal serials,
 * negative where it is behind, null where they are so far apart that the RFC defines no order.
 */
export function serialDistance(earlier: number, later: number): number | null {
  const ahead = (((later - earlier) % modulus) + modulus) % modulus;
  if (ahead === modulus / 2) return null;
  return ahead < modulus / 2 ? ahead : ahead - modulus;
}

/** The serial that no other one is ahead of; null for none. */
export function newestSerial(serials: readonly number[]): number | null {
  return serials.reduce<number | null>(
    (newest, next) => (newest === null || (serialDistance(newest, next) ?? 0) > 0 ? next : newest),
    null,
  );
}

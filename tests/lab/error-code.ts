/**
 * The `code` of a Node error, e.g. EADDRINUSE; null for anything else. Not by `instanceof Error`: inside of Jest,
 * errors of Node itself come from another realm.
 */
export function errorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/**
 * What a caught value says, for a sentence to a person: its message, or where that is empty (Node's AggregateError of
 * several refused addresses) its code.
 */
export function errorText(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  if ('message' in error && typeof error.message === 'string' && error.message !== '') return error.message;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'unknown error';
}

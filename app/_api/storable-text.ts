/**
 * Whether Postgres can keep or compare the text: it has neither NUL nor half a surrogate pair. What it cannot hold is in
 * no row either, so that a request with such text asks for nothing that exists.
 */
export function isStorable(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text);
}

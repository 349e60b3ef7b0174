/**
 * What we know of the DNSSEC state of an answer (RFC 4033 section 5). Four values, never a boolean.
 * A resolver's AD bit is kept beside it as a second opinion and never turns into `secure`.
 */
export type Dnssec =
  | { readonly state: 'secure' }
  | { readonly state: 'insecure'; readonly provenAt: string }
  | { readonly state: 'bogus'; readonly at: string; readonly why: string }
  | { readonly state: 'indeterminate'; readonly why: string };

/** The state of every answer until our own validator exists. */
export const notValidated: Dnssec = { state: 'indeterminate', why: 'not validated' };

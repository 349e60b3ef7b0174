/** A SRVName (RFC 4985): the service a certificate was issued for, within a source domain. */
export interface SrvId {
  /** Label with the underscore, lower case, e.g. `_imaps`. */
  readonly service: string;
  /** A-label form, lower case. */
  readonly domain: string;
}

/** Parses `_imaps.example.org`; undefined where it has not this form. */
export function parseSrvId(text: string): SrvId | undefined {
  const match = /^(_[a-z0-9-]{1,62})\.([a-z0-9.-]{1,253})$/.exec(text.toLowerCase());
  const [, service, domain] = match ?? [];
  return service === undefined || domain === undefined ? undefined : { service, domain };
}

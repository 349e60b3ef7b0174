/** What clients could rely on at an endpoint, all addresses together. Sets are sorted. */
export interface BaselineFacts {
  /** The highest TLS version that every address reached, e.g. `TLSv1.3`; null: none was seen. */
  readonly tlsVersion: string | null;
  /** Whether STARTTLS was offered; null where the endpoint has implicit TLS or it was not seen. */
  readonly starttls: boolean | null;
  /** SHA-256 of the SubjectPublicKeyInfo of each leaf, lower-case hex. */
  readonly keys: readonly string[];
  /** Issuer names of each leaf. */
  readonly issuers: readonly string[];
  /** DNS-IDs that every leaf has. */
  readonly names: readonly string[];
  /** Milliseconds since the epoch: the earliest begin and end of the leaves. */
  readonly notBefore: number | null;
  readonly notAfter: number | null;
}

/** What an endpoint is compared with after a change, and who said that it is right. */
export interface Baseline {
  readonly facts: BaselineFacts;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Null: taken from the first look, or from a change that needed nobody's word. */
  readonly approvedBy: string | null;
  /** A difference that a person refused: it is no longer a question but a fault. */
  readonly rejected: { readonly facts: BaselineFacts; readonly by: string; readonly at: number } | null;
}

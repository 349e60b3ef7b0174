/*
 * What DNSSEC says of an answer, as plain data that survives JSON. Names are in presentation form, lower case, without
 * the final dot, `.` for the root. Instants are milliseconds since the epoch. Numbers of algorithms, digests and key
 * tags are those of the IANA registries.
 */

/** RFC 4033 section 5. Four values, never a boolean. */
export const dnssecStates = ['secure', 'insecure', 'bogus', 'indeterminate'] as const;
export type DnssecState = (typeof dnssecStates)[number];

/** Why an answer is not secure. lib/dnssec/explain.ts has the sentence and the extended DNS error (RFC 8914) of each. */
export const dnssecReasons = [
  // insecure: proven, no fault of the answer
  'no-ds',
  'opt-out',
  'unsupported-algorithm',
  'unsupported-digest',
  'nsec3-iterations',
  // bogus: what came contradicts what the parent promises
  'signature-missing',
  'signature-expired',
  'signature-not-yet-valid',
  'signature-expired-before-valid',
  'signature-invalid',
  'signature-labels',
  'signer-wrong',
  'key-missing',
  'key-not-for-zones',
  'key-revoked',
  'dnskey-missing',
  'ds-mismatch',
  'denial-missing',
  'denial-wrong',
  'wildcard-not-proven',
  'dname-mismatch',
  'record-malformed',
  // indeterminate: we could not look
  'not-validated',
  'no-answer',
  'server-error',
  'resolver-strips-dnssec',
  'no-trust-anchor',
  'alias-loop',
  'limit-signatures',
  'limit-hashes',
  'limit-aliases',
  'limit-questions',
] as const;
export type DnssecReason = (typeof dnssecReasons)[number];

/** The state of one answer, in short. A resolver's AD bit is kept beside it and never turns into `secure`. */
export type Dnssec =
  | {
      readonly state: 'secure';
      /** When the first signature of the whole chain expires; null where that is not known. */
      readonly expiresAt: number | null;
    }
  | {
      readonly state: 'insecure';
      /** The delegation, or the zone, where signing ends. */
      readonly provenAt: string;
      readonly reason: DnssecReason;
    }
  | {
      readonly state: 'bogus';
      /** Which record set, e.g. `example.org DNSKEY`. */
      readonly at: string;
      readonly why: string;
      readonly reason: DnssecReason;
    }
  | { readonly state: 'indeterminate'; readonly why: string; readonly reason: DnssecReason };

/** The state of an answer that nobody validated. */
export const notValidated: Dnssec = { state: 'indeterminate', why: 'not validated', reason: 'not-validated' };

/** One signature and what became of it. */
export interface SignatureResult {
  readonly owner: string;
  /** Mnemonic of the type covered. */
  readonly type: string;
  readonly signer: string;
  readonly keyTag: number;
  readonly algorithm: number;
  readonly labels: number;
  readonly originalTtlSeconds: number;
  readonly inception: number;
  readonly expiration: number;
  readonly status: 'valid' | DnssecReason;
  /** `address:port` that sent it; null where that is not known. */
  readonly server: string | null;
}

/** A DS record at the parent, and the key it leads to. */
export interface DsResult {
  readonly keyTag: number;
  readonly algorithm: number;
  readonly digestType: number;
  /** Lower-case hex. */
  readonly digest: string;
  /** `ignored`: SHA-1 beside a supported SHA-2 digest (RFC 4509 section 3). */
  readonly status: 'match' | 'no-key' | 'digest-mismatch' | 'unsupported-algorithm' | 'unsupported-digest' | 'ignored';
}

/** A key of a zone's DNSKEY set. */
export interface KeyResult {
  readonly keyTag: number;
  readonly algorithm: number;
  /** 257 is a key with the SEP bit, 256 one without, plus 128 where it is revoked (RFC 5011). */
  readonly flags: number;
  readonly protocol: number;
  /** Whether a DS record or the trust anchor names it. */
  readonly anchored: boolean;
  /** Whether one of its signatures over the DNSKEY set is valid. */
  readonly signsKeys: boolean;
}

/** A record used in a proof that something does not exist. */
export interface DenialRecord {
  readonly owner: string;
  /** Next owner name of an NSEC record, next hashed owner (base32hex) of an NSEC3 record. */
  readonly next: string;
  readonly role: 'match' | 'cover' | 'closest-encloser' | 'next-closer' | 'wildcard';
  /** Mnemonics of its type bit maps. */
  readonly types: readonly string[];
}

/** The proof that a name, a type, a DS record or a closer match of a wildcard does not exist. */
export interface DenialProof {
  readonly kind: 'nxdomain' | 'nodata' | 'wildcard-nodata' | 'no-ds' | 'opt-out' | 'wildcard-answer' | 'no-cut';
  readonly mechanism: 'nsec' | 'nsec3';
  /** Of NSEC3; null for NSEC. */
  readonly iterations: number | null;
  readonly records: readonly DenialRecord[];
  readonly signatures: readonly SignatureResult[];
}

/** One zone on the way from the trust anchor to the answer. */
export interface ZoneLink {
  readonly zone: string;
  readonly state: Dnssec;
  /** The DS set at the parent; for the first link, the trust anchor as DS or as DNSKEY with an empty digest. */
  readonly ds: readonly DsResult[];
  readonly dsSignatures: readonly SignatureResult[];
  /** Seconds; null where there is no DS set. */
  readonly dsTtlSeconds: number | null;
  readonly keys: readonly KeyResult[];
  readonly keySignatures: readonly SignatureResult[];
  readonly keyTtlSeconds: number | null;
  /** The proof that the parent has no DS for it. */
  readonly denial: DenialProof | null;
}

/** A CNAME or DNAME record that was followed (RFC 1034 section 3.6.2, RFC 6672). */
export interface AliasHop {
  readonly kind: 'cname' | 'dname';
  readonly from: string;
  readonly to: string;
  readonly state: Dnssec;
  readonly signatures: readonly SignatureResult[];
}

/** All that our validator found out about one question. */
export interface Validation {
  readonly name: string;
  /** Mnemonic, or TYPE12345. */
  readonly type: string;
  /** Of the last answer; null where none came. */
  readonly rcode: string | null;
  /** The worst of all hops. */
  readonly result: Dnssec;
  /** Extended DNS error that fits (RFC 8914); null for secure answers and plain insecurity. */
  readonly extendedError: number | null;
  /** The trust anchor used, e.g. `. 20326 38696`; null where none is above the name. */
  readonly anchor: { readonly zone: string; readonly keyTags: readonly number[]; readonly source: string } | null;
  /** From the anchor down, those of all hops, each zone once. */
  readonly links: readonly ZoneLink[];
  readonly hops: readonly AliasHop[];
  /** The answer in presentation form (`owner ttl class type data`); empty for a denial. */
  readonly records: readonly string[];
  /** Smallest TTL of the answer in seconds; null for a denial. */
  readonly ttlSeconds: number | null;
  /** Signatures of the answer. */
  readonly signatures: readonly SignatureResult[];
  /** The wildcard that the answer was made from, e.g. `*.example.org`. */
  readonly wildcard: string | null;
  readonly denial: DenialProof | null;
  /** The zone that holds the answer, as far as signatures or delegations told; null where that is not known. */
  readonly zone: string | null;
  /** The valid signature of the whole chain that expires first. */
  readonly earliestExpiry: SignatureResult | null;
  readonly spent: { readonly signatures: number; readonly hashes: number; readonly questions: number };
  /** `address:port` that sent the last answer. */
  readonly server: string | null;
  /** The time that signatures were compared with. */
  readonly now: number;
}

/** Algorithms that the lab signs with (IANA DNSSEC algorithm numbers). */
export const algorithmNames = {
  5: 'RSASHA1',
  7: 'RSASHA1-NSEC3-SHA1',
  8: 'RSASHA256',
  10: 'RSASHA512',
  13: 'ECDSAP256SHA256',
  14: 'ECDSAP384SHA384',
  15: 'ED25519',
  16: 'ED448',
} as const;
export type Algorithm = keyof typeof algorithmNames;

export interface KeySpec {
  readonly algorithm: Algorithm;
  /** Of the DNSKEY record: 257 with the SEP bit, 256 without. */
  readonly flags: number;
  /**
   * `published`: in the DNSKEY set, but signs nothing. `forged`: so too, and nobody has its private half; its tag is
   * that of the zone's first key.
   */
  readonly use: 'signs' | 'published' | 'forged';
  /** All keys of a zone with the same letter have the same key tag. */
  readonly collision: string | null;
}

export type DenialSpec =
  | { readonly kind: 'nsec' }
  | {
      readonly kind: 'nsec3';
      readonly iterations: number;
      /** Hex; `-` for none. */
      readonly salt: string;
      readonly optOut: boolean;
    };

/** Seconds from now. */
export interface Validity {
  readonly from: number;
  readonly until: number;
}

/** Signatures of some types are replaced by, or get beside them, those of another pass over the same zone. */
export interface SecondPass {
  readonly types: readonly string[];
  readonly validity: Validity;
  /** `foreign`: a key that is in no DNSKEY set. */
  readonly keys: 'same' | 'foreign';
  readonly signatures: 'replaced' | 'added';
}

export interface SigningSpec {
  readonly keys: readonly KeySpec[];
  readonly denial: DenialSpec;
  readonly validity: Validity;
  readonly secondPass: SecondPass | null;
}

/** A DS record at the parent. */
export interface DsSpec {
  /** Which key of the zone, by place; `absent`: a key that the zone does not have. */
  readonly key: number | 'absent';
  readonly digestType: number;
  /** Digest of something else. */
  readonly wrongDigest: boolean;
  /** Instead of the key's own. */
  readonly algorithm: number | null;
}

/** A line of a signed zone file. */
export interface ZoneLine {
  /** Absolute, as the signer wrote it. */
  readonly owner: string;
  readonly type: string;
  readonly data: string;
}
export type ZoneChange = (lines: readonly ZoneLine[]) => readonly ZoneLine[];

/** What one authoritative server, by its address in the lab, has of the zone. */
export interface ZoneServer {
  readonly address: string;
  /** `older`: the version before, with expired signatures. `nothing`: it answers REFUSED, or nobody is there. */
  readonly serves: 'current' | 'older' | 'nothing';
}

export interface ZoneSource {
  /** Absolute, with the final dot. */
  readonly name: string;
  /** `owner type data`, owners absolute; without SOA and NS of the zone, and without delegations. */
  readonly records: readonly string[];
  /** Null for an unsigned zone. */
  readonly signing: SigningSpec | null;
  readonly ds: readonly DsSpec[];
  readonly servers: readonly ZoneServer[];
  /** Made to the signed zone, so that nothing is signed anew. */
  readonly change: ZoneChange;
}

/** A zone file, and the server that loads it. */
export interface ServedZone {
  readonly name: string;
  readonly address: string;
  readonly file: string;
}

/** What the scripted name server does to questions about a zone; every other question is answered well. */
export type ScriptedDnsFault =
  | 'drops-tlsa' // says nothing to a question for TLSA
  | 'servfail-tlsa' // says SERVFAIL to it
  | 'ignores-do'; // leaves signatures out, as servers did before DNSSEC

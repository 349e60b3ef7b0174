import type { DenialProof, Dnssec, SignatureResult, Validation } from './dnssec.ts';
import type { ProbeFailure, Seen } from './observation.ts';

/*
 * What one run saw of one zone: the chain of trust to every record that mail needs of it, and what each authoritative
 * server says for itself. Plain data that survives JSON; the notes at the head of dnssec.ts hold here too.
 */

/** One question that mail asks of the zone, or that the zone itself has to answer. */
export interface ZoneQuestion {
  readonly name: string;
  /** Mnemonic. */
  readonly type: string;
}

/** What one server said to one question, validated on its own with the keys of the zone. */
export interface ServerAnswer {
  readonly question: ZoneQuestion;
  readonly answer: Seen<{
    readonly rcode: string;
    readonly authoritative: boolean;
    readonly transport: 'udp' | 'tcp';
    readonly durationMs: number;
    /** Data of the records of the asked type in presentation form, sorted; without owner and TTL. */
    readonly records: readonly string[];
    /** Smallest TTL of the answer in seconds; null where it is empty. */
    readonly ttlSeconds: number | null;
    /** Signatures of the answer and of the denial. */
    readonly signatures: readonly SignatureResult[];
    readonly dnssec: Dnssec;
    readonly denial: DenialProof | null;
    /** Of an answer to SOA. */
    readonly soa: { readonly serial: number; readonly expireSeconds: number; readonly minimumSeconds: number } | null;
    /** The whole message, base64. */
    readonly wire: string;
  }>;
}

export interface ZoneServer {
  /** Name in the NS set. */
  readonly host: string;
  readonly address: string;
  readonly answers: readonly ServerAnswer[];
}

/** The second opinion of a recursive resolver. */
export interface ResolverOpinion {
  readonly question: ZoneQuestion;
  readonly server: string;
  readonly answer: Seen<{
    readonly rcode: string;
    readonly ad: boolean;
    /** RFC 8914: `6: DNSSEC Bogus (text)`. */
    readonly extendedErrors: readonly string[];
  }>;
}

export interface ZoneObservation {
  /** Apex. */
  readonly zone: string;
  readonly vantage: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** What mail needs of this zone, SOA and DNSKEY of the apex first. One validation each, in this order. */
  readonly questions: readonly ZoneQuestion[];
  /** Questions beyond the most that one run asks; absent where there are none. */
  readonly unasked?: number;
  readonly validations: readonly Validation[];
  /** NS names at the parent and at the zone itself; null where not seen. */
  readonly parentNameServers: readonly string[] | null;
  readonly nameServers: readonly string[] | null;
  /** Every authoritative server at every address. */
  readonly servers: readonly ZoneServer[];
  /** Name servers that could not be given an address. */
  readonly unresolved: readonly { readonly host: string; readonly failure: ProbeFailure }[];
  readonly opinions: readonly ResolverOpinion[];
  /**
   * Whether signatures near the trust anchor are in date by our own clock. Not trusted: every one that came verifies and
   * none is in date, so our clock is more likely wrong than all of them.
   */
  readonly clock: { readonly trusted: boolean; readonly said: string | null };
}

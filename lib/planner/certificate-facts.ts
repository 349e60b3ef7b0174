import type { ServedTlsa, TlsaLook } from '../dane/held-since.ts';
import type { Dnssec } from '../model/dnssec.ts';
import type { EndpointTarget } from '../model/endpoint.ts';
import type { Seen, TlsaRecord } from '../model/observation.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { TrustedPath } from '../x509/trusted-path.ts';

/** What a server shows now. */
export interface ShownNow {
  readonly chain: readonly Certificate[];
  readonly trusted: boolean;
}

/** All that the answer for a new certificate at one port rests on. Nothing here has been judged. */
export interface CertificateFacts {
  readonly endpoint: EndpointTarget;
  /** The new certificate, leaf first, as the server would send it. At least one. */
  readonly chain: readonly Certificate[];
  readonly path: TrustedPath;
  /** The answer of our validator; null: the host is an address and has no records. */
  readonly tlsa: Seen<{ readonly records: readonly TlsaRecord[]; readonly dnssec: Dnssec }> | null;
  /** What each authoritative server says now; null: nobody could be asked. */
  readonly servers: readonly ServedTlsa[] | null;
  /** Earlier looks at the same, in any order. */
  readonly looks: readonly TlsaLook[];
  /** Since when all servers have had the present records, as an operator says; null: nobody said. Milliseconds since the epoch. */
  readonly publishedAt: number | null;
  /** What the addresses show now, one a key type and address; empty: nothing was seen. */
  readonly shown: readonly ShownNow[];
  /** Tags that the host has promised and not yet been released from. */
  readonly promised: readonly string[];
  /** Names that clients use for this port, the host first. */
  readonly names: readonly string[];
  readonly census: CensusAtHost | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What the census says of the clients of a host. */
export interface CensusAtHost {
  /** Clients that hold a tag, by tag. */
  readonly holders: ReadonlyMap<string, number>;
  /** Clients that presumably hold it. */
  readonly presumed: ReadonlyMap<string, number>;
  /** 0 to 1. */
  readonly unknownShare: number | null;
}

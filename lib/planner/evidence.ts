import type { ProvableTag } from '../deep/tags.ts';
import type { TagProof } from '../deep/prove.ts';
import type { Dnssec } from '../model/dnssec.ts';
import type { EndpointTarget } from '../model/endpoint.ts';
import type { TlsaRecord } from '../model/observation.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { ReadChain } from '../x509/read-chain.ts';
import type { ChangeVersion } from './change.ts';

/* What the servers prove at this hour, as far as a plan needs it. */

/** A chain that an address showed, and the path that PKIX trusted. */
export interface ShownPath {
  readonly chain: ReadChain;
  /** Null: none was trusted. */
  readonly verifiedPath: ReadChain | null;
}

export interface AddressEvidence {
  readonly address: string;
  readonly proofs: Readonly<Record<ProvableTag, TagProof>>;
  /** Tags that it advertises; null: it could not be asked. */
  readonly advertised: readonly string[] | null;
  /** Versions that it offers, lowest first, as far as a deep scan and the latest handshake told; null: nothing is known. */
  readonly versions: readonly ChangeVersion[] | null;
  readonly shown: readonly ShownPath[];
  /**
   * For a tag that is to be advertised: since when every look found it proved, in milliseconds since the epoch; null: it
   * is not proved now. Absent where nobody asked.
   */
  readonly provedSince?: number | null;
}

export interface EndpointEvidence {
  readonly target: EndpointTarget;
  /** When the latest run ended; null: there was none. */
  readonly seenAt: number | null;
  /** The name that certificates are judged by. */
  readonly name: string;
  readonly addresses: readonly AddressEvidence[];
  /** Null: the TLSA records could not be looked up, or not be validated. */
  readonly tlsa: {
    readonly owner: string;
    readonly dnssec: Exclude<Dnssec['state'], 'indeterminate'>;
    readonly records: readonly TlsaRecord[];
    readonly ttlSeconds: number | null;
  } | null;
}

export interface PlanEvidence {
  /** Every watched endpoint of the hosts that the change concerns. */
  readonly endpoints: readonly EndpointEvidence[];
  /** Of the zone that is to be unsigned: TTL of its DS records at the parent; null: not seen, or no such change. */
  readonly dsTtlSeconds: number | null;
  /** CA certificates that clients are taken to trust. */
  readonly authorities: readonly Certificate[];
}

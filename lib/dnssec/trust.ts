import type { Name } from '../dns/name.ts';
import type { Dnskey } from '../dns/rdata/dnskey.ts';
import type { Dnssec, SignatureResult, ZoneLink } from '../model/dnssec.ts';
import type { TrustAnchor } from './anchors.ts';
import type { VerifyContext } from './verify.ts';

/** What is known of the zone that holds a name. */
export type ZoneTrust =
  | {
      readonly kind: 'secure';
      readonly zone: Name;
      readonly keys: readonly Dnskey[];
      readonly chain: TrustChain;
    }
  | {
      readonly kind: 'unproven';
      readonly result: Exclude<Dnssec, { state: 'secure' }>;
      /** The last zone on the way that is one, as far as it went; null where nothing is known of zones. */
      readonly zone: Name | null;
      readonly chain: TrustChain;
    };

/** The way from the trust anchor. */
export interface TrustChain {
  readonly anchor: TrustAnchor | null;
  readonly links: readonly ZoneLink[];
  /** Of each record set on the way, the valid signature that lasts longest. */
  readonly lifelines: readonly SignatureResult[];
  /** Milliseconds since the epoch: until then nothing on the way can change by TTL or expiry. */
  readonly validUntil: number;
}

export interface TrustContext extends VerifyContext {
  readonly anchors: readonly TrustAnchor[];
  readonly zones: ZoneCache;
}

/** Zones whose keys, or whose lack of them, are proven: shared by all validations of a process. */
export interface ZoneCache {
  /** Null where nothing is known, or not any more at `now` (milliseconds since the epoch). */
  readonly get: (zone: Name, now: number) => ZoneTrust | null;
  readonly set: (zone: Name, trust: ZoneTrust) => void;
}

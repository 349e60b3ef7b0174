import { dnsAddresses } from './addresses.ts';
import type { Algorithm, DsSpec, KeySpec, SigningSpec, ZoneServer } from './zone-types.ts';

/* How the zones of the lab are usually signed and served; the tables name what differs. */

const daySeconds = 86_400;

/** Longer than any lab runs. */
export const month = { from: -daySeconds, until: 30 * daySeconds } as const;

/** One key that signs everything, with the SEP bit. */
export function key(algorithm: Algorithm, rest: Partial<KeySpec> = {}): KeySpec {
  return { algorithm, flags: 257, use: 'signs', collision: null, ...rest };
}

/** ECDSA P-256, NSEC, valid for a month. */
export const plainSigning: SigningSpec = {
  keys: [key(13)],
  denial: { kind: 'nsec' },
  validity: month,
  secondPass: null,
};

/** A DS record of the zone's first key with SHA-256. */
export function ds(rest: Partial<DsSpec> = {}): DsSpec {
  return { key: 0, digestType: 2, wrongDigest: false, algorithm: null, ...rest };
}

export const rightDs: readonly DsSpec[] = [ds()];

export const oneServer: readonly ZoneServer[] = [{ address: dnsAddresses.zones, serves: 'current' }];
export const twoServers: readonly ZoneServer[] = [...oneServer, { address: dnsAddresses.second, serves: 'current' }];

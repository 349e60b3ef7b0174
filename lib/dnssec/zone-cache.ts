import type { ZoneCache, ZoneTrust } from './trust.ts';

/** The oldest entry goes when a new one does not fit. */
export function createZoneCache(maxEntries = 10_000): ZoneCache {
  const zones = new Map<string, ZoneTrust>();
  return {
    get: (zone, now) => {
      const known = zones.get(zone.key());
      return known !== undefined && known.chain.validUntil > now ? known : null;
    },
    set: (zone, trust) => {
      zones.delete(zone.key());
      const [oldest] = zones.keys();
      if (zones.size >= maxEntries && oldest !== undefined) zones.delete(oldest);
      zones.set(zone.key(), trust);
    },
  };
}

import type { ZoneRecord } from '#app/_queries/zones.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';

/** A zone as the API gives it in lists. */
export function zoneJson(zone: ZoneRecord) {
  return {
    id: zone.id,
    name: zone.name,
    monitored: zone.watched,
    domains: zone.domains,
    hosts: zone.hosts,
    last_observed_at: zone.lastObservedAt,
    last_verdict: zone.lastVerdict,
    /** `stale` or `never`: last_verdict does not speak of today. */
    freshness: zone.freshness,
    created_at: zone.createdAt,
    url: new URL(`/zones/${encodeURIComponent(zone.name)}`, readWebSettings().publicUrl).href,
  };
}

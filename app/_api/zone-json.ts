import { z } from 'zod';
import type { ZoneRecord } from '#app/_queries/zones.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { link, listed, named, verdict, when } from './answer-schema.ts';

export const zoneAnswer = named(
  'Zone',
  'A DNS zone that mail depends on.',
  z.object({
    id: z.string(),
    name: z.string(),
    monitored: z.boolean(),
    domains: listed(z.string()),
    hosts: listed(z.string()),
    last_observed_at: when.nullable(),
    last_verdict: verdict.nullable(),
    freshness: z.string().describe('fresh, stale or never. New versions may add values.'),
    created_at: when,
    url: link,
  }),
);

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

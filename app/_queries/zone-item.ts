import { judgeState } from '#components/dnssec-words.ts';
import { judgeEndpointItem } from '#components/endpoint-table.tsx';
import type { ZoneItem } from '#components/zone-table.tsx';
import type { ZoneSummary } from './zone-summaries.ts';
import type { ZoneRecord } from './zones.ts';

/** A zone as a row of a table; `summary` is null before the first run. */
export function zoneItem(zone: ZoneRecord, summary: ZoneSummary | null, now: Date): ZoneItem {
  const { name, lastVerdict, lastObservedAt, freshness } = zone;
  const firstExpiry = summary?.firstExpiry?.getTime() ?? null;
  const worst = summary?.worst ?? null;
  return {
    name,
    state: judgeEndpointItem({ verdict: lastVerdict, freshness }),
    dnssec:
      worst === null
        ? null
        : judgeState({ state: worst, expiresAt: firstExpiry }, { now: now.getTime(), stale: freshness !== 'fresh' }),
    firstExpiry,
    lookedAt: lastObservedAt?.getTime() ?? null,
  };
}

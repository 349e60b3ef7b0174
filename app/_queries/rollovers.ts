import { z } from 'zod';
import { tlsaLine } from '#lib/dane/next-key.ts';
import { tlsaText } from '#lib/dane/record.ts';
import { judgeRollover, type RolloverStanding } from '#lib/dane/rollover.ts';
import { zoneIntervalSeconds } from '#lib/model/zone-interval.ts';
import type { RolloverAddressItem, RolloverServerItem } from '#components/rollover-servers.tsx';
import type { RolloverItem } from '#components/rollover-table.tsx';
import { findRollover, listOpenRollovers, listRollovers, type Rollover } from '#prisma/commands/rollovers.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from './database.ts';

/** A rollover as its page shows it. */
export interface RolloverPageItem extends RolloverItem {
  readonly endpointId: string;
  readonly given: string;
  readonly usage: number;
  readonly standing: RolloverStanding;
  /** Lines of a zone file. */
  readonly nextLine: string;
  readonly oldLines: readonly string[];
  readonly servers: readonly RolloverServerItem[];
  readonly addresses: readonly RolloverAddressItem[];
  /** Milliseconds since the epoch; null: not yet. */
  readonly askedAt: number | null;
  readonly probedAt: number | null;
  /** False: the zone is known not to be signed, so that nobody goes by its records. */
  readonly counts: boolean;
}

function standingOf(rollover: Rollover, now: Date): RolloverStanding {
  // One look that failed or came late is no reason to take the green away.
  const freshForMs = 3 * zoneIntervalSeconds(readWebSettings().intervalSeconds) * 1000;
  return judgeRollover(rollover, rollover.look, { now: now.getTime(), freshForMs });
}

const digitsShown = 12;

function toItem(rollover: Rollover, standing: RolloverStanding): RolloverItem {
  const { id, target, next, createdAt, createdBy, closedAt } = rollover;
  const { light, greenAt } = standing;
  return {
    ...{ id, host: target.host, port: target.port, light, greenAt },
    record: `${tlsaText({ ...next, data: next.data.slice(0, digitsShown) })}…`,
    startedAt: createdAt.getTime(),
    startedBy: createdBy,
    closedAt: closedAt?.getTime() ?? null,
  };
}

/** Rollovers as rows of a list, those under way first. */
export async function listRolloverItems(now: Date): Promise<readonly RolloverItem[]> {
  const rollovers = await listRollovers(database());
  return rollovers.map((rollover) => toItem(rollover, standingOf(rollover, now)));
}

/** Those under way, the oldest first; at most `limit`. */
export async function listOpenRolloverItems(now: Date, limit: number): Promise<readonly RolloverItem[]> {
  const rollovers = await listOpenRollovers(database(), limit);
  return rollovers.map((rollover) => toItem(rollover, standingOf(rollover, now)));
}

/** One rollover; null: there is none. */
export async function findRolloverItem(id: string, now: Date): Promise<RolloverPageItem | null> {
  const rollover = await findRollover(database(), id);
  if (rollover === null) return null;
  const { target, next, old, look, endpointId, given } = rollover;
  const standing = standingOf(rollover, now);
  const [nextText, oldTexts] = [tlsaText(next), old.map(tlsaText)];
  return {
    ...toItem(rollover, standing),
    ...{ endpointId, given, standing, usage: next.usage },
    nextLine: tlsaLine(target, next),
    oldLines: old.map((record) => tlsaLine(target, record)),
    servers: look.servers.map(({ host, address, set }) => {
      const texts = set?.records.map(tlsaText) ?? [];
      const gives = {
        next: texts.includes(nextText),
        old: oldTexts.some((text) => texts.includes(text)),
        ttlSeconds: set?.ttlSeconds ?? null,
      };
      return { host, address, gives: set === null ? null : gives };
    }),
    addresses: look.addresses,
    askedAt: look.askedAt,
    probedAt: look.probedAt,
    counts: look.dnssec !== 'insecure',
  };
}

const endpointRow = z.object({ id: z.string(), host: z.string(), port: z.number() });

const maxEndpoints = 500;

/** Watched endpoints that have TLSA records, by host and port, at most 500; `chosen` comes first, where it is one of them. */
export async function listRolloverEndpoints(
  chosen: string | null,
): Promise<{ readonly endpoints: readonly { readonly id: string; readonly text: string }[]; readonly cut: boolean }> {
  const rows = await database().$queryRaw`
    SELECT host, port, id FROM endpoint
    WHERE (
        SELECT true FROM observation_span
        WHERE endpoint_id = endpoint.id AND kind = 'tlsa' AND newest
          AND jsonb_typeof(facts #> '{lookup,facts,records}') = 'array'
          AND (facts #> '{lookup,facts,records,0}') IS NOT NULL
        LIMIT 1
      )
      AND EXISTS (
        SELECT FROM domain_endpoint
        WHERE domain_endpoint.endpoint_id = endpoint.id AND removed_at IS NULL AND NOT dismissed
      )
    ORDER BY id = coalesce(${chosen}, '') DESC, host, port, id LIMIT ${maxEndpoints + 1}`;
  const found = z.array(endpointRow).parse(rows);
  return {
    endpoints: found.slice(0, maxEndpoints).map(({ id, host, port }) => ({ id, text: `${host}:${String(port)}` })),
    cut: found.length > maxEndpoints,
  };
}

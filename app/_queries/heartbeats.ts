import { z } from 'zod';
import { silentGuessVerdict } from '#lib/checks/silent-guess.ts';
import {
  paintSlots,
  type Fault,
  type HeartbeatSlot,
  type HeartbeatWindow,
  type WatchedTime,
} from '#lib/now/heartbeat-slots.ts';
import { database } from './database.ts';

type Heartbeats = ReadonlyMap<string, readonly HeartbeatSlot[]>;

/**
 * Slots by id of the endpoint, one entry for each id. Seen is where a server greeted in its own protocol: a run that
 * could not tell is no look. At most 90 slots are meant; one query for spans and one for findings.
 */
export async function readEndpointHeartbeats(ids: readonly string[], window: HeartbeatWindow): Promise<Heartbeats> {
  if (ids.length === 0) return new Map();
  const [seen, { ofEndpoints: faults }] = await Promise.all([
    readSeen(ids, window),
    readFaults({ endpointIds: ids, domainIds: [] }, window),
  ]);
  return new Map(
    ids.map((id) => [
      id,
      paintSlots(window, {
        watched: [{ since: window.from, seen: seen.get(id) ?? [] }],
        faults: faults.get(id) ?? [],
      }),
    ]),
  );
}

const linkRow = z.object({ domain_id: z.string(), endpoint_id: z.string(), first_seen: z.date() });

/**
 * Slots by id of the domain, one entry for each id: its endpoints, its own records and the zones it lies in. Fine is a slot
 * in which all endpoints that it had by then were seen. Guesses that never answered do not count.
 */
export async function readDomainHeartbeats(ids: readonly string[], window: HeartbeatWindow): Promise<Heartbeats> {
  if (ids.length === 0) return new Map();
  const links = z.array(linkRow).parse(
    await database().$queryRaw`
      SELECT domain_id, endpoint_id, link.first_seen FROM domain_endpoint AS link JOIN endpoint ON endpoint.id = endpoint_id
      WHERE domain_id = ANY(${[...ids]}::text[]) AND removed_at IS NULL AND NOT dismissed
        AND last_verdict IS DISTINCT FROM ${silentGuessVerdict}`,
  );
  const endpointIds = [...new Set(links.map(({ endpoint_id: id }) => id))];
  const [seen, faultsOf] = await Promise.all([
    readSeen(endpointIds, window),
    readFaults({ endpointIds, domainIds: ids }, window),
  ]);
  const byDomain = groupById(links.map(({ domain_id: id, ...link }) => ({ id, ...link })));
  return new Map(
    ids.map((id) => {
      const own = byDomain.get(id) ?? [];
      const watched: readonly WatchedTime[] = own.map((link) => ({
        since: link.first_seen.getTime(),
        seen: seen.get(link.endpoint_id) ?? [],
      }));
      const faults = own.flatMap((link) => faultsOf.ofEndpoints.get(link.endpoint_id) ?? []);
      return [id, paintSlots(window, { watched, faults: [...faults, ...(faultsOf.ofDomains.get(id) ?? [])] })];
    }),
  );
}

const seenRow = z.object({ id: z.string(), from: z.number(), to: z.number() });

/** Spans that begin in one slot are one stretch: a long history has thousands of them, and a strip has 90 slots. */
async function readSeen(endpointIds: readonly string[], { from, to, slots }: HeartbeatWindow) {
  const slotSeconds = Math.max(1, (to - from) / Math.max(1, slots) / 1000);
  const rows = await database().$queryRaw`
    SELECT endpoint_id AS id, (extract(epoch FROM min(first_seen)) * 1000)::float8 AS "from",
      (extract(epoch FROM max(last_seen)) * 1000)::float8 AS "to"
    FROM observation_span
    WHERE endpoint_id = ANY(${[...endpointIds]}::text[]) AND kind = 'session'
      AND first_seen <= ${new Date(to)} AND last_seen >= ${new Date(from)} AND (facts->>'greeted')::boolean
    GROUP BY endpoint_id, floor((extract(epoch FROM first_seen)::float8 - ${from / 1000}::float8) / ${slotSeconds}::float8)`;
  const seen = z.array(seenRow).parse(rows);
  return groupById(seen);
}

const faultRow = seenRow.extend({ grade: z.enum(['warn', 'fail']), own: z.boolean() });

interface Faults {
  readonly ofEndpoints: ReadonlyMap<string, readonly Fault[]>;
  /** Of the domains themselves and of the zones that they lie in. */
  readonly ofDomains: ReadonlyMap<string, readonly Fault[]>;
}

/** By id, in one question to the database. */
async function readFaults(
  { endpointIds, domainIds }: { readonly endpointIds: readonly string[]; readonly domainIds: readonly string[] },
  { from, to }: HeartbeatWindow,
): Promise<Faults> {
  const rows = await database().$queryRaw`
    SELECT id, own, (extract(epoch FROM first_seen) * 1000)::float8 AS "from",
      (extract(epoch FROM COALESCE(ended_at, last_seen)) * 1000)::float8 AS "to",
      CASE verdict WHEN 'warn' THEN 'warn' ELSE 'fail' END AS grade
    FROM (
      SELECT endpoint_id AS id, false AS own, first_seen, last_seen, ended_at, verdict FROM finding
      WHERE endpoint_id = ANY(${[...endpointIds]}::text[])
      UNION ALL
      SELECT domain_id, true, first_seen, last_seen, ended_at, verdict FROM finding
      WHERE domain_id = ANY(${[...domainIds]}::text[])
      UNION ALL
      SELECT link.domain_id, true, finding.first_seen, finding.last_seen, ended_at, verdict
      FROM domain_zone AS link JOIN finding ON finding.zone_id = link.zone_id
      WHERE link.domain_id = ANY(${[...domainIds]}::text[])
    ) AS finding
    WHERE (ended_at IS NULL OR ended_at >= ${new Date(from)}) AND verdict IN ('warn', 'fail', 'crit')
      AND first_seen <= ${new Date(to)}`;
  const faults = z.array(faultRow).parse(rows);
  return {
    ofEndpoints: groupById(faults.filter(({ own }) => !own)),
    ofDomains: groupById(faults.filter(({ own }) => own)),
  };
}

function groupById<T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.id);
    if (group === undefined) groups.set(row.id, [row]);
    else group.push(row);
  }
  return groups;
}

import type { PastEvent } from '#lib/incidents/event-feed.ts';
import { standEvents, type EventStanding } from '#lib/incidents/event-feed.ts';
import { database } from './database.ts';
import { readObject } from './read-json.ts';
import { readSeverity } from './read-word.ts';

/** An event with how its incident stood after it. */
export interface FeedEvent extends EventStanding {
  readonly id: bigint;
  readonly position: bigint;
  readonly kind: string;
  readonly at: Date;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly incident: {
    readonly id: string;
    readonly dedupKey: string;
    readonly instance: number;
    readonly title: string;
    readonly host: string;
    readonly code: string;
    readonly rootId: string | null;
  };
}

/** Kinds that say how an incident stands. */
const standingKinds = [
  ...['opened', 'regraded', 'acknowledged', 'acknowledgement-ended', 'accepted', 'relapsed', 'resolved'],
  ...['attached', 'detached'],
];
/** That a mail went out changes nothing. */
const unheardKinds = ['notified'];

/**
 * Events by position. `scanned` is the last position that was looked at, which may be further than the last event:
 * attached ones and those of no interest are passed over.
 */
export async function readFeedEvents(query: {
  readonly after: bigint;
  /** All up to here are there; what came later meanwhile is left for the next time. */
  readonly upTo: bigint;
  readonly limit: number;
  readonly attached: boolean;
}): Promise<{ readonly events: readonly FeedEvent[]; readonly scanned: bigint; readonly hasMore: boolean }> {
  const { after, upTo, limit, attached } = query;
  const rows = await findRows({ position: { gt: after, lte: upTo } }, limit + 1);
  const page = rows.slice(0, limit);
  const hasMore = rows.length > limit;
  const events = await withStandings(page);
  return {
    events: events.filter(({ heard }) => attached || heard),
    scanned: hasMore ? (page.at(-1)?.position ?? upTo) : upTo,
    hasMore,
  };
}

/** Events of one incident that have a position, the oldest first. `after` is the position of the last one before. */
export async function readEventsOfIncident(query: {
  readonly incidentId: string;
  readonly after: bigint;
  readonly limit: number;
}): Promise<{ readonly events: readonly FeedEvent[]; readonly hasMore: boolean }> {
  const { incidentId, after, limit } = query;
  const rows = await findRows({ incidentId, position: { gt: after } }, limit + 1);
  return { events: await withStandings(rows.slice(0, limit)), hasMore: rows.length > limit };
}

type Row = Awaited<ReturnType<typeof findRows>>[number];

function findRows(
  where: { readonly position: { readonly gt: bigint; readonly lte?: bigint }; readonly incidentId?: string },
  take: number,
) {
  return database().incidentEvent.findMany({
    where: { ...where, kind: { notIn: unheardKinds } },
    include: { incident: true },
    orderBy: { position: 'asc' },
    take,
  });
}

async function withStandings(rows: readonly Row[]): Promise<readonly FeedEvent[]> {
  const ids = [...new Set(rows.map(({ incidentId }) => incidentId))];
  const history = await database().incidentEvent.findMany({
    where: { incidentId: { in: ids }, kind: { in: standingKinds } },
    select: { id: true, incidentId: true, kind: true, at: true, data: true },
  });
  // Other kinds change nothing, but how the incident stood then is asked of them too.
  const others = rows.filter(({ kind }) => !standingKinds.includes(kind));
  const ordered = [...history, ...others].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const past = new Map<string, PastEvent[]>();
  for (const { id, incidentId, kind, at, data } of ordered) {
    const { severity } = readObject(data);
    const event = {
      id,
      kind,
      at: at.getTime(),
      severity: typeof severity === 'string' ? readSeverity(severity) : null,
    };
    const events = past.get(incidentId);
    if (events === undefined) past.set(incidentId, [event]);
    else events.push(event);
  }
  const standings = new Map<bigint, EventStanding>();
  const incidents = new Map(rows.map(({ incident }) => [incident.id, incident]));
  for (const incident of incidents.values()) {
    const now = { attached: incident.rootId !== null, severity: readSeverity(incident.severity) };
    for (const [id, standing] of standEvents(past.get(incident.id) ?? [], now)) standings.set(id, standing);
  }
  return rows.flatMap(({ id, position, kind, at, actor, data, incident }) => {
    const standing = standings.get(id);
    // Deleted between the two queries.
    if (position === null || standing === undefined) return [];
    const { id: incidentId, dedupKey, instance, title, host, code, rootId } = incident;
    return [
      {
        ...standing,
        ...{ id, position, kind, at, actor, data: readObject(data) },
        incident: { id: incidentId, dedupKey, instance, title, host, code, rootId },
      },
    ];
  });
}

import { z } from 'zod';
import { readPlaces } from '#lib/incidents/place-decisions.ts';
import type { Params, Severity } from '#lib/model/finding.ts';
import { incidentImpact, type IncidentImpact } from '#lib/model/incident-impact.ts';
import { database } from './database.ts';
import { readParams, readTexts } from './read-json.ts';
import type { EngineState, IncidentState } from './read-word.ts';
import { incidentState, readEngineState, readSeverity, severitiesFrom } from './read-word.ts';

/** An incident as lists show it. */
export interface IncidentRecord {
  readonly id: string;
  readonly dedupKey: string;
  readonly instance: number;
  readonly state: IncidentState;
  readonly engineState: EngineState;
  readonly severity: Severity;
  readonly code: string;
  readonly title: string;
  readonly params: Params;
  readonly host: string;
  /** What it is about, or what its subjects share; null where that is gone and its key does not tell. */
  readonly objectKind: 'endpoint' | 'domain' | 'zone' | 'vantage' | 'certificate' | 'host' | null;
  /** Null for an incident of a domain or a zone, and where the endpoint is gone and its key does not tell. */
  readonly service: string | null;
  readonly port: number | null;
  readonly endpointId: string | null;
  readonly domainName: string | null;
  /** Apex of the zone that it is about. */
  readonly zoneName: string | null;
  /** Addresses that show it. */
  readonly affected: readonly string[];
  /** What shares the cause, each `host:port`; empty where it is about one thing. */
  readonly subjects: readonly string[];
  /** The open incident that it hangs under, as a subject or as a consequence; null: it speaks for itself. */
  readonly root: { readonly id: string; readonly title: string } | null;
  /** Whether it is a subject of `root`. */
  readonly isSubject: boolean;
  /** Open incidents that it explains and keeps silent, without its own subjects. */
  readonly explains: number;
  readonly impact: IncidentImpact | null;
  /** It comes and goes. */
  readonly unstable: boolean;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
  readonly openedAt: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedBy: string | null;
  /** Address of the person it was given to. */
  readonly owner: string | null;
  readonly resolvedAt: Date | null;
  readonly resolution: string | null;
  readonly updatedAt: Date;
  readonly version: number;
}

/** A suspicion is not an incident yet: nobody outside the engine sees it. */
const shown = { state: { in: ['firing', 'acknowledged', 'recovering', 'resolved'] } };
const open = { state: { in: ['firing', 'acknowledged', 'recovering'] } };

/** What people see: neither subjects of another incident nor what one explains. What hangs under one that is over speaks. */
const spoken = {
  OR: [{ rootId: null }, { ...open, root: { state: 'resolved' } }],
};

type Row = NonNullable<Awaited<ReturnType<typeof findRow>>>;

function findRow(id: string) {
  return database().incident.findFirst({ where: { id, ...shown } });
}

/** Of an endpoint that is gone, the incident's key still tells service and port. */
function targetFromKey(dedupKey: string): { readonly service: string; readonly port: number } | null {
  const parts = /\/([a-z0-9]+)\+[a-z]+:\/\/.+:(\d{1,5})$/.exec(dedupKey);
  return parts?.[1] === undefined ? null : { service: parts[1], port: Number(parts[2]) };
}

function objectKindOf({ endpointId, domainId, zoneId, dedupKey, vantage, cause }: Row): IncidentRecord['objectKind'] {
  if (vantage !== null) return 'vantage';
  if (cause !== null && endpointId === null && targetFromKey(dedupKey) === null)
    return cause.startsWith('host:') ? 'host' : 'certificate';
  if (endpointId !== null || targetFromKey(dedupKey) !== null) return 'endpoint';
  if (domainId !== null || /^[a-z0-9-]+\/domain:/.test(dedupKey)) return 'domain';
  return zoneId !== null || /^[a-z0-9-]+\/zone:/.test(dedupKey) ? 'zone' : null;
}

const storedImpact = incidentImpact.nullable().catch(null);

function toRecord(row: Row, { endpoint, domain, zone, root, explains, addresses }: Related): IncidentRecord {
  const { params, affected, severity, state, impact, unstableSince, ...rest } = row;
  const objectKind = objectKindOf(row);
  const shared = objectKind === 'host' || objectKind === 'certificate';
  const subjects = shared ? readTexts(affected) : [];
  const target = endpoint ?? targetFromKey(row.dedupKey) ?? onlyTarget(subjects);
  const engineState = readEngineState(state);
  const speaking = root === null || root.state === 'resolved' ? null : root;
  return {
    ...rest,
    engineState,
    state: incidentState(engineState, row.acknowledgedAt),
    severity: readSeverity(severity),
    params: readParams(params),
    objectKind,
    affected: shared ? addresses : readTexts(affected),
    subjects,
    root: speaking === null ? null : { id: speaking.id, title: speaking.title },
    isSubject: speaking !== null && !shared && row.cause !== null && speaking.cause === row.cause,
    explains,
    impact: storedImpact.parse(impact),
    unstable: unstableSince !== null,
    service: target?.service ?? null,
    port: target?.port ?? null,
    domainName: domain,
    zoneName: zone,
  };
}

/** The port that all subjects have. */
function onlyTarget(subjects: readonly string[]): { readonly service: null; readonly port: number } | null {
  const ports = new Set(readPlaces(subjects).flatMap(({ port }) => port ?? []));
  const [port] = ports;
  return ports.size === 1 && port !== undefined ? { service: null, port } : null;
}

const relatedRow = z.object({
  id: z.string(),
  endpoint: z.object({ service: z.string(), port: z.number() }).nullable(),
  domain: z.string().nullable(),
  zone: z.string().nullable(),
  root: z.object({ id: z.string(), title: z.string(), state: z.string(), cause: z.string().nullable() }).nullable(),
  explains: z.number(),
  /** Of its subjects. */
  addresses: z.array(z.string()),
});
type Related = z.infer<typeof relatedRow>;

/** All that stands beside them comes with one statement: Prisma would ask for each kind of it on its own. */
async function toRecords(rows: readonly Row[]): Promise<readonly IncidentRecord[]> {
  if (rows.length === 0) return [];
  const found = await database().$queryRaw`
    SELECT incident.id, domain.name AS domain, zone.name AS zone,
      CASE WHEN endpoint.id IS NOT NULL THEN jsonb_build_object('service', endpoint.service, 'port', endpoint.port) END AS endpoint,
      CASE WHEN root.id IS NOT NULL THEN jsonb_build_object(
        'id', root.id, 'title', root.title, 'state', root.state, 'cause', root.cause) END AS root,
      attached.explains, attached.addresses
    FROM incident
    LEFT JOIN endpoint ON endpoint.id = incident.endpoint_id
    LEFT JOIN domain ON domain.id = incident.domain_id
    LEFT JOIN zone ON zone.id = incident.zone_id
    LEFT JOIN incident AS root ON root.id = incident.root_id
    CROSS JOIN LATERAL (
      SELECT (count(*) FILTER (WHERE NOT is_subject AND child.state IN ('firing', 'acknowledged', 'recovering')))::int AS explains,
        COALESCE(array_agg(DISTINCT address) FILTER (WHERE is_subject AND address IS NOT NULL
          AND (child.state <> 'resolved' OR incident.state = 'resolved')), '{}') AS addresses
      FROM (
        SELECT state, affected, (incident.cause IS NOT NULL AND incident.endpoint_id IS NULL AND code = incident.code
            AND cause IS NOT DISTINCT FROM incident.cause) AS is_subject
        FROM incident AS below WHERE below.root_id = incident.id
      ) AS child LEFT JOIN LATERAL jsonb_array_elements_text(
        CASE WHEN is_subject THEN child.affected ELSE '[]' END
      ) AS address ON true
    ) AS attached
    WHERE incident.id = ANY(${rows.map(({ id }) => id)}::text[])`;
  const related = new Map(
    z
      .array(relatedRow)
      .parse(found)
      .map((row) => [row.id, row]),
  );
  return rows.flatMap((row) => {
    const beside = related.get(row.id);
    // Deleted between the two statements.
    return beside === undefined ? [] : [toRecord(row, beside)];
  });
}

/** One incident, or null: there is none, or only a suspicion. */
export async function findIncident(id: string): Promise<IncidentRecord | null> {
  const row = await findRow(id);
  return row === null ? null : ((await toRecords([row]))[0] ?? null);
}

export interface IncidentPlace {
  readonly updated_at: string;
  readonly id: string;
}

/** For pollers: in the order of change, the oldest first, so that the last cursor can be polled again. */
export async function pollIncidents(query: {
  readonly states: readonly IncidentState[] | null;
  readonly severityAtLeast: Severity | null;
  readonly updatedSince: Date | null;
  /** Also what hangs under another incident. */
  readonly attached: boolean;
  readonly after: IncidentPlace | null;
  readonly limit: number;
}): Promise<{ readonly incidents: readonly IncidentRecord[]; readonly hasMore: boolean }> {
  const { states, severityAtLeast, updatedSince, attached, after, limit } = query;
  const since = after === null ? null : new Date(after.updated_at);
  const rows = await database().incident.findMany({
    where: {
      AND: [
        shown,
        attached ? {} : spoken,
        states === null ? {} : { OR: states.map(engineCondition) },
        severityAtLeast === null ? {} : { severity: { in: [...severitiesFrom(severityAtLeast)] } },
        updatedSince === null ? {} : { updatedAt: { gte: updatedSince } },
        after === null || since === null
          ? {}
          : { OR: [{ updatedAt: { gt: since } }, { updatedAt: since, id: { gt: after.id } }] },
      ],
    },
    orderBy: [{ updatedAt: 'asc' }, { id: 'asc' }],
    take: limit + 1,
  });
  return { incidents: await toRecords(rows.slice(0, limit)), hasMore: rows.length > limit };
}

function engineCondition(state: IncidentState) {
  switch (state) {
    case 'open':
      return { OR: [{ state: 'firing' }, { state: 'recovering', acknowledgedAt: null }] };
    case 'acknowledged':
      return { OR: [{ state: 'acknowledged' }, { state: 'recovering', acknowledgedAt: { not: null } }] };
    case 'resolved':
      return { state: 'resolved' };
  }
}

/** What a list of the console shows. */
export interface IncidentFilter {
  /** `open`: everything that is not over; `waiting`: what nobody took. */
  readonly state: 'open' | 'waiting' | 'acknowledged' | 'resolved' | 'all';
  readonly severityAtLeast: Severity | null;
  readonly code: string | null;
  /** It or one of its subjects is about this host, domain or zone. */
  readonly host: string | null;
  /** Address of whom it was given to, or else of who acknowledged it; `nobody`: neither. */
  readonly owner: { readonly email: string } | 'nobody' | null;
}

function stateCondition(state: IncidentFilter['state']) {
  switch (state) {
    case 'open':
      return open;
    case 'waiting':
      return engineCondition('open');
    case 'acknowledged':
    case 'resolved':
      return engineCondition(state);
    case 'all':
      return shown;
  }
}

function ownerCondition(owner: IncidentFilter['owner']) {
  if (owner === null) return {};
  if (owner === 'nobody') return { owner: null, acknowledgedBy: null };
  return { OR: [{ owner: owner.email }, { owner: null, acknowledgedBy: owner.email }] };
}

function filterConditions({ state, severityAtLeast, code, host, owner }: IncidentFilter) {
  return [
    stateCondition(state),
    spoken,
    severityAtLeast === null ? {} : { severity: { in: [...severitiesFrom(severityAtLeast)] } },
    code === null ? {} : { code },
    host === null ? {} : { OR: [{ host }, { attached: { some: { host } } }] },
    ownerCondition(owner),
  ];
}

/** What of the newest incidents says whom they hit: for whoever picks some of many before they are read whole. */
export async function listIncidentFaults({
  filter,
  limit,
}: {
  readonly filter: IncidentFilter;
  readonly limit: number;
}): Promise<readonly Pick<IncidentRecord, 'id' | 'code' | 'severity' | 'params'>[]> {
  const rows = await database().incident.findMany({
    where: { AND: filterConditions(filter) },
    select: { id: true, code: true, severity: true, params: true },
    orderBy: { id: 'desc' },
    take: limit,
  });
  return rows.map(({ severity, params, ...rest }) => ({
    ...rest,
    severity: readSeverity(severity),
    params: readParams(params),
  }));
}

/** For the console: the newest first. `after` is the id of the last row of the page before; ids sort by time. */
export async function listIncidents(query: {
  readonly filter: IncidentFilter;
  readonly after: string | null;
  readonly limit: number;
}): Promise<{ readonly incidents: readonly IncidentRecord[]; readonly next: string | null }> {
  const { filter, after, limit } = query;
  const rows = await database().incident.findMany({
    where: { AND: [...filterConditions(filter), after === null ? {} : { id: { lt: after } }] },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  const incidents = await toRecords(rows.slice(0, limit));
  return { incidents, next: rows.length > limit ? (incidents.at(-1)?.id ?? null) : null };
}

/** Incidents by id, in no order; what is gone or only suspected is left out. */
export async function listIncidentsById(ids: readonly string[]): Promise<readonly IncidentRecord[]> {
  if (ids.length === 0) return [];
  const rows = await database().incident.findMany({ where: { id: { in: [...ids] }, ...shown } });
  return toRecords(rows);
}

export interface IncidentCounts {
  /** Open and not acknowledged. */
  readonly needsAction: number;
  readonly acknowledged: number;
}

const countRow = z.tuple([z.object({ needsAction: z.number(), acknowledged: z.number() })]);

export async function countIncidents(): Promise<IncidentCounts> {
  const [counts] = countRow.parse(
    await database().$queryRaw`
      SELECT (count(*) FILTER (WHERE waits))::int AS "needsAction", (count(*) FILTER (WHERE NOT waits))::int AS acknowledged
      FROM (
        SELECT (incident.state = 'firing' OR incident.state = 'recovering' AND incident.acknowledged_at IS NULL) AS waits
        FROM incident LEFT JOIN incident AS root ON root.id = incident.root_id
        WHERE incident.state IN ('firing', 'acknowledged', 'recovering')
          AND incident.severity = ANY(${[...severitiesFrom('warning')]}::text[])
          AND (incident.root_id IS NULL OR root.state = 'resolved')
      ) AS open`,
  );
  return counts;
}

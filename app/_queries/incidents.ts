import type { Params, Severity } from '#lib/model/finding.ts';
import { severityNumber } from '#lib/model/finding.ts';
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
  /** What it is about; null where that is gone and its key does not tell. */
  readonly objectKind: 'endpoint' | 'domain' | 'zone' | null;
  /** Null for an incident of a domain or a zone, and where the endpoint is gone and its key does not tell. */
  readonly service: string | null;
  readonly port: number | null;
  readonly endpointId: string | null;
  readonly domainName: string | null;
  /** Apex of the zone that it is about. */
  readonly zoneName: string | null;
  readonly affected: readonly string[];
  readonly firstSeen: Date;
  readonly lastSeen: Date;
  readonly openedAt: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedBy: string | null;
  readonly resolvedAt: Date | null;
  readonly resolution: string | null;
  readonly updatedAt: Date;
  readonly version: number;
}

/** A suspicion is not an incident yet: nobody outside the engine sees it. */
const shown = { state: { in: ['firing', 'acknowledged', 'recovering', 'resolved'] } };
const open = { state: { in: ['firing', 'acknowledged', 'recovering'] } };

const related = {
  endpoint: { select: { service: true, port: true } },
  domain: { select: { name: true } },
  zone: { select: { name: true } },
} as const;

type Row = NonNullable<Awaited<ReturnType<typeof findRow>>>;

function findRow(id: string) {
  return database().incident.findFirst({ where: { id, ...shown }, include: related });
}

/** Of an endpoint that is gone, the incident's key still tells service and port. */
function targetFromKey(dedupKey: string): { readonly service: string; readonly port: number } | null {
  const parts = /\/([a-z0-9]+)\+[a-z]+:\/\/.+:(\d{1,5})$/.exec(dedupKey);
  return parts?.[1] === undefined ? null : { service: parts[1], port: Number(parts[2]) };
}

function objectKindOf({ endpointId, domainId, zoneId, dedupKey }: Row): IncidentRecord['objectKind'] {
  if (endpointId !== null || targetFromKey(dedupKey) !== null) return 'endpoint';
  if (domainId !== null || /^[a-z0-9-]+\/domain:/.test(dedupKey)) return 'domain';
  return zoneId !== null || /^[a-z0-9-]+\/zone:/.test(dedupKey) ? 'zone' : null;
}

function toRecord(row: Row): IncidentRecord {
  const { endpoint, domain, zone, params, affected, severity, state, ...rest } = row;
  const target = endpoint ?? targetFromKey(row.dedupKey);
  const engineState = readEngineState(state);
  return {
    ...rest,
    engineState,
    state: incidentState(engineState, row.acknowledgedAt),
    severity: readSeverity(severity),
    params: readParams(params),
    objectKind: objectKindOf(row),
    affected: readTexts(affected),
    service: target?.service ?? null,
    port: target?.port ?? null,
    domainName: domain?.name ?? null,
    zoneName: zone?.name ?? null,
  };
}

/** One incident, or null: there is none, or only a suspicion. */
export async function findIncident(id: string): Promise<IncidentRecord | null> {
  const row = await findRow(id);
  return row === null ? null : toRecord(row);
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
  readonly after: IncidentPlace | null;
  readonly limit: number;
}): Promise<{ readonly incidents: readonly IncidentRecord[]; readonly hasMore: boolean }> {
  const { states, severityAtLeast, updatedSince, after, limit } = query;
  const since = after === null ? null : new Date(after.updated_at);
  const rows = await database().incident.findMany({
    where: {
      AND: [
        shown,
        states === null ? {} : { OR: states.map(engineCondition) },
        severityAtLeast === null ? {} : { severity: { in: [...severitiesFrom(severityAtLeast)] } },
        updatedSince === null ? {} : { updatedAt: { gte: updatedSince } },
        after === null || since === null
          ? {}
          : { OR: [{ updatedAt: { gt: since } }, { updatedAt: since, id: { gt: after.id } }] },
      ],
    },
    include: related,
    orderBy: [{ updatedAt: 'asc' }, { id: 'asc' }],
    take: limit + 1,
  });
  return { incidents: rows.slice(0, limit).map(toRecord), hasMore: rows.length > limit };
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

/** For the console: the newest first. `after` is the id of the last row of the page before; ids sort by time. */
export async function listIncidents(query: {
  readonly filter: 'open' | 'all';
  readonly after: string | null;
  readonly limit: number;
}): Promise<{ readonly incidents: readonly IncidentRecord[]; readonly next: string | null }> {
  const rows = await database().incident.findMany({
    where: {
      ...(query.filter === 'open' ? open : shown),
      ...(query.after === null ? {} : { id: { lt: query.after } }),
    },
    include: related,
    orderBy: { id: 'desc' },
    take: query.limit + 1,
  });
  const incidents = rows.slice(0, query.limit).map(toRecord);
  return { incidents, next: rows.length > query.limit ? (incidents.at(-1)?.id ?? null) : null };
}

/** Incidents by id, in no order; what is gone or only suspected is left out. */
export async function listIncidentsById(ids: readonly string[]): Promise<readonly IncidentRecord[]> {
  const rows = await database().incident.findMany({ where: { id: { in: [...ids] }, ...shown }, include: related });
  return rows.map(toRecord);
}

/** Open incidents of one endpoint, of one zone, or of one domain with all its endpoints and zones; the worst first. */
export async function listOpenIncidentsOf(
  subject: { readonly endpointId: string } | { readonly zoneId: string } | { readonly domainId: string },
): Promise<readonly IncidentRecord[]> {
  const rows = await database().incident.findMany({
    where: { ...open, ...conditionOf(subject) },
    include: related,
    orderBy: { id: 'desc' },
    take: 100,
  });
  return rows.map(toRecord).toSorted((a, b) => severityNumber[a.severity] - severityNumber[b.severity]);
}

function conditionOf(
  subject: { readonly endpointId: string } | { readonly zoneId: string } | { readonly domainId: string },
) {
  if ('endpointId' in subject || 'zoneId' in subject) return subject;
  const { domainId } = subject;
  const endpoint = { domains: { some: { domainId, removedAt: null } } };
  const zone = { OR: [{ domains: { some: { domainId } } }, { endpoints: { some: endpoint } }] };
  return { OR: [{ domainId }, { endpoint }, { zone }] };
}

export interface IncidentCounts {
  /** Open and not acknowledged. */
  readonly needsAction: number;
  readonly acknowledged: number;
}

export async function countIncidents(): Promise<IncidentCounts> {
  const worse = { severity: { in: [...severitiesFrom('warning')] } };
  const [needsAction, acknowledged] = await Promise.all([
    database().incident.count({ where: { ...engineCondition('open'), ...worse } }),
    database().incident.count({ where: { ...engineCondition('acknowledged'), ...worse } }),
  ]);
  return { needsAction, acknowledged };
}

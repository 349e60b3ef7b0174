import type { Service, TlsMode } from '#lib/model/endpoint.ts';
import type { Verdict } from '#lib/model/finding.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from './database.ts';
import { readService, readTlsMode, readVerdict } from './read-word.ts';
import type { Freshness } from './staleness.ts';
import { freshnessOf } from './staleness.ts';

/** Why a domain has an endpoint. */
export interface EndpointLink {
  readonly domain: string;
  readonly origin: string;
  readonly priority: number | null;
  readonly weight: number | null;
}

export interface EndpointRecord {
  readonly id: string;
  readonly service: Service;
  readonly tlsMode: TlsMode;
  readonly host: string;
  readonly port: number;
  /** False: no domain has it any more, so it is not probed. */
  readonly monitored: boolean;
  readonly domains: readonly EndpointLink[];
  readonly lastProbedAt: Date | null;
  readonly lastVerdict: Verdict | null;
  readonly freshness: Freshness;
  readonly createdAt: Date;
}

const withDomains = {
  domains: {
    where: { removedAt: null },
    select: { origin: true, priority: true, weight: true, domain: { select: { name: true } } },
    orderBy: { domain: { name: 'asc' } },
    // A provider's host serves thousands of domains; a list of some says enough.
    take: 50,
  },
} as const;

function findRow(id: string) {
  return database().endpoint.findUnique({ where: { id }, include: withDomains });
}

function toRecord(row: NonNullable<Awaited<ReturnType<typeof findRow>>>, now: Date): EndpointRecord {
  const { intervalSeconds } = readWebSettings();
  return {
    id: row.id,
    service: readService(row.service),
    tlsMode: readTlsMode(row.tlsMode),
    host: row.host,
    port: row.port,
    monitored: row.domains.length > 0,
    domains: row.domains.map(({ domain, ...link }) => ({ domain: domain.name, ...link })),
    lastProbedAt: row.lastProbedAt,
    lastVerdict: row.lastVerdict === null ? null : readVerdict(row.lastVerdict),
    freshness: freshnessOf(row.lastProbedAt, { now, intervalSeconds, lastVerdict: row.lastVerdict }),
    createdAt: row.createdAt,
  };
}

/** One endpoint, also one that is not watched any more; null: there is none. */
export async function findEndpoint(id: string, now: Date): Promise<EndpointRecord | null> {
  const row = await findRow(id);
  return row === null ? null : toRecord(row, now);
}

export interface EndpointPlace {
  readonly host: string;
  readonly port: number;
  readonly id: string;
}

/** Watched endpoints by host and port. */
export async function listEndpoints(query: {
  readonly domain: string | null;
  readonly after: EndpointPlace | null;
  readonly limit: number;
  readonly now: Date;
}): Promise<{ readonly endpoints: readonly EndpointRecord[]; readonly next: EndpointPlace | null }> {
  const { domain, after, limit, now } = query;
  const rows = await database().endpoint.findMany({
    where: {
      domains: { some: { removedAt: null, ...(domain === null ? {} : { domain: { name: domain } }) } },
      ...(after === null
        ? {}
        : {
            OR: [
              { host: { gt: after.host } },
              { host: after.host, port: { gt: after.port } },
              { host: after.host, port: after.port, id: { gt: after.id } },
            ],
          }),
    },
    include: withDomains,
    orderBy: [{ host: 'asc' }, { port: 'asc' }, { id: 'asc' }],
    take: limit + 1,
  });
  const endpoints = rows.slice(0, limit).map((row) => toRecord(row, now));
  const last = endpoints.at(-1);
  return {
    endpoints,
    next: rows.length > limit && last !== undefined ? { host: last.host, port: last.port, id: last.id } : null,
  };
}

/** Whether a probe of it is due or under way at this moment. */
export async function isProbeWaiting(endpointId: string, now: Date): Promise<boolean> {
  const where = { kind: 'probe', ref: endpointId, OR: [{ dueAt: { lte: now } }, { leaseUntil: { gt: now } }] };
  return (await database().task.count({ where })) > 0;
}

/** The same of any endpoint of a domain. */
export async function isDomainProbeWaiting(domainId: string, now: Date): Promise<boolean> {
  const [row] = await database().$queryRaw<{ waiting: boolean }[]>`
    SELECT EXISTS (
      SELECT 1 FROM domain_endpoint AS link JOIN task ON task.kind = 'probe' AND task.ref = link.endpoint_id
      WHERE link.domain_id = ${domainId} AND link.removed_at IS NULL AND (task.due_at <= ${now} OR task.lease_until > ${now})
    ) AS waiting`;
  return row?.waiting === true;
}

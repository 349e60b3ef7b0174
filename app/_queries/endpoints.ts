import { z } from 'zod';
import type { Service, TlsMode } from '#lib/model/endpoint.ts';
import type { Verdict } from '#lib/model/finding.ts';
import { Prisma } from '#prisma/generated/client.ts';
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

const endpointRow = z.object({
  id: z.string(),
  service: z.string().transform(readService),
  tlsMode: z.string().transform(readTlsMode),
  host: z.string(),
  port: z.number(),
  domains: z.array(
    z.object({
      domain: z.string(),
      origin: z.string(),
      priority: z.number().nullable(),
      weight: z.number().nullable(),
    }),
  ),
  lastProbedAt: z.date().nullable(),
  lastVerdict: z.string().transform(readVerdict).nullable(),
  createdAt: z.date(),
});

/** A provider's host serves thousands of domains; a list of some says enough. */
const mostDomains = 50;

/** One statement, for each that the database client puts together costs a page a millisecond. `which` picks and ends. */
async function readRecords(which: Prisma.Sql, now: Date): Promise<readonly EndpointRecord[]> {
  const rows = await database().$queryRaw`
    SELECT endpoint.id, endpoint.service, endpoint.tls_mode AS "tlsMode", endpoint.host, endpoint.port, links.domains,
      endpoint.last_probed_at AS "lastProbedAt", endpoint.last_verdict AS "lastVerdict", endpoint.created_at AS "createdAt"
    FROM (SELECT * FROM endpoint ${which}) AS endpoint
    CROSS JOIN LATERAL (
      SELECT COALESCE(json_agg(link), '[]') AS domains FROM (
        SELECT domain.name AS domain, link.origin, link.priority, link.weight
        FROM domain_endpoint AS link JOIN domain ON domain.id = link.domain_id
        WHERE link.endpoint_id = endpoint.id AND link.removed_at IS NULL
        ORDER BY domain.name LIMIT ${mostDomains}
      ) AS link
    ) AS links
    ORDER BY endpoint.host, endpoint.port, endpoint.id`;
  const { intervalSeconds } = readWebSettings();
  return z
    .array(endpointRow)
    .parse(rows)
    .map((row) => ({
      ...row,
      monitored: row.domains.length > 0,
      freshness: freshnessOf(row.lastProbedAt, { now, intervalSeconds, lastVerdict: row.lastVerdict }),
    }));
}

/** One endpoint, also one that is not watched any more; null: there is none. */
export async function findEndpoint(id: string, now: Date): Promise<EndpointRecord | null> {
  return (await readRecords(Prisma.sql`WHERE id = ${id}`, now))[0] ?? null;
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
  const isWatched =
    domain === null
      ? Prisma.sql`EXISTS (SELECT 1 FROM domain_endpoint WHERE endpoint_id = endpoint.id AND removed_at IS NULL)`
      : Prisma.sql`id = ANY(ARRAY(
          SELECT link.endpoint_id FROM domain_endpoint AS link JOIN domain AS owner ON owner.id = link.domain_id
          WHERE owner.name = ${domain} AND link.removed_at IS NULL))`;
  const isLater =
    after === null ? Prisma.sql`true` : Prisma.sql`(host, port, id) > (${after.host}, ${after.port}::int, ${after.id})`;
  const which = Prisma.sql`WHERE ${isWatched} AND ${isLater} ORDER BY host, port, id LIMIT ${limit + 1}`;
  const rows = await readRecords(which, now);
  const endpoints = rows.slice(0, limit);
  const last = endpoints.at(-1);
  return {
    endpoints,
    next: rows.length > limit && last !== undefined ? { host: last.host, port: last.port, id: last.id } : null,
  };
}

/** Whether a probe of any endpoint of a domain is due or under way at this moment. */
export async function isDomainProbeWaiting(domainId: string, now: Date): Promise<boolean> {
  const [row] = await database().$queryRaw<{ waiting: boolean }[]>`
    SELECT EXISTS (
      SELECT 1 FROM domain_endpoint AS link JOIN task ON task.kind = 'probe' AND task.ref = link.endpoint_id
      WHERE link.domain_id = ${domainId} AND link.removed_at IS NULL AND (task.due_at <= ${now} OR task.lease_until > ${now})
    ) AS waiting`;
  return row?.waiting === true;
}

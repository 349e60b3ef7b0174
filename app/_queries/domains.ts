import { z } from 'zod';
import { silentGuessVerdict } from '#lib/checks/silent-guess.ts';
import type { Service } from '#lib/model/endpoint.ts';
import { services } from '#lib/model/endpoint.ts';
import type { Verdict } from '#lib/model/finding.ts';
import { Prisma } from '#prisma/generated/client.ts';
import { database } from './database.ts';
import { discoveryStates, type DiscoveryState } from './discoveries.ts';
import { readVerdict } from './read-word.ts';
import { freshSince } from './staleness.ts';

/** One service of a domain, summed up over its endpoints. */
export interface ServiceSummary {
  readonly service: Service;
  readonly endpoints: number;
  /** Worst verdict of endpoints that were looked at lately; null: none was. */
  readonly worst: Verdict | null;
  /** Endpoints whose last look is too old, or that were never looked at. */
  readonly unseen: number;
}

export interface DomainRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly services: readonly ServiceSummary[];
  /** The latest that somebody asked for, also one that failed or still runs. */
  readonly discovery: {
    readonly id: string;
    readonly state: DiscoveryState;
    readonly requestedAt: Date;
    readonly startedAt: Date | null;
    readonly finishedAt: Date | null;
    /** One sentence, when it failed. */
    readonly error: string | null;
  } | null;
}

const badness: readonly Verdict[] = ['crit', 'fail', 'warn', 'inconclusive', 'info', 'pass', 'superseded', 'n-a'];

/** The worse of two verdicts; what could not be looked at is worse than what is fine. */
export function worstVerdict(verdictsSeen: readonly Verdict[]): Verdict | null {
  return badness.find((verdict) => verdictsSeen.includes(verdict)) ?? null;
}

const serviceRow = z.object({
  service: z.enum(services),
  endpoints: z.number(),
  unseen: z.number(),
  verdicts: z.array(z.string().transform(readVerdict)),
});

const row = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.date(),
  createdBy: z.string(),
  discoveryId: z.string().nullable(),
  state: z.enum(discoveryStates).nullable(),
  requestedAt: z.date().nullable(),
  startedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
  error: z.string().nullable(),
  services: z.array(serviceRow),
});

/**
 * One statement, for each that the database client puts together costs a page a millisecond; services are counted by the
 * database, because a page of domains has a thousand endpoints. `which` picks and ends.
 */
async function readRecords(which: Prisma.Sql, now: Date): Promise<readonly DomainRecord[]> {
  const { usual, guess } = freshSince(now);
  const rows = await database().$queryRaw`
    SELECT domain.id, domain.name, domain.created_at AS "createdAt", domain.created_by AS "createdBy",
      asked.id AS "discoveryId", asked.state, asked.requested_at AS "requestedAt", asked.started_at AS "startedAt",
      asked.finished_at AS "finishedAt", asked.error, counted.services
    FROM (SELECT * FROM domain ${which}) AS domain
    LEFT JOIN LATERAL (
      SELECT id, state, requested_at, started_at, finished_at, error FROM discovery
      WHERE domain_id = domain.id ORDER BY requested_at DESC LIMIT 1
    ) AS asked ON true
    CROSS JOIN LATERAL (
      SELECT COALESCE(json_agg(counts), '[]') AS services FROM (
        SELECT service, count(*)::int AS endpoints, (count(*) FILTER (WHERE NOT fresh))::int AS unseen,
          COALESCE(array_agg(DISTINCT last_verdict) FILTER (WHERE fresh AND last_verdict IS NOT NULL), '{}') AS verdicts
        FROM (
          SELECT service, last_verdict, COALESCE(last_probed_at >= CASE
            WHEN last_verdict = ${silentGuessVerdict} THEN ${guess}::timestamptz ELSE ${usual}::timestamptz END, false) AS fresh
          FROM domain_endpoint JOIN endpoint ON endpoint.id = endpoint_id
          WHERE domain_id = domain.id AND removed_at IS NULL
        ) AS looked
        GROUP BY service
      ) AS counts
    ) AS counted
    ORDER BY domain.name`;
  return z.array(row).parse(rows).map(toRecord);
}

function toRecord({ services: counted, ...found }: z.infer<typeof row>): DomainRecord {
  const { id, name, createdAt, createdBy, discoveryId, state, requestedAt, startedAt, finishedAt, error } = found;
  return {
    ...{ id, name, createdAt, createdBy },
    services: services.map((service) => {
      const own = counted.find((one) => one.service === service);
      return {
        service,
        endpoints: own?.endpoints ?? 0,
        worst: worstVerdict(own?.verdicts ?? []),
        unseen: own?.unseen ?? 0,
      };
    }),
    discovery:
      discoveryId === null || state === null || requestedAt === null
        ? null
        : { id: discoveryId, state, requestedAt, startedAt, finishedAt, error },
  };
}

/** One domain by its A-label name, or null. */
export async function findDomain(name: string, now: Date): Promise<DomainRecord | null> {
  return (await readRecords(Prisma.sql`WHERE name = ${name}`, now))[0] ?? null;
}

/** Domains by name; `after` is the last name of the page before. */
export async function listDomains(query: {
  readonly after: string | null;
  readonly limit: number;
  readonly now: Date;
}): Promise<{ readonly domains: readonly DomainRecord[]; readonly next: string | null }> {
  const { after, limit, now } = query;
  const isLater = after === null ? Prisma.sql`true` : Prisma.sql`name > ${after}`;
  const rows = await readRecords(Prisma.sql`WHERE ${isLater} ORDER BY name LIMIT ${limit + 1}`, now);
  const domains = rows.slice(0, limit);
  return { domains, next: rows.length > limit ? (domains.at(-1)?.name ?? null) : null };
}

/** How many domains are watched. */
export function countDomains(): Promise<number> {
  return database().domain.count();
}

/** How much is watched. */
export async function countWatched(): Promise<{ readonly domains: number; readonly endpoints: number }> {
  const [domains, endpoints] = await Promise.all([
    database().domain.count(),
    database().endpoint.count({ where: { domains: { some: { removedAt: null } } } }),
  ]);
  return { domains, endpoints };
}

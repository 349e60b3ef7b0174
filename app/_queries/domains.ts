import { z } from 'zod';
import { silentGuessVerdict } from '#lib/checks/silent-guess.ts';
import type { Service } from '#lib/model/endpoint.ts';
import { services } from '#lib/model/endpoint.ts';
import type { Verdict } from '#lib/model/finding.ts';
import { database } from './database.ts';
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
  readonly discovery: { readonly id: string; readonly state: string; readonly finishedAt: Date | null } | null;
}

const badness: readonly Verdict[] = ['crit', 'fail', 'warn', 'inconclusive', 'info', 'pass', 'superseded', 'n-a'];

/** The worse of two verdicts; what could not be looked at is worse than what is fine. */
export function worstVerdict(verdictsSeen: readonly Verdict[]): Verdict | null {
  return badness.find((verdict) => verdictsSeen.includes(verdict)) ?? null;
}

const related = {
  discoveries: {
    orderBy: { requestedAt: 'desc' },
    take: 1,
    select: { id: true, state: true, finishedAt: true },
  },
} as const;

function findRow(name: string) {
  return database().domain.findUnique({ where: { name }, include: related });
}

type Row = NonNullable<Awaited<ReturnType<typeof findRow>>>;

const serviceRow = z.object({
  domain_id: z.string(),
  service: z.enum(services),
  endpoints: z.number(),
  unseen: z.number(),
  verdicts: z.array(z.string().transform(readVerdict)),
});
type ServiceRow = z.infer<typeof serviceRow>;

/** Counted by the database: a page of domains has a thousand endpoints. */
async function readServices(domainIds: readonly string[], now: Date): Promise<readonly ServiceRow[]> {
  const { usual, guess } = freshSince(now);
  const rows = await database().$queryRaw`
    SELECT domain_id, service, count(*)::int AS endpoints, (count(*) FILTER (WHERE NOT fresh))::int AS unseen,
      COALESCE(array_agg(DISTINCT last_verdict) FILTER (WHERE fresh AND last_verdict IS NOT NULL), '{}') AS verdicts
    FROM (
      SELECT domain_id, service, last_verdict, COALESCE(last_probed_at >= CASE
        WHEN last_verdict = ${silentGuessVerdict} THEN ${guess}::timestamptz ELSE ${usual}::timestamptz END, false) AS fresh
      FROM domain_endpoint JOIN endpoint ON endpoint.id = endpoint_id
      WHERE domain_id = ANY(${[...domainIds]}::text[]) AND removed_at IS NULL
    ) AS looked
    GROUP BY domain_id, service`;
  return z.array(serviceRow).parse(rows);
}

function toRecord({ discoveries, ...domain }: Row, summaries: readonly ServiceRow[]): DomainRecord {
  const own = summaries.filter(({ domain_id: id }) => id === domain.id);
  return {
    ...domain,
    services: services.map((service) => {
      const found = own.find((one) => one.service === service);
      return {
        service,
        endpoints: found?.endpoints ?? 0,
        worst: worstVerdict(found?.verdicts ?? []),
        unseen: found?.unseen ?? 0,
      };
    }),
    discovery: discoveries[0] ?? null,
  };
}

/** One domain by its A-label name, or null. */
export async function findDomain(name: string, now: Date): Promise<DomainRecord | null> {
  const row = await findRow(name);
  return row === null ? null : toRecord(row, await readServices([row.id], now));
}

/** Domains by name; `after` is the last name of the page before. */
export async function listDomains(query: {
  readonly after: string | null;
  readonly limit: number;
  readonly now: Date;
}): Promise<{ readonly domains: readonly DomainRecord[]; readonly next: string | null }> {
  const { after, limit, now } = query;
  const rows = await database().domain.findMany({
    ...(after === null ? {} : { where: { name: { gt: after } } }),
    include: related,
    orderBy: { name: 'asc' },
    take: limit + 1,
  });
  const shown = rows.slice(0, limit);
  const summaries = await readServices(
    shown.map(({ id }) => id),
    now,
  );
  const domains = shown.map((row) => toRecord(row, summaries));
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

import type { Service } from '#lib/model/endpoint.ts';
import { services } from '#lib/model/endpoint.ts';
import type { Verdict } from '#lib/model/finding.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from './database.ts';
import { readVerdict } from './read-word.ts';
import { freshnessOf } from './staleness.ts';

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
  endpoints: {
    where: { removedAt: null },
    select: { endpoint: { select: { service: true, lastVerdict: true, lastProbedAt: true } } },
  },
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

function summarize(service: Service, endpoints: Row['endpoints'], now: Date): ServiceSummary {
  const { intervalSeconds } = readWebSettings();
  const own = endpoints.filter(({ endpoint }) => endpoint.service === service);
  const fresh = own.filter(
    ({ endpoint: { lastProbedAt, lastVerdict } }) =>
      freshnessOf(lastProbedAt, { now, intervalSeconds, lastVerdict }) === 'fresh',
  );
  return {
    service,
    endpoints: own.length,
    worst: worstVerdict(
      fresh.flatMap(({ endpoint: { lastVerdict } }) => (lastVerdict === null ? [] : [readVerdict(lastVerdict)])),
    ),
    unseen: own.length - fresh.length,
  };
}

function toRecord({ endpoints, discoveries, ...domain }: Row, now: Date): DomainRecord {
  return {
    ...domain,
    services: services.map((service) => summarize(service, endpoints, now)),
    discovery: discoveries[0] ?? null,
  };
}

/** One domain by its A-label name, or null. */
export async function findDomain(name: string, now: Date): Promise<DomainRecord | null> {
  const row = await findRow(name);
  return row === null ? null : toRecord(row, now);
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
  const domains = rows.slice(0, limit).map((row) => toRecord(row, now));
  return { domains, next: rows.length > limit ? (domains.at(-1)?.name ?? null) : null };
}

/** How much is watched. */
export async function countWatched(): Promise<{ readonly domains: number; readonly endpoints: number }> {
  const [domains, endpoints] = await Promise.all([
    database().domain.count(),
    database().endpoint.count({ where: { domains: { some: { removedAt: null } } } }),
  ]);
  return { domains, endpoints };
}

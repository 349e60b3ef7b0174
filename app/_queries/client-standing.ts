import { z } from 'zod';
import { countTag } from '#lib/census/count-tags.ts';
import { addCoverage, canReport, silentLoginsADay } from '#lib/census/coverage.ts';
import { selectClients } from '#lib/census/selection.ts';
import { tagOfCode } from '#lib/checks/tag-proof.ts';
import { allFindings } from '#lib/checks/registry.ts';
import { silentGuessVerdict } from '#lib/checks/silent-guess.ts';
import { provableTags } from '#lib/deep/tags.ts';
import type { CoverageCount } from '#lib/model/census.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { countWithdrawnSources, coverageDays, readCensusCube } from './census-cube.ts';
import { lately } from './census-filter.ts';
import { database } from './database.ts';
import { keepReading } from './kept-reading.ts';
import { readPromisedTags } from './promised-tags.ts';

/** A tag that some host promised: where, who holds it, and whether it can be proved. */
export interface TagStanding {
  readonly tag: string;
  /** Hosts that ever advertised it, and those that did lately. */
  readonly hosts: number;
  readonly advertisedNow: number;
  /** Hosts at which an incident says that it cannot be proved. */
  readonly broken: number;
  /** Hosts that are not watched any more, or were not seen lately. */
  readonly unknown: number;
  /** False: nobody can prove it from outside. */
  readonly isProvable: boolean;
  /** Clients that reported it as latched, and those that presumably hold it. */
  readonly latched: number;
  readonly presumed: number;
}

/** What share of the logins can tell anything of latches, over the last 30 days. */
export interface CoverageStanding {
  /** 0 to 1 */
  readonly share: number;
  readonly silentADay: number;
  /** Of these, logins by protocols without a way to report. */
  readonly cannotReportADay: number;
}

export interface ClientStanding {
  /** What is broken first, then what most clients hold. */
  readonly tags: readonly TagStanding[];
  /** Null: no login was reported. */
  readonly coverage: CoverageStanding | null;
}

const maxTags = 40;
/** The ledger is exact to the hour. */
const ledgerGraceMs = 2 * 3_600_000;

/** Promises and coverage, read every minute while somebody looks: it walks the census. The age comes with it. */
export const clientStanding = keepReading(load, {
  what: 'what clients hold',
  keptForMs: 60_000,
  usableForMs: 10 * 60_000,
  standsOn: countWithdrawnSources,
});

async function load(now: Date): Promise<ClientStanding> {
  const [cube, promises, ledger, broken] = await Promise.all([
    readCensusCube(now),
    readPromisedTags(),
    readLedger(now),
    countBroken(),
  ]);
  const clients = selectClients(cube, { filter: lately, promises, now: now.getTime() });
  const tags = ledger.map((row): TagStanding => {
    const { latched, presumed } = countTag(clients, row.tag);
    const isProvable = provableTags.some((tag) => tag === row.tag);
    return { ...row, isProvable, broken: broken.get(row.tag) ?? 0, latched, presumed };
  });
  return {
    tags: tags.toSorted((a, b) => b.broken - a.broken || b.latched - a.latched || b.hosts - a.hosts),
    coverage: coverageOf(cube.coverage),
  };
}

function coverageOf(counts: readonly CoverageCount[]): CoverageStanding | null {
  const all = addCoverage(counts);
  if (all === null) return null;
  const mute = addCoverage(counts.filter(({ server }) => !canReport(server.service)));
  return {
    share: all.spokeOfLatches / all.logins,
    silentADay: silentLoginsADay(all, coverageDays),
    cannotReportADay: mute === null ? 0 : Math.ceil(mute.logins / coverageDays),
  };
}

const ledgerRow = z.object({
  tag: z.string(),
  hosts: z.number(),
  advertisedNow: z.number(),
  unknown: z.number(),
});

async function readLedger(now: Date): Promise<readonly z.infer<typeof ledgerRow>[]> {
  const graceMs = 2 * readWebSettings().intervalSeconds * 1000 + 60_000;
  const rows = await database().$queryRaw`
    WITH server AS (
      SELECT host, bool_or(
        last_verdict IS NOT DISTINCT FROM 'inconclusive' OR last_probed_at IS NULL
        OR last_probed_at < ${new Date(now.getTime() - graceMs)} AND last_verdict IS DISTINCT FROM ${silentGuessVerdict}
      ) AS unseen
      FROM endpoint WHERE id IN (SELECT endpoint_id FROM domain_endpoint WHERE removed_at IS NULL) GROUP BY host
    )
    SELECT tag, count(*)::int AS hosts,
      (count(*) FILTER (WHERE last_seen >= ${new Date(now.getTime() - ledgerGraceMs - graceMs)}))::int AS "advertisedNow",
      (count(*) FILTER (WHERE server.host IS NULL OR unseen))::int AS unknown
    FROM commitment LEFT JOIN server USING (host)
    GROUP BY tag ORDER BY count(*) DESC, tag LIMIT ${maxTags}`;
  return z.array(ledgerRow).parse(rows);
}

const tagOf = new Map(
  allFindings.flatMap(({ code }) => {
    const tag = tagOfCode(code);
    return tag === null ? [] : [[code, tag] as const];
  }),
);
const brokenRow = z.object({ code: z.string(), hosts: z.number() });

/** Also what hangs under another incident: here it is what is the matter. */
async function countBroken(): Promise<ReadonlyMap<string, number>> {
  const rows = await database().$queryRaw`
    SELECT code, count(DISTINCT host)::int AS hosts FROM incident
    WHERE state IN ('firing', 'acknowledged', 'recovering') AND severity IN ('error', 'critical')
      AND code = ANY(${[...tagOf.keys()]}::text[])
    GROUP BY code`;
  return new Map(
    z
      .array(brokenRow)
      .parse(rows)
      .map(({ code, hosts }) => [tagOf.get(code) ?? code, hosts]),
  );
}

/** A source of reports and when it was heard last. */
export interface SourceHeard {
  readonly id: string;
  readonly name: string;
  /** Null: never. */
  readonly lastSeenAt: Date | null;
}

/** Sources that may report, the longest silent first. */
export async function listSourcesHeard(
  limit: number,
): Promise<{ readonly sources: readonly SourceHeard[]; readonly total: number }> {
  const where = { revokedAt: null };
  const [sources, total] = await Promise.all([
    database().reportSource.findMany({
      where,
      select: { id: true, name: true, lastSeenAt: true },
      orderBy: [{ lastSeenAt: { sort: 'asc', nulls: 'first' } }, { number: 'asc' }],
      take: limit,
    }),
    database().reportSource.count({ where }),
  ]);
  return { sources, total };
}

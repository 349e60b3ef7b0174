import { z } from 'zod';
import {
  failureMap,
  failureSteps,
  ownStates,
  type FailureBaseline,
  type FailureRow,
  type FailureStep,
} from '#lib/census/failure-map.ts';
import {
  baselineGapMs,
  baselineMs,
  corroboratingNetworks,
  explainSpike,
  failureStepMs,
  rateFailures,
  recentMs,
  type FailureCount,
  type OwnState,
  type SpikeMeaning,
} from '#lib/census/failure-spike.ts';
import type { CensusServer } from '#lib/model/census.ts';
import { readFailureCounts } from '#prisma/commands/service-reports.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { readCensusServers } from './census-cube.ts';
import { database } from './database.ts';
import { readOwnHistory } from './own-history.ts';

/** Steps of a map: six hours. */
const stepCount = 24;
const maxServers = 8;
const maxRows = 12;
const step = `${String(failureStepMs / 60_000)} minutes`;

/** Who a row of the map is. */
export type SignalGrouping = 'network' | 'client';

/** What clients said of one service of one server, beside what our own probes saw. */
export interface ServerSignals {
  readonly server: CensusServer;
  readonly all: FailureRow;
  readonly rows: readonly FailureRow[];
  /** Rows that are not shown. */
  readonly more: number;
  readonly own: readonly OwnState[];
  /** Tags with reports in the last minutes, beside what is usual. */
  readonly now: readonly (FailureCount & {
    readonly expected: number;
    /** Null: no spike. */
    readonly meaning: SpikeMeaning | null;
  })[];
}

export interface Signals {
  /** Begins of the steps, milliseconds since the epoch. */
  readonly steps: readonly number[];
  readonly tags: readonly string[];
  /** What needs somebody first. */
  readonly servers: readonly ServerSignals[];
  /** Further services with reports in these hours, from fewer networks. */
  readonly left: number;
}

const serverRow = z.object({ server: z.number(), knownSince: z.date(), total: z.number() });
const stepRow = z.object({ who: z.string(), at: z.date(), clients: z.number() });
const baselineRow = z.object({ who: z.string(), clients: z.number() });
const tagRow = z.object({ tag: z.string() });
const everybody = '';

/** Reports of broken latches of the last six hours, of one tag or of all. */
export async function readSignals(asked: {
  readonly tag: string | null;
  readonly by: SignalGrouping;
  readonly now: Date;
}): Promise<Signals> {
  const { tag, now } = asked;
  const steps = failureSteps(now.getTime(), stepCount);
  const [from, recent] = [new Date(steps[0] ?? 0), new Date(now.getTime() - recentMs)];
  const [tags, failing] = await Promise.all([
    database().$queryRaw`
      SELECT tag FROM latch_failure WHERE slot >= ${from} AND slot <= ${now}
      GROUP BY tag ORDER BY count(*) DESC, tag LIMIT 12`.then((found) => z.array(tagRow).parse(found)),
    database().$queryRaw`
      SELECT server, (SELECT min(slot) FROM latch_failure AS earlier
        WHERE earlier.server = latch_failure.server AND slot > ${new Date(now.getTime() - baselineMs)}) AS "knownSince",
        count(*) OVER ()::int AS total
      FROM latch_failure WHERE slot >= ${from} AND slot <= ${now} AND (${tag}::text IS NULL OR tag = ${tag})
      GROUP BY server
      -- What many networks say at this moment is never cut off for the many words of one.
      ORDER BY least(count(DISTINCT network) FILTER (WHERE slot > ${recent} AND network <> ''), ${corroboratingNetworks}) DESC,
        count(DISTINCT (network, client)) DESC, server
      LIMIT ${maxServers}`.then((rows) => z.array(serverRow).parse(rows)),
  ]);
  const servers = await readCensusServers(failing.map((row) => row.server));
  const found = await Promise.all(
    failing.flatMap(({ server: id, knownSince }) => {
      const server = servers.get(id);
      return server === undefined
        ? []
        : [readServer({ ...asked, id, server, steps, knownSince: knownSince.getTime() })];
    }),
  );
  return {
    ...{ steps, tags: tags.map((row) => row.tag) },
    servers: found.sort((a, b) => urgency(a) - urgency(b)),
    left: (failing[0]?.total ?? 0) - failing.length,
  };
}

async function readServer(about: {
  readonly id: number;
  readonly server: CensusServer;
  readonly steps: readonly number[];
  readonly knownSince: number;
  readonly tag: string | null;
  readonly by: SignalGrouping;
  readonly now: Date;
}): Promise<ServerSignals> {
  const { id, server, steps, knownSince, tag, by, now } = about;
  const range = { steps, knownSince, now: now.getTime() };
  const [history, counts, whole, grouped] = await Promise.all([
    readOwnHistory(server, { from: steps[0] ?? 0, intervalSeconds: readWebSettings().intervalSeconds }),
    readFailureCounts(database(), { servers: [id], now: now.getTime() }),
    readCounts({ id, tag, by: null, now, from: steps[0] ?? 0 }),
    readCounts({ id, tag, by, now, from: steps[0] ?? 0 }),
  ]);
  const own = ownStates(steps, history);
  const [all] = failureMap(whole, { ...range, maxRows: 1 }).rows;
  const { rows, more } = failureMap(grouped, { ...range, maxRows });
  return {
    ...{ server, rows, more, own },
    all: all ?? { who: everybody, expected: 0, cells: steps.map(() => ({ clients: 0, level: 'none' })) },
    now: counts
      .filter((count) => tag === null || count.tag === tag)
      .map((count) => {
        const { expected, isSpike } = rateFailures(count, range);
        return { ...count, expected, meaning: isSpike ? explainSpike(count, own.at(-1) ?? 'unknown') : null };
      }),
  };
}

/** Clients by step, and of the whole baseline; `by` null: all together. */
async function readCounts(about: {
  readonly id: number;
  readonly tag: string | null;
  readonly by: SignalGrouping | null;
  readonly now: Date;
  readonly from: number;
}): Promise<{ readonly steps: readonly FailureStep[]; readonly baselines: readonly FailureBaseline[] }> {
  const { id, tag, by, now } = about;
  const grouping = by ?? everybody;
  const from = new Date(about.from);
  const [first, gap] = [new Date(now.getTime() - baselineMs), new Date(now.getTime() - baselineGapMs)];
  const steps = await database().$queryRaw`
    SELECT who, at, count(DISTINCT (network, client))::int AS clients FROM (
      SELECT date_bin(${step}::interval, slot, 'epoch'::timestamptz) AS at, network, client, CASE ${grouping}
        WHEN 'network' THEN network WHEN 'client' THEN (
          SELECT trim(name || ' ' || version) FROM client_name WHERE client_name.id = latch_failure.client) ELSE '' END AS who
      FROM latch_failure WHERE server = ${id} AND slot >= ${from} AND slot <= ${now}
        AND (${tag}::text IS NULL OR tag = ${tag})
    ) AS failed GROUP BY who, at ORDER BY clients DESC LIMIT 20000`;
  const counted = z.array(stepRow).parse(steps);
  const who = [...new Set(counted.map((row) => row.who))];
  const baselines = await database().$queryRaw`
    SELECT who, count(DISTINCT (at, network, client))::int AS clients FROM (
      SELECT date_bin(${step}::interval, slot, 'epoch'::timestamptz) AS at, network, client, CASE ${grouping}
        WHEN 'network' THEN network WHEN 'client' THEN (
          SELECT trim(name || ' ' || version) FROM client_name WHERE client_name.id = latch_failure.client) ELSE '' END AS who
      FROM latch_failure WHERE server = ${id} AND slot > ${first} AND slot <= ${gap}
        AND (${tag}::text IS NULL OR tag = ${tag})
    ) AS failed WHERE who = ANY (${who}::text[]) GROUP BY who`;
  return {
    steps: counted.map(({ at, ...row }) => ({ ...row, at: at.getTime() })),
    baselines: z.array(baselineRow).parse(baselines),
  };
}

const order: Readonly<Record<SpikeMeaning, number>> = { path: 0, many: 1, 'own-fault': 2, claim: 3 };

function urgency({ now }: ServerSignals): number {
  return Math.min(4, ...now.map(({ meaning }) => (meaning === null ? 4 : order[meaning])));
}

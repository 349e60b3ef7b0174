import { maxTrendTags, type CensusTrendItem } from '#components/census-trend.tsx';
import type { TagTrend } from '#components/latch-matrix.tsx';
import type { Role } from '#lib/model/role.ts';
import { readAdvertisedTimes, readCensusDays, type CensusDay } from '#prisma/commands/census-days.ts';
import { database } from './database.ts';
import { isHiddenCount, showCount, smallestShown } from './show-count.ts';

const dayMs = 86_400_000;
const shownMs = 400 * dayMs;
/** The line beside a number is of these days. */
const sparkDays = 30;
/** Rows of the matrix that can have a line beside them. */
const maxTags = 50;

/** What a viewer sees drawn is no more exact than what is written. */
function heightOf(count: number, role: Role): number {
  return role === 'viewer' && isHiddenCount(count) ? smallestShown : count;
}

export interface CensusTrends {
  /** Null: fewer than two days were counted. */
  readonly trend: CensusTrendItem | null;
  /** By tag: its last 30 days. */
  readonly ofTags: ReadonlyMap<string, TagTrend>;
}

/** How many clients held each tag over time, as this role may see it. */
export async function readCensusTrends(now: Date, role: Role): Promise<CensusTrends> {
  const days = await readCensusDays(database(), { since: new Date(now.getTime() - shownMs), maxTags });
  const byTag = new Map<string, CensusDay[]>();
  for (const day of days.filter(({ tag }) => tag !== '')) byTag.set(day.tag, [...(byTag.get(day.tag) ?? []), day]);
  const instants = [...new Set(days.map(({ at }) => at))];
  const ofTags = new Map(
    [...byTag].flatMap(([tag, counted]) => {
      const trend = sparkOf(counted, { now: now.getTime(), role });
      return trend === null ? [] : [[tag, trend] as const];
    }),
  );
  if (instants.length < 2) return { trend: null, ofTags };
  const latest = (counted: readonly CensusDay[]): number => counted.at(-1)?.latched ?? 0;
  const shown = [...byTag].toSorted(([, a], [, b]) => latest(b) - latest(a)).slice(0, maxTrendTags);
  const advertised = await readAdvertisedTimes(
    database(),
    shown.map(([tag]) => tag),
  );
  const tags = shown.map(([tag, counted]) => {
    const at = new Map(counted.map((day) => [day.at, day.latched]));
    const times = advertised.find((one) => one.tag === tag);
    const values = instants.map((instant) => at.get(instant) ?? null);
    return {
      tag,
      heights: values.map((value) => (value === null ? null : heightOf(value, role))),
      counts: values.map((value) => (value === null ? '–' : showCount(value, role))),
      advertised: times === undefined ? null : { from: times.from, to: times.to },
    };
  });
  return { trend: { days: instants, tags }, ofTags };
}

function sparkOf(
  counted: readonly CensusDay[],
  { now, role }: { readonly now: number; readonly role: Role },
): TagTrend | null {
  const recent = counted.filter(({ at }) => at > now - (sparkDays + 1) * dayMs);
  const [first, last] = [recent[0], recent.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  const days = Math.round((last.at - first.at) / dayMs);
  return {
    points: recent.map(({ latched }) => heightOf(latched, role)),
    words: `${showCount(first.latched, role)} to ${showCount(last.latched, role)} in ${String(days)} days`,
  };
}

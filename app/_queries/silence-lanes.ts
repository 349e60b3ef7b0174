import { z } from 'zod';
import type { SilenceLaneItem } from '#components/silence-lanes.tsx';
import { laneHistoryMs, laneHours, silenceLane } from '#lib/census/silence-lane.ts';
import { database } from './database.ts';

const laneLength = 24;
const maxSources = 12;

const countRows = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    since: z.date(),
    hours: z.array(z.number()),
    counts: z.array(z.number()),
  }),
);

/** What came from each source in the last 24 hours beside what is usual, those that report most first. */
export async function readSilenceLanes(
  now: number,
): Promise<{ readonly hours: readonly number[]; readonly lanes: readonly SilenceLaneItem[] }> {
  const hours = laneHours(now, laneLength);
  const from = new Date((hours[0] ?? now) - laneHistoryMs);
  const rows = countRows.parse(
    await database().$queryRaw`
      SELECT report_source.id, name, (SELECT min(hour) FROM report_count AS first WHERE first.source = number) AS since,
        array_agg(extract(epoch FROM hour)::float8 * 1000) AS hours, array_agg(accepted::float8) AS counts
      FROM report_source JOIN report_count ON source = number AND hour >= ${from}
      WHERE revoked_at IS NULL AND withdrawn_at IS NULL
      GROUP BY report_source.id, name, number ORDER BY sum(accepted) DESC, report_source.id LIMIT ${maxSources}`,
  );
  const lanes = rows.map(({ id, name, since, hours: known, counts }): SilenceLaneItem => {
    const byHour = new Map(known.map((hour, index) => [hour, counts[index] ?? 0]));
    return { id, name, cells: silenceLane(byHour, { hours, since: since.getTime(), now }) };
  });
  return { hours, lanes };
}

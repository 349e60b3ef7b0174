import type { LatchBounceItem } from '#components/latch-bounce-table.tsx';
import { database } from './database.ts';

const dayMs = 86_400_000;
const shownDays = 30;
const shownRows = 50;

/** Bounces of the last 30 days that name a latch, the most frequent first. */
export async function listLatchBounces(now: number): Promise<readonly LatchBounceItem[]> {
  const rows = await database().latchBounce.groupBy({
    by: ['tag', 'reporter', 'remote'],
    where: { day: { gte: new Date(now - shownDays * dayMs) } },
    _sum: { bounces: true },
    _max: { day: true },
    orderBy: { _sum: { bounces: 'desc' } },
    take: shownRows,
  });
  return rows.map(({ tag, reporter, remote, _sum, _max }) => ({
    tag,
    reporter,
    remote,
    bounces: Number(_sum.bounces ?? 0),
    lastAt: _max.day?.getTime() ?? 0,
  }));
}

import { parseArgs } from 'node:util';
import { burstUnderKills } from '#tests/support/alert-burst.ts';
import { startFaultWorld } from '#tests/support/fault-world.ts';
import { startBenchDatabase } from './bench-database.ts';
import { describeMachine } from './measure.ts';

/* Whether alerts survive the death of the worker: a burst of incidents, and `kill -9` again and again meanwhile. */

/** Runs the benchmark: `--times N --incidents N --every MILLISECONDS`. */
export async function benchAlertKill(print: (line: string) => void, rest: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...rest],
    options: {
      times: { type: 'string', default: '100' },
      incidents: { type: 'string', default: '1000' },
      every: { type: 'string', default: '5000' },
    },
  });
  const [times = 0, incidents = 0, everyMs = 0] = [values.times, values.incidents, values.every].map(Number);
  const { url: databaseUrl, database, stop } = await startBenchDatabase();
  const world = await startFaultWorld({ databaseUrl, database, count: incidents, intervalSeconds: 30 });
  try {
    for (const line of describeMachine({
      command: `npm run bench -- alert-kill ${rest.join(' ')}`.trim(),
      seed: 'none',
    }))
      print(line);
    const outcome = await burstUnderKills(world, { database, times, everyMs, progress: print });
    print(
      `incidents ${String(outcome.incidents)}, mails ${String(outcome.mails)}, the worker killed ${String(times)} times`,
    );
    print(
      `lost ${String(outcome.lost)}, ends lost ${String(outcome.endsLost)}, sent twice ${String(outcome.twice)} ` +
        `(${((outcome.twice / outcome.mails) * 100).toFixed(2)} %), broken threads ${String(outcome.brokenThreads)}`,
    );
  } finally {
    await world.stop();
    await stop();
  }
}

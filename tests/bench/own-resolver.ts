import { parseArgs } from 'node:util';
import { startOwnResolverWorld } from '#tests/support/own-resolver-world.ts';
import { until } from '#tests/support/until.ts';
import { startBenchDatabase } from './bench-database.ts';
import { describeMachine } from './measure.ts';

/*
 * Our own resolver dies under a worker that watches many endpoints: a real unbound, killed and started again, a real
 * worker, a real Postgres, one real IMAP server with as many names.
 */

/** Runs the benchmark: `--endpoints N --interval SECONDS`. */
export async function benchOwnResolver(print: (line: string) => void, rest: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...rest],
    options: { endpoints: { type: 'string', default: '500' }, interval: { type: 'string', default: '60' } },
  });
  const [count, intervalSeconds] = [Number(values.endpoints), Number(values.interval)];
  for (const line of describeMachine({
    command: `npm run bench -- own-resolver ${rest.join(' ')}`.trim(),
    seed: 'none',
  }))
    print(line);
  const { url: databaseUrl, database, stop } = await startBenchDatabase();
  const world = await startOwnResolverWorld({ databaseUrl, database, count, intervalSeconds });
  let from = performance.now();
  const report = async (what: string): Promise<void> => {
    const seconds = ((performance.now() - from) / 1000).toFixed(0);
    const verdicts = [...(await world.verdicts())].map(([verdict, endpoints]) => `${String(endpoints)} ${verdict}`);
    const incidents = await database.incident.findMany({ orderBy: { id: 'asc' }, select: { code: true, state: true } });
    const shown = incidents.map(({ code, state }) => `${code} ${state}`).join(', ') || 'none';
    const notices = await database.notice.count();
    print(`${what} after ${seconds} s: ${verdicts.join(', ')}; incidents: ${shown}; notices: ${String(notices)}`);
    from = performance.now();
  };
  const isResolved = async () =>
    (await database.incident.count({ where: { state: { not: 'resolved' } } })) === 0 ? true : null;
  try {
    print(`${String(count)} endpoints, probed every ${String(intervalSeconds)} s`);
    await world.allGreen();
    await report('all green');
    await world.killResolver();
    await world.allUnknown();
    await report('resolver killed, all unknown');
    const looked = new Date();
    await until(async () =>
      (await database.endpoint.count({ where: { lastProbedAt: { gt: looked } } })) === count ? true : null,
    );
    await report('all looked at once more');
    await world.startResolver();
    await world.allGreen();
    await report('resolver started, all green');
    await until(isResolved);
    await report('own incident resolved');
  } finally {
    await world.stop();
    await stop();
  }
}

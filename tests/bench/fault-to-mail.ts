import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Database } from '#prisma/client.ts';
import { faultKinds, startFaultWorld, type BreakableServer, type FaultKind } from '#tests/support/fault-world.ts';
import { until } from '#tests/support/until.ts';
import { startBenchDatabase } from './bench-database.ts';
import { describeFigure, describeMachine } from './measure.ts';

/*
 * From a fault to its mail at the relay: real servers, a real worker, a real Postgres, all on this machine. Each server is
 * broken at a random moment of its interval, mended when its mail has come, and broken again when it was seen to be well.
 */

const seed = 20_261_126;

/** Numerical Recipes' congruence: the same moments in every run. */
function randomOf(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * A mail route takes 20 mails an hour: here an hour passes every half second. Deep scans are left out: one that met the
 * certificates of before and after in turn would take the server for a pool.
 */
async function letAnHourPass(database: Database): Promise<void> {
  await database.$executeRaw`DELETE FROM task WHERE kind = 'scan' AND lease_until IS NULL`;
  await database.$executeRaw`UPDATE notice SET sent_at = sent_at - interval '1 hour' WHERE sent_at > now() - interval '1 hour'`;
}

/** Runs the benchmark: `--faults N --servers N --interval SECONDS`. */
export async function benchFaultToMail(print: (line: string) => void, rest: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...rest],
    options: {
      faults: { type: 'string', default: '100' },
      servers: { type: 'string', default: '20' },
      interval: { type: 'string', default: '30' },
    },
  });
  const [faults = 0, count = 0, intervalSeconds = 0] = [values.faults, values.servers, values.interval].map(Number);
  const { url: databaseUrl, database, stop } = await startBenchDatabase();
  const world = await startFaultWorld({ databaseUrl, database, count, intervalSeconds });
  const random = randomOf(seed);
  const seconds: Record<FaultKind, number[]> = { expired: [], gone: [] };
  let begun = 0;
  const breakAgain = async (server: BreakableServer): Promise<void> => {
    while (begun < faults) {
      const kind = faultKinds[begun % faultKinds.length] ?? 'gone';
      begun += 1;
      await pause(random() * intervalSeconds * 1000);
      const from = world.sink.mails.length;
      await server.breakIt(kind);
      const brokenAt = performance.now();
      const { host, endpointId } = server;
      const mail = await world.mailOf({ host, kind, state: 'FIRING', from });
      seconds[kind].push((mail.takenAt - brokenAt) / 1000);
      if (begun >= faults) return;
      await server.mendIt();
      await world.mailOf({ host, kind, state: 'RESOLVED', from });
      // What comes back within the hour is the same incident: for the next fault, this one is long over.
      await database.$executeRaw`
        UPDATE incident SET resolved_at = resolved_at - interval '2 hours' WHERE state = 'resolved' AND host = ${host}`;
      const of = { endpointId, code: kind === 'expired' ? 'certificate-expiry' : 'unreachable' };
      await until(async () =>
        (await database.incident.count({ where: { ...of, state: { not: 'resolved' } } })) === 0 ? true : null,
      );
    }
  };
  const hours = setInterval(() => void letAnHourPass(database), 500);
  try {
    for (const line of describeMachine({
      command: `npm run bench -- fault-to-mail ${rest.join(' ')}`.trim(),
      seed: String(seed),
    }))
      print(line);
    print(`${String(faults)} faults on ${String(count)} servers, probed every ${String(intervalSeconds)} s`);
    await Promise.all(world.servers.map(breakAgain));
    for (const [kind, goalSeconds] of [
      ['expired', 40],
      ['gone', 60],
    ] as const) {
      const sorted = seconds[kind].toSorted((a, b) => a - b);
      const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
      print(describeFigure({ name: `fault to mail, ${kind}`, unit: 's', values: sorted }));
      print(`  95 % within ${p95.toFixed(1)} s (goal: under ${String(goalSeconds)} s)`);
    }
  } finally {
    clearInterval(hours);
    await world.stop();
    await stop();
  }
}

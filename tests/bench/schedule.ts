import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { openDatabase, type Database } from '#prisma/client.ts';
import { migrate } from '#prisma/migrate.ts';
import { startEmbeddedPostgres } from '#workers/database/embedded-postgres.ts';
import { labDomains } from '#tests/lab/domains.ts';
import { startLab, stopLab } from '#tests/lab/lab.ts';
import { describeMachine } from './measure.ts';
import { cpuSecondsOf } from './process-figures.ts';

/*
 * Whether one worker keeps up: real probes of the lab's Dovecots, the real engine and a real Postgres, all on this
 * machine, which has the servers to carry as well. Each endpoint has a host name of its own and is declared to be at one of
 * the lab's addresses.
 */

const sampleMs = 2_000;

interface Share {
  readonly endpoints: number;
  readonly intervalSeconds: number;
  readonly minutes: number;
}

/** Healthy servers with IMAP over implicit TLS: host of the certificate, and address. */
function servers(): readonly { readonly host: string; readonly address: string }[] {
  return labDomains.flatMap(({ fault, servers: own }) =>
    fault !== null
      ? []
      : own.flatMap(({ address, hosts: [host], services, certificate }) =>
          host !== undefined && certificate === 'good' && services.includes('imaps') ? [{ host, address }] : [],
        ),
  );
}

/** Puts the endpoints under watch, the first probe of each somewhere in the first interval. */
async function fill(database: Database, { endpoints, intervalSeconds }: Share): Promise<void> {
  const at = servers();
  await database.$executeRaw`
    INSERT INTO domain (id, name, created_by) VALUES ('bench', 'ok.test', 'bench')`;
  await database.$executeRaw`
    INSERT INTO endpoint (id, service, tls_mode, host, port)
    SELECT 'e' || n, 'imap', 'implicit', 'm' || n || '.ok.test', 993 FROM generate_series(1, ${endpoints}::int) AS n`;
  await database.$executeRaw`
    INSERT INTO domain_endpoint (domain_id, endpoint_id, origin, first_seen, last_seen)
    SELECT 'bench', id, 'manual', now(), now() FROM endpoint`;
  await database.$executeRaw`
    INSERT INTO declaration (endpoint_id, address, server_name, updated_at, updated_by)
    SELECT 'e' || n, item.address, item.host, now(), 'bench' FROM generate_series(1, ${endpoints}::int) AS n
    JOIN jsonb_to_recordset(${JSON.stringify(at.map((server, index) => ({ ...server, index })))}::jsonb)
      AS item(host text, address text, index int) ON item.index = n % ${at.length}::int`;
  await database.$executeRaw`
    INSERT INTO task (kind, ref, due_at)
    SELECT 'probe', id, now() + random() * ${intervalSeconds}::int * interval '1 second' FROM endpoint`;
}

const sampleRow = z.object({ overdue: z.number(), runs: z.number(), scans: z.number() });

async function sample(database: Database): Promise<z.infer<typeof sampleRow>> {
  const rows = await database.$queryRaw`
    SELECT
      (SELECT COALESCE(max(extract(epoch FROM now() - due_at)), 0) FROM task WHERE kind = 'probe' AND due_at < now())::float8
        AS overdue,
      (SELECT COALESCE(sum(runs), 0) FROM observation_span WHERE kind = 'addresses')::float8 AS runs,
      (SELECT count(*) FROM endpoint WHERE last_scanned_at IS NOT NULL)::float8 AS scans`;
  return z.tuple([sampleRow]).parse(rows)[0];
}

/** Runs the benchmark and prints its figures. The argument is ENDPOINTSxSECONDSxMINUTES. */
export async function benchSchedule(
  print: (line: string) => void,
  [wanted = '10000x300x15']: readonly string[],
): Promise<void> {
  const [endpoints = 0, intervalSeconds = 0, minutes = 0] = wanted.split('x').map(Number);
  if (!(endpoints > 0) || !(intervalSeconds >= 10) || !(minutes > 0)) {
    throw new Error(`${wanted} is not ENDPOINTSxSECONDSxMINUTES`);
  }
  const share: Share = { endpoints, intervalSeconds, minutes };
  const lab = await startLab();
  const folder = mkdtempSync(join(tmpdir(), 'latchwatch-bench-'));
  const server = await startEmbeddedPostgres({ dataFolder: folder });
  const migrated = await migrate(server.url);
  if (!migrated.ok) throw new Error(migrated.reason);
  const database = openDatabase(server.url);
  await fill(database, share);
  const { PATH = '', HOME = '' } = process.env;
  const worker = spawn(process.execPath, ['--import', 'tsx', 'workers/main.ts'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...lab.environment,
      PATH,
      HOME,
      NODE_ENV: 'production',
      DATABASE_URL: server.url,
      LATCHWATCH_INTERVAL: `${String(intervalSeconds)}s`,
    },
  });
  try {
    for (const line of describeMachine({ command: `npm run bench -- schedule ${wanted}`, seed: 'none' })) print(line);
    print(
      `${String(endpoints)} endpoints every ${String(intervalSeconds)} s at ${String(servers().length)} addresses of the lab, on the same machine`,
    );
    // The first interval starts the process and sees everything for the first time.
    await pause(intervalSeconds * 1000);
    const [before, cpuBefore] = [await sample(database), cpuSecondsOf(worker.pid ?? 0)];
    const overdue: number[] = [];
    const until = Date.now() + minutes * 60_000;
    while (Date.now() < until) {
      await pause(sampleMs);
      overdue.push((await sample(database)).overdue);
    }
    const after = await sample(database);
    const runs = after.runs - before.runs;
    const cpu = cpuSecondsOf(worker.pid ?? 0) - cpuBefore;
    const sorted = overdue.toSorted((a, b) => a - b);
    print(
      `measured for ${String(minutes)} min after the first interval: ${String(runs)} probes, ${(runs / minutes / 60).toFixed(1)}/s (asked for: ${(endpoints / intervalSeconds).toFixed(1)}/s), ${String(after.scans - before.scans)} deep scans beside them`,
    );
    print(
      `longest overdue, of ${String(overdue.length)} samples: median ${(sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(1)} s, worst ${(sorted.at(-1) ?? 0).toFixed(1)} s (an interval is ${String(intervalSeconds)} s)`,
    );
    print(
      `CPU of the worker: ${((cpu * 1000) / runs).toFixed(2)} ms a probe, ${((cpu / minutes / 60) * 100).toFixed(0)} % of a core`,
    );
  } finally {
    const ended = once(worker, 'exit');
    worker.kill('SIGTERM');
    await ended;
    await database.$disconnect();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
    if (lab.started) await stopLab();
  }
}

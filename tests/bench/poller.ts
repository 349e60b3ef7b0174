import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { z } from 'zod';
import { closeDatabase } from '#app/_queries/database.ts';
import { openDatabase } from '#prisma/client.ts';
import { createToken } from '#prisma/commands/tokens.ts';
import { migrate } from '#prisma/migrate.ts';
import { startEmbeddedPostgres } from '#workers/database/embedded-postgres.ts';
import { serveApi } from '#tests/app/support/serve-api.ts';
import { describeFigure, describeMachine } from './measure.ts';

/*
 * `npm run bench -- poller`: a poller over HTTP reads the feed of events while many connections open and close
 * incidents in transactions of any length, some of which are broken off. Afterwards the database tells which events
 * were committed; the poller must have each of them, once.
 */

const page = z.object({
  data: z.array(z.object({ id: z.string() })),
  next_cursor: z.string(),
  has_more: z.boolean(),
});

interface Load {
  readonly writers: number;
  readonly seconds: number;
  readonly everySeconds: number;
}

interface Outcome {
  readonly committed: number;
  readonly missed: number;
  readonly twice: number;
  readonly rolledBack: number;
  /** Events that a cursor of plain numbers would have passed over: seen after one with a higher id. */
  readonly outOfOrder: number;
  readonly pollMs: readonly number[];
}

/** Runs the benchmark. `--minutes N --every SECONDS --writers N --runs N`. */
export async function benchPoller(print: (line: string) => void, rest: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...rest],
    options: {
      minutes: { type: 'string', default: '0.2' },
      every: { type: 'string', default: '2' },
      writers: { type: 'string', default: '200' },
      runs: { type: 'string', default: '5' },
    },
  });
  const load = {
    writers: Number(values.writers),
    seconds: Number(values.minutes) * 60,
    everySeconds: Number(values.every),
  };
  for (const line of describeMachine({ command: `npm run bench -- poller ${rest.join(' ')}`.trim(), seed: 'none' })) {
    print(line);
  }
  const outcomes: Outcome[] = [];
  for (let run = 0; run < Number(values.runs); run += 1) {
    const outcome = await measure(load);
    outcomes.push(outcome);
    const { committed, missed, twice, rolledBack, outOfOrder } = outcome;
    print(
      `run ${String(run + 1)}: ${String(committed)} events committed, ${String(rolledBack)} rolled back, ${String(outOfOrder)} committed out of order: ${String(missed)} missed, ${String(twice)} seen twice`,
    );
  }
  const figure = (name: string, unit: string, of: (outcome: Outcome) => number) =>
    print(describeFigure({ name, unit, values: outcomes.map(of) }));
  figure('events missed', '', ({ missed }) => missed);
  figure('events seen twice', '', ({ twice }) => twice);
  figure('events a second', '/s', ({ committed }) => committed / load.seconds);
  figure('longest answer', 'ms', ({ pollMs }) => Math.max(0, ...pollMs));
}

async function measure(load: Load): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'latchwatch-poller-bench-'));
  const server = await startEmbeddedPostgres({
    dataFolder: folder,
    parameters: { max_connections: String(load.writers + 40) },
  });
  try {
    const migrated = await migrate(server.url);
    if (!migrated.ok) throw new Error(migrated.reason);
    return await runLoad(server.url, load);
  } finally {
    await closeDatabase();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runLoad(url: string, load: Load): Promise<Outcome> {
  process.env['DATABASE_URL'] = url;
  process.env['LATCHWATCH_SECRET'] = randomBytes(32).toString('hex');
  process.env['LATCHWATCH_PUBLIC_URL'] = 'http://localhost:3000';
  const db = openDatabase(url, 2);
  const { token } = await createToken(db, {
    ...{ name: 'poller', scopes: ['incidents:read'], createdBy: 'bench', now: new Date() },
  });
  const api = await serveApi();
  const end = performance.now() + load.seconds * 1000;
  const seen: string[] = [];
  const pollMs: number[] = [];
  let cursor = '';
  const readAll = async (): Promise<void> => {
    for (;;) {
      const startedAt = performance.now();
      const response = await fetch(`${api.url}/api/v1/incident-events?limit=200${cursor}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      pollMs.push(performance.now() - startedAt);
      if (response.status === 429) {
        await pause(1000 * Number(response.headers.get('retry-after') ?? '1'));
        continue;
      }
      const { data, next_cursor: next, has_more: more } = page.parse(await response.json());
      seen.push(...data.map(({ id }) => id));
      cursor = `&after=${next}`;
      if (!more) return;
    }
  };
  try {
    const writers = Array.from({ length: load.writers }, (_, number) => writeUntil(end, { url, number }));
    while (performance.now() < end) {
      await pause(Math.min(load.everySeconds * 1000, Math.max(0, end - performance.now())));
      await readAll();
    }
    const rolledBack = (await Promise.all(writers)).reduce((total, count) => total + count, 0);
    await readAll();
    const committed = (await db.incidentEvent.findMany({ select: { id: true } })).map(({ id }) => String(id));
    const seenOnce = new Set(seen);
    let highest = 0n;
    const outOfOrder = seen.filter((id) => {
      const late = BigInt(id) < highest;
      if (!late) highest = BigInt(id);
      return late;
    }).length;
    return {
      committed: committed.length,
      missed: committed.filter((id) => !seenOnce.has(id)).length,
      twice: seen.length - seenOnce.size,
      ...{ rolledBack, outOfOrder, pollMs },
    };
  } finally {
    await api.stop();
    await db.$disconnect();
  }
}

/** Opens and closes incidents on a connection of its own; one in ten transactions is broken off. Gives how many were. */
async function writeUntil(
  end: number,
  { url, number }: { readonly url: string; readonly number: number },
): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  let rolledBack = 0;
  try {
    for (let count = 0; performance.now() < end; count += 1) {
      const id = `${String(number)}-${String(count)}`;
      for (const kind of ['opened', 'resolved']) {
        await client.query('BEGIN');
        if (kind === 'opened') {
          await client.query(
            `INSERT INTO incident (id, fingerprint, dedup_key, instance, state, severity, code, host, title, params,
              affected, first_seen, last_seen, opened_at, updated_at)
            VALUES ($1, $1, $1, 1, 'firing', 'critical', 'certificate-expiry', 'mail.example.org', $1, '{}', '[]', now(),
              now(), now(), now())`,
            [id],
          );
        } else {
          await client.query(
            `UPDATE incident SET state = 'resolved', resolved_at = now(), updated_at = now(), version = version + 1
            WHERE id = $1`,
            [id],
          );
        }
        await client.query(
          `INSERT INTO incident_event (incident_id, kind, at, actor, data)
          SELECT id, $2, now(), 'latchwatch', '{"severity": "critical"}' FROM incident WHERE id = $1`,
          [id, kind],
        );
        // The number is taken; how long until the commit is anybody's guess.
        await pause(Math.random() * (Math.random() < 0.05 ? 3000 : 300));
        const breaksOff = Math.random() < 0.1;
        if (breaksOff) rolledBack += 1;
        await client.query(breaksOff ? 'ROLLBACK' : 'COMMIT');
      }
      await pause(Math.random() * 500);
    }
  } finally {
    await client.end();
  }
  return rolledBack;
}

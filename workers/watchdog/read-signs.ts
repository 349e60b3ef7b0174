import pg from 'pg';
import { z } from 'zod';
import { errorText } from '#lib/error-text.ts';
import type { SignReading, WatchdogReading } from '#lib/incidents/watchdog.ts';
import { anyVantage, vitalSigns, watchdogSign, type WatchdogDetail } from '#lib/model/vital-sign.ts';

const patienceMs = 8_000;

const signRow = z.object({ name: z.string(), age_ms: z.number(), said: z.string().nullable() });

const unseen: SignReading = { ageMs: null, said: null };

/**
 * Says that this watchdog lives and reads the latest vital signs of its vantage and of no vantage, over a connection of its
 * own each time: a pool would hide that nobody can connect any more. Ages are by the database's clock. Never rejects; takes
 * at most some 16 seconds.
 */
export async function readSigns(options: {
  readonly databaseUrl: string;
  readonly vantage: string;
  /** What to write about ourselves; `address` is ours as the database sees it, null: over a local socket. */
  readonly detail: (address: string | null) => Promise<WatchdogDetail>;
}): Promise<WatchdogReading> {
  const client = new pg.Client({
    connectionString: options.databaseUrl,
    application_name: 'latchwatch watchdog',
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
    statement_timeout: patienceMs,
  });
  // A connection that breaks also emits 'error'; the query in flight rejects with it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const own = await client.query<Record<string, unknown>>('SELECT host(inet_client_addr()) AS address');
    const [{ address }] = z.tuple([z.object({ address: z.string().nullable() })]).parse(own.rows);
    const detail = await options.detail(address);
    await client.query(
      `INSERT INTO vital_sign (name, vantage, at, detail) VALUES ($1, $2, now(), $3::jsonb)
       ON CONFLICT (name, vantage) DO UPDATE SET at = EXCLUDED.at, detail = EXCLUDED.detail`,
      [watchdogSign, options.vantage, JSON.stringify(detail)],
    );
    const { rows } = await client.query<Record<string, unknown>>(
      `SELECT DISTINCT ON (name) name, (extract(epoch FROM now() - at) * 1000)::float8 AS age_ms, detail->>'said' AS said
       FROM vital_sign WHERE name = ANY($1) AND vantage IN ($2, $3) ORDER BY name, at DESC`,
      [[...vitalSigns], anyVantage, options.vantage],
    );
    const found = new Map(
      z
        .array(signRow)
        .parse(rows)
        .map(({ name, age_ms: ageMs, said }) => [name, { ageMs, said }]),
    );
    return {
      database: 'answers',
      signs: {
        'database-write': found.get('database-write') ?? unseen,
        'fixture-probe': found.get('fixture-probe') ?? unseen,
        'outbox-drain': found.get('outbox-drain') ?? unseen,
      },
    };
  } catch (error) {
    return { database: 'silent', error: errorText(error) };
  } finally {
    await client.end().catch(() => undefined);
  }
}

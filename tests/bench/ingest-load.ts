import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { pseudonymOf } from '#lib/census/pseudonym.ts';
import { worldClient, worldHost, worldRow, worldTagSets } from './census-world.ts';

/*
 * Reports for a made census (census-world.ts), and an oracle: what was acknowledged must stand in the census, and the
 * logins must be as many as were acknowledged.
 */

export interface LoadOptions {
  readonly url: string;
  readonly token: string;
  readonly seed: string;
  /** Rows of the world. */
  readonly rows: number;
  /** Share of reports that change a row, 0 to 1. */
  readonly changes: number;
  readonly batchSize: number;
  /** Names each run, so that its batches are no other's. */
  readonly runName: string;
  /** Changes that loads before this one made: their rows are known to have changed. */
  readonly changesBefore: number;
  /** Null: the sender makes pseudonyms. Otherwise user names are sent, and this key makes the pseudonyms of the oracle. */
  readonly key: Buffer | null;
}

interface Batch {
  readonly id: string;
  readonly body: string;
}

const answered = z.object({ accepted: z.number(), duplicate: z.number(), rejected: z.array(z.unknown()) });

/** Numbers in 0..1 that are the same for the same seed. */
function seededRandom(seed: string): () => number {
  let state = Array.from(seed).reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) >>> 0, 7);
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 1 | state) + 0x6d2b79f5) >>> 0;
    return ((state ^ (state >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Sends batches and knows what the census must say afterwards. */
export class IngestLoad {
  readonly #options: LoadOptions;
  readonly #random: () => number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  /** Tag sets of rows that were changed: whoever reports of such a row later says the same. */
  readonly #expected = new Map<number, number>();
  #batches = 0;
  #changes = 0;
  acknowledged = 0;
  /** Requests that ended without an answer, or with one that asks to try again. */
  retries = 0;
  readonly acknowledgedAfterMs: number[] = [];

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#random = seededRandom(options.runName + options.seed);
    while (this.#changes < options.changesBefore) this.#change();
  }

  /** How many rows were changed so far. */
  get changes(): number {
    return this.#changes;
  }

  /** The next row that changes, each once: a stride that meets all of them. */
  #change(): number {
    const { rows, seed } = this.#options;
    const n = (this.#changes * 7_919) % rows;
    this.#changes += 1;
    const { tagSet } = worldRow(n, seed);
    this.#expected.set(n, (tagSet + 1 + (this.#changes % (worldTagSets.length - 1))) % worldTagSets.length);
    return n;
  }

  /** Sends one batch, again and again until it is acknowledged. */
  async send(): Promise<void> {
    const batch = this.#make();
    for (;;) {
      const startedAt = performance.now();
      const status = await this.#post(batch);
      if (status === 202) {
        this.acknowledgedAfterMs.push(performance.now() - startedAt);
        break;
      }
      this.retries += 1;
      await pause(50);
    }
    this.acknowledged += this.#options.batchSize;
  }

  #make(): Batch {
    const { rows, seed, changes, batchSize, runName, key } = this.#options;
    this.#batches += 1;
    const now = Date.now();
    const lines: string[] = [];
    for (let index = 0; index < batchSize; index += 1) {
      const isChange = this.#random() < changes;
      const n = isChange ? this.#change() : Math.floor(this.#random() * rows);
      const row = worldRow(n, seed);
      const tagSet = this.#expected.get(n) ?? row.tagSet;
      const { name, version } = worldClient(row.client);
      const who = key === null ? `"client_key":"${row.account}"` : `"user":"${row.account}@example.org"`;
      // What changed is the latest word, also within the same millisecond.
      const at = new Date(isChange ? now + 1 : now).toISOString();
      lines.push(
        `{"observed_at":"${at}","protocol":"imap","server_host":"${worldHost(row.server)}","port":993,${who},"name":"${name}","version":"${version}","latch":${JSON.stringify(worldTagSets[tagSet])},"tls_version":"${row.tls[0]}","tls":"${row.tls[1]}","client_address":"192.0.2.${String(n % 250)}"}`,
      );
    }
    return { id: `${runName}-${String(this.#batches)}`, body: lines.join('\n') };
  }

  #post({ id, body }: Batch): Promise<number> {
    const { url, token } = this.#options;
    return new Promise((resolve) => {
      const outgoing = request(
        url,
        {
          method: 'POST',
          agent: this.#agent,
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/x-ndjson',
            'content-length': Buffer.byteLength(body),
            'x-batch-id': id,
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (part: string) => (text += part));
          response.on('error', () => resolve(0));
          response.on('end', () => {
            if (response.statusCode === 202 && answered.parse(JSON.parse(text)).rejected.length > 0) {
              throw new Error(`reports of the load were rejected: ${text.slice(0, 300)}`);
            }
            resolve(response.statusCode ?? 0);
          });
        },
      );
      outgoing.on('error', () => resolve(0));
      outgoing.end(body);
    });
  }

  /** Ends the connections. */
  close(): void {
    this.#agent.destroy();
  }

  /** Asks the database: changes that were acknowledged and are not there, and logins that were counted too often. */
  async verify(databaseUrl: string): Promise<{ readonly lost: number; readonly countedTwice: number }> {
    const { seed, key } = this.#options;
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      const expected = [...this.#expected];
      let lost = 0;
      for (let start = 0; start < expected.length; start += 20_000) {
        const part = expected.slice(start, start + 20_000).map(([n, tagSet]) => {
          const row = worldRow(n, seed);
          const account = key === null ? row.account : pseudonymOf(key, `${row.account}@example.org`);
          const { name, version } = worldClient(row.client);
          return { account, name, version, host: worldHost(row.server), tags: worldTagSets[tagSet] ?? [] };
        });
        const { rows } = await client.query<unknown[]>(
          `SELECT count(*)::int AS found FROM jsonb_to_recordset($1::jsonb)
            AS e(account uuid, name text, version text, host text, tags text[])
          JOIN client_name c USING (name, version) JOIN mail_server s ON s.host = e.host AND s.service = 'imap'
          JOIN latch_holder h ON h.account = e.account AND h.server = s.id AND h.client = c.id
          JOIN census_class k ON k.id = h.class JOIN tag_set t ON t.id = k.latched AND t.tags = e.tags`,
          [JSON.stringify(part)],
        );
        lost += part.length - z.tuple([z.object({ found: z.number() })]).parse(rows)[0].found;
      }
      const { rows } = await client.query<unknown[]>(
        'SELECT COALESCE(sum(logins), 0)::float8 AS logins FROM login_count',
      );
      const { logins } = z.tuple([z.object({ logins: z.number() })]).parse(rows)[0];
      return {
        lost: lost + Math.max(0, this.acknowledged - logins),
        countedTwice: Math.max(0, logins - this.acknowledged),
      };
    } finally {
      await client.end();
    }
  }

  /** Whether the cube counts what the rows say: cells that differ. */
  async differingCells(databaseUrl: string): Promise<number> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query<unknown[]>(`
        WITH kept AS (
          SELECT class, week, sum(n) AS n FROM (
            SELECT class, week, holders AS n FROM census_cube UNION ALL SELECT class, week, change FROM census_delta) cells
          GROUP BY 1, 2 HAVING sum(n) <> 0),
        counted AS (SELECT class, date_trunc('week', last_day)::date AS week, count(*) AS n FROM latch_holder GROUP BY 1, 2)
        SELECT count(*)::int AS differ FROM kept FULL JOIN counted USING (class, week)
        WHERE kept.n IS DISTINCT FROM counted.n`);
      return z.tuple([z.object({ differ: z.number() })]).parse(rows)[0].differ;
    } finally {
      await client.end();
    }
  }
}

import type { Pool } from 'pg';
import { z } from 'zod';

/*
 * Words that strangers say become numbers here, once each. A cap a day bounds how many: what comes beyond it is counted
 * under one word for all. The rows are of no harm without the batch that brought them, so they are written on their own.
 */

const idRow = z.object({ key: z.string(), id: z.number() });

/** How the words of one table are found and added; `$1` is a JSON array of keys, each an array of column values. */
interface DictionaryStatements {
  readonly find: string;
  readonly add: string;
}

/** More words than this are not kept in memory; the next ask goes to the database. */
const maxRemembered = 200_000;

const dayMs = 24 * 60 * 60 * 1000;

/** The words of one table. A key is made by one of the functions below. */
export class Dictionary {
  readonly #pool: Pool;
  readonly #statements: DictionaryStatements;
  readonly #capPerDay: number;
  readonly #ids = new Map<string, number>();
  #day = -1;
  #addedToday = 0;

  constructor(pool: Pool, options: { readonly statements: DictionaryStatements; readonly capPerDay: number }) {
    this.#pool = pool;
    this.#statements = options.statements;
    this.#capPerDay = options.capPerDay;
  }

  /**
   * The numbers of these keys. One that is unknown is added, unless the cap of the day (UTC) is reached: then it is
   * missing in the answer.
   */
  async resolve(keys: Iterable<string>, now: number): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    const unknown: string[] = [];
    for (const key of new Set(keys)) {
      const id = this.#ids.get(key);
      if (id === undefined) unknown.push(key);
      else found.set(key, id);
    }
    if (unknown.length === 0) return found;
    const known = await this.#ask(this.#statements.find, unknown);
    const wanted = unknown.filter((key) => !known.has(key)).toSorted();
    const admitted = this.#admit(wanted, now);
    const added = admitted.length === 0 ? new Map<string, number>() : await this.#add(admitted);
    for (const [key, id] of [...known, ...added]) {
      found.set(key, id);
      if (this.#ids.size < maxRemembered) this.#ids.set(key, id);
    }
    return found;
  }

  #admit(keys: readonly string[], now: number): readonly string[] {
    const day = Math.floor(now / dayMs);
    if (day !== this.#day) {
      this.#day = day;
      this.#addedToday = 0;
    }
    const admitted = keys.slice(0, Math.max(0, this.#capPerDay - this.#addedToday));
    this.#addedToday += admitted.length;
    return admitted;
  }

  async #add(keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    await this.#pool.query(this.#statements.add, [JSON.stringify(keys.map((key) => key.split(columnEnd)))]);
    // Another process may have added some of them in between: what counts is what stands there now.
    return this.#ask(this.#statements.find, keys);
  }

  async #ask(sql: string, keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.#pool.query<unknown[]>(sql, [
      JSON.stringify(keys.map((key) => key.split(columnEnd))),
      keys,
    ]);
    return new Map(
      z
        .array(idRow)
        .parse(rows)
        .map(({ key, id }) => [key, id]),
    );
  }
}

/** Between the columns of a key: no reader lets a control character into a word. */
const columnEnd = '\u001f';

/** Name and version. */
export function clientKey(name: string, version: string): string {
  return name + columnEnd + version;
}

/** Host or address, the other one '', and service. */
export function serverKey({
  host,
  address,
  service,
}: {
  readonly host: string;
  readonly address: string;
  readonly service: string;
}): string {
  return host + columnEnd + address + columnEnd + service;
}

/** Tags, sorted. */
export function tagSetKey(tags: readonly string[]): string {
  return tags.join(' ');
}

/** Version and suite. */
export function tlsKey(version: string, cipher: string): string {
  return version + columnEnd + cipher;
}

/** Numbers of client, server, latched and supported tags and TLS, and whether the client speaks of latches. */
export function classKey(
  numbers: readonly [client: number, server: number, latched: number, supported: number, tls: number],
  speaksDeep: boolean,
): string {
  return [...numbers, speaksDeep].join(columnEnd);
}

/** `$2` are the same keys as text, in the order of `$1`. */
const asked = `(SELECT value AS v, $2::text[] AS keys, ordinality AS n FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY) AS asked`;
const keyOf = 'asked.keys[asked.n]';

const clientStatements: DictionaryStatements = {
  find: `SELECT ${keyOf} AS key, id FROM ${asked} JOIN client_name ON name = v->>0 AND version = v->>1`,
  add: `INSERT INTO client_name (name, version, first_seen)
    SELECT v->>0, v->>1, now() FROM jsonb_array_elements($1::jsonb) AS v ORDER BY 1, 2 ON CONFLICT DO NOTHING`,
};
const serverStatements: DictionaryStatements = {
  find: `SELECT ${keyOf} AS key, id FROM ${asked} JOIN mail_server ON host = v->>0 AND address = v->>1 AND service = v->>2`,
  add: `INSERT INTO mail_server (host, address, service)
    SELECT v->>0, v->>1, v->>2 FROM jsonb_array_elements($1::jsonb) AS v ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING`,
};
const tagSetStatements: DictionaryStatements = {
  find: `SELECT ${keyOf} AS key, id FROM ${asked}
    JOIN tag_set ON tags = array_remove(string_to_array(v->>0, ' '), '')`,
  add: `INSERT INTO tag_set (tags)
    SELECT array_remove(string_to_array(v->>0, ' '), '') FROM jsonb_array_elements($1::jsonb) AS v
    ORDER BY 1 ON CONFLICT DO NOTHING`,
};
const tlsStatements: DictionaryStatements = {
  find: `SELECT ${keyOf} AS key, id FROM ${asked} JOIN client_tls ON version = v->>0 AND cipher = v->>1`,
  add: `INSERT INTO client_tls (version, cipher)
    SELECT v->>0, v->>1 FROM jsonb_array_elements($1::jsonb) AS v ORDER BY 1, 2 ON CONFLICT DO NOTHING`,
};
const classStatements: DictionaryStatements = {
  find: `SELECT ${keyOf} AS key, id FROM ${asked} JOIN census_class ON client = (v->>0)::int AND server = (v->>1)::int
    AND latched = (v->>2)::int AND supported = (v->>3)::int AND tls = (v->>4)::int AND speaks_deep = (v->>5)::boolean`,
  add: `INSERT INTO census_class (client, server, latched, supported, tls, speaks_deep)
    SELECT (v->>0)::int, (v->>1)::int, (v->>2)::int, (v->>3)::int, (v->>4)::int, (v->>5)::boolean
    FROM jsonb_array_elements($1::jsonb) AS v ORDER BY 1, 2, 3, 4, 5, 6 ON CONFLICT DO NOTHING`,
};

/** All dictionaries of the census. */
export interface Dictionaries {
  readonly clients: Dictionary;
  readonly servers: Dictionary;
  readonly tagSets: Dictionary;
  readonly tls: Dictionary;
  readonly classes: Dictionary;
}

/** Opens them. Caps hold for this process and a day: some ten thousand kinds of clients exist, and bots invent more. */
export function openDictionaries(pool: Pool): Dictionaries {
  return {
    clients: new Dictionary(pool, { statements: clientStatements, capPerDay: 20_000 }),
    servers: new Dictionary(pool, { statements: serverStatements, capPerDay: 2_000 }),
    tagSets: new Dictionary(pool, { statements: tagSetStatements, capPerDay: 2_000 }),
    tls: new Dictionary(pool, { statements: tlsStatements, capPerDay: 500 }),
    classes: new Dictionary(pool, { statements: classStatements, capPerDay: 50_000 }),
  };
}

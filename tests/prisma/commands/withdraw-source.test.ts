import pg from 'pg';
import type { Database } from '#prisma/client.ts';
import { createSource, findSource } from '#prisma/commands/report-sources.ts';
import { withdrawSource } from '#prisma/commands/withdraw-source.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import {
  classKey,
  clientKey,
  openDictionaries,
  serverKey,
  tagSetKey,
  tlsKey,
} from '#workers/store/census/dictionary.ts';
import type { Holder } from '#workers/store/census/holder.ts';
import { findChangedHolders, writeHolders } from '#workers/store/census/write-holders.ts';

const dayMs = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const actor = 'administrator@example.org';
const dayOf = (n: number) => new Date(start + n * dayMs).toISOString().slice(0, 10);

/** What a report of the world below says: on its own day, so that each one changes something. */
interface Told {
  readonly source: number;
  readonly account: string;
  readonly client: number;
  readonly class: number;
  readonly speaksDeep: boolean;
  readonly day: number;
}

interface World {
  readonly server: number;
  readonly clients: readonly number[];
  /** By client: classes that speak of latches, and one that does not. */
  readonly speaking: readonly (readonly number[])[];
  readonly silent: readonly number[];
}

async function makeWorld(pool: pg.Pool): Promise<World> {
  const words = openDictionaries(pool);
  const one = async (ids: Promise<ReadonlyMap<string, number>>): Promise<number> => {
    const [id] = [...(await ids).values()];
    if (id === undefined) throw new Error('the dictionary did not take a word');
    return id;
  };
  const server = await one(
    words.servers.resolve([serverKey({ host: 'imap.a.test', address: '', service: 'imap' })], start),
  );
  const tls = await one(words.tls.resolve([tlsKey('TLSv1.3', 'TLS_AES_128_GCM_SHA256')], start));
  const tagSets: number[] = [];
  for (const tags of [[], ['tls10'], ['tls-cert', 'tls10']]) {
    tagSets.push(await one(words.tagSets.resolve([tagSetKey(tags)], start)));
  }
  const [none = 0] = tagSets;
  const clients: number[] = [];
  const speaking: number[][] = [];
  const silent: number[] = [];
  for (const name of ['Demo', 'Other']) {
    const client = await one(words.clients.resolve([clientKey(name, '1')], start));
    const make = (latched: number, speaks: boolean) =>
      one(words.classes.resolve([classKey([client, server, latched, none, tls], speaks)], start));
    clients.push(client);
    speaking.push([await make(none, true), await make(tagSets[1] ?? 0, true), await make(tagSets[2] ?? 0, true)]);
    silent.push(await make(none, false));
  }
  return { server, clients, speaking, silent };
}

/** The smallest generator that gives the same every time (Park and Miller). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

describe('withdrawSource', () => {
  let test: TestDatabase;
  let db: Database;
  let pool: pg.Pool;
  let world: World;
  beforeEach(async () => {
    test = await createTestDatabase();
    db = test.database;
    pool = new pg.Pool({ connectionString: test.url, max: 2 });
    world = await makeWorld(pool);
  });
  afterEach(async () => {
    await pool.end();
    await test.close();
  });

  async function create(name: string) {
    const made = await createSource(db, { name, addresses: [], hosts: [], actor, now: new Date(start) });
    if (!made.ok) throw new Error(made.error);
    return made.value;
  }

  /** As ingest does it: what is known is not written, the rest in one transaction. */
  async function report(told: Told): Promise<void> {
    const day = dayOf(told.day);
    const at = start + told.day * dayMs;
    const holder: Holder = { ...told, previous: null, server: world.server, firstDay: day, lastDay: day, at };
    const changed = await findChangedHolders(pool, [holder]);
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await writeHolders(client, changed);
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  }

  async function holders() {
    const rows = await db.latchHolder.findMany({ orderBy: [{ account: 'asc' }, { client: 'asc' }] });
    return rows.map(({ account, client, class: id, lastDay, source }) => ({
      account,
      client,
      class: id,
      lastDay,
      source,
    }));
  }

  /** The cube with what is not folded in yet; what is zero is not there. */
  async function cube(): Promise<readonly string[]> {
    const { rows } = await pool.query<{ readonly line: string }>(
      `SELECT class || ' ' || week || ' ' || sum(n) AS line FROM
        (SELECT class, week, change AS n FROM census_delta UNION ALL SELECT class, week, holders FROM census_cube) AS all_of
       GROUP BY class, week HAVING sum(n) <> 0 ORDER BY class, week`,
    );
    return rows.map(({ line }) => line);
  }

  it.each([1, 2, 3])('leaves what there was had the source never reported (seed %i)', async (seed) => {
    const next = seeded(seed * 7919);
    const [poisoned, ...others] = [await create('poisoned'), await create('a'), await create('b')];
    const numbers = [poisoned.number, ...others.map(({ number }) => number)];
    const told = Array.from({ length: 150 }, (_, index): Told => {
      const which = next(2);
      // Of each kind of client either all speak of latches or none does; the next test is of what is between.
      const speaksDeep = which === 0;
      const id = speaksDeep ? world.speaking[which]?.[next(3)] : world.silent[which];
      return {
        source: numbers[next(3)] ?? 0,
        account: String(next(12)).padStart(32, '0'),
        client: world.clients[which] ?? 0,
        class: id ?? 0,
        speaksDeep,
        day: index + 1,
      };
    });
    for (const one of told) await report(one);
    await expect(
      withdrawSource(db, { id: poisoned.id, reason: 'broken into', actor, now: new Date() }),
    ).resolves.toMatchObject({
      ok: true,
    });
    const [heldAfter, cubeAfter] = [await holders(), await cube()];
    // The oracle: the same, told by the others alone.
    await pool.query('TRUNCATE latch_holder, latch_holder_before, census_delta, census_cube');
    for (const one of told) if (one.source !== poisoned.number) await report(one);
    expect(heldAfter.length).toBeGreaterThan(5);
    expect(heldAfter).toEqual(await holders());
    expect(cubeAfter).toEqual(await cube());
  });

  it('takes a claim back although a client that kept silent has since been seen by another source', async () => {
    const [poisoned, honest] = [await create('poisoned'), await create('honest')];
    const account = 'a'.repeat(32);
    const client = world.clients[0] ?? 0;
    const claim = { account, client, class: world.speaking[0]?.[2] ?? 0, speaksDeep: true };
    await report({ ...claim, source: poisoned.number, day: 1 });
    await report({ ...claim, source: honest.number, class: world.silent[0] ?? 0, speaksDeep: false, day: 2 });
    await withdrawSource(db, { id: poisoned.id, reason: 'broken into', actor, now: new Date() });
    expect((await holders()).filter((holder) => holder.class === claim.class)).toEqual([]);
    expect(await cube()).toEqual([]);
  });

  it('takes counts, claims and documents of that source, and of no other', async () => {
    const [poisoned, honest] = [await create('poisoned'), await create('honest')];
    const id = world.speaking[0]?.[0] ?? 0;
    const day = new Date(start);
    for (const { number: source } of [poisoned, honest]) {
      const key = { server: world.server, source };
      await db.anonymousReport.create({ data: { class: id, day, source, reports: 3 } });
      await db.loginCount.create({
        data: { ...key, day, logins: 9, named: 5, spokeOfLatches: 1, proxied: 0, proxiedWithoutTls: 0 },
      });
      const failure = { slot: day, network: '192.0.2.0/24', client: world.clients[0] ?? 0, tag: 'tls10', reports: 2 };
      await db.latchFailure.create({ data: { ...key, ...failure } });
      await db.latchBounce.create({
        data: { day, reporter: 'mx.b.test', remote: 'mx.a.test', tag: 'tls10', source, bounces: 1 },
      });
      await db.reportBatch.create({ data: { source, batch: 'x', at: day, answer: {} } });
      await db.reportCount.create({ data: { source, hour: day, accepted: 9 } });
    }
    await withdrawSource(db, { id: poisoned.id, reason: 'broken into', actor, now: new Date() });
    const left = [
      await db.anonymousReport.findMany(),
      await db.loginCount.findMany(),
      await db.latchFailure.findMany(),
      await db.latchBounce.findMany(),
      await db.reportBatch.findMany(),
    ];
    expect(left.map((rows) => rows.map(({ source }) => source))).toEqual(left.map(() => [honest.number]));
    // What it sent stays countable: it is the evidence.
    await expect(db.reportCount.count()).resolves.toBe(2);
  });

  it('revokes the source, writes down who did it and why, and does it once', async () => {
    const { id, token } = await create('poisoned');
    const now = new Date(start + dayMs);
    await expect(withdrawSource(db, { id, reason: ' ', actor, now })).resolves.toMatchObject({ ok: false });
    await expect(findSource({ db, token, now })).resolves.not.toBeNull();
    await expect(withdrawSource(db, { id, reason: ' broken into ', actor, now })).resolves.toEqual({
      ok: true,
      value: { removed: 0, restored: 0 },
    });
    await expect(findSource({ db, token, now })).resolves.toBeNull();
    await expect(db.reportSource.findUnique({ where: { id } })).resolves.toMatchObject({
      revokedBy: actor,
      withdrawnAt: now,
      withdrawnBy: actor,
      withdrawnReason: 'broken into',
    });
    await expect(db.auditEntry.findFirst({ where: { action: 'source.withdrawn' } })).resolves.toMatchObject({
      actor,
      subject: id,
      detail: { name: 'poisoned', reason: 'broken into', removed: 0, restored: 0 },
    });
    await expect(withdrawSource(db, { id, reason: 'again', actor, now })).resolves.toMatchObject({ ok: false });
    await expect(withdrawSource(db, { id: 'none', reason: 'x', actor, now })).resolves.toMatchObject({ ok: false });
  });
});

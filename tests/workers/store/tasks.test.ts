import { openDatabase, type Database } from '#prisma/client.ts';
import { requestTask, urgent } from '#prisma/commands/tasks.ts';
import {
  claimTasks,
  completeTask,
  enqueueTask,
  inClaim,
  LeaseLost,
  releaseTasks,
  type Claim,
} from '#workers/store/tasks.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

let test: TestDatabase;
let db: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  db = test.database;
});
afterAll(() => test.close());
beforeEach(async () => {
  await db.task.deleteMany();
  await db.workerHeartbeat.deleteMany();
});

const kinds = ['probe'] as const;

async function claimOne(workerId: string): Promise<Claim> {
  const [claim] = await claimTasks(db, { workerId, limit: 1, kinds, vantage: 'local' });
  if (claim === undefined) throw new Error('nothing to claim');
  return claim;
}

/** As if the worker that holds it had been paused for longer than its lease. */
async function expireLeases(): Promise<void> {
  await db.$executeRaw`UPDATE task SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL`;
}

/** A write that shows whether a transaction was kept. */
async function leaveMark(tx: Parameters<Parameters<typeof inClaim>[2]>[0], id: string): Promise<void> {
  await tx.$executeRaw`INSERT INTO worker_heartbeat (id, vantage, started_at, beat_at) VALUES (${id}, '', now(), now())`;
}

async function marks(): Promise<readonly string[]> {
  return (await db.workerHeartbeat.findMany({ orderBy: { id: 'asc' } })).map(({ id }) => id);
}

describe('claims', () => {
  it('give each task to one of many claimers only', async () => {
    const count = 300;
    await db.$executeRaw`INSERT INTO task (kind, ref, due_at) SELECT 'probe', i::text, now() FROM generate_series(1, ${count}::int) AS i`;
    const other = openDatabase(test.url);
    const ran: string[] = [];
    const work = async (database: Database, workerId: string): Promise<void> => {
      for (;;) {
        const claims = await claimTasks(database, { workerId, limit: 7, kinds, vantage: 'local' });
        if (claims.length === 0) return;
        for (const claim of claims) {
          ran.push(claim.ref);
          await inClaim(database, claim, (tx) => completeTask(tx, claim, { nextInMs: 60_000 }));
        }
      }
    };
    await Promise.all([work(db, 'a'), work(other, 'b'), work(db, 'c'), work(other, 'd')]);
    await other.$disconnect();
    expect(ran).toHaveLength(count);
    expect(new Set(ran).size).toBe(count);
  });

  it('take what a person waits for first, then what is due longest, and nothing that is not due', async () => {
    await enqueueTask(db, { kind: 'probe', ref: 'later', inMs: 60_000 });
    await enqueueTask(db, { kind: 'probe', ref: 'new', inMs: -1_000 });
    await enqueueTask(db, { kind: 'probe', ref: 'old', inMs: -60_000 });
    await enqueueTask(db, { kind: 'probe', ref: 'asked', inMs: 0, priority: urgent });
    const order: string[] = [];
    for (let index = 0; index < 3; index += 1) order.push((await claimOne('a')).ref);
    expect(order).toEqual(['asked', 'old', 'new']);
    expect(await claimTasks(db, { workerId: 'a', limit: 9, kinds, vantage: 'local' })).toEqual([]);
  });

  it('leave other kinds of work alone', async () => {
    await enqueueTask(db, { kind: 'notify', ref: 'n', inMs: 0 });
    expect(await claimTasks(db, { workerId: 'a', limit: 9, kinds, vantage: 'local' })).toEqual([]);
  });
});

describe('a lost lease', () => {
  it('is taken over, and the late worker writes nothing', async () => {
    await enqueueTask(db, { kind: 'probe', ref: 'x', inMs: 0 });
    const first = await claimOne('a');
    expect(await claimTasks(db, { workerId: 'b', limit: 1, kinds, vantage: 'local' })).toEqual([]);
    await expireLeases();
    const second = await claimOne('b');
    expect(second.fence).toBeGreaterThan(first.fence);
    expect(second.attempts).toBe(2);
    const late = inClaim(db, first, async (tx) => {
      await leaveMark(tx, 'late');
      await completeTask(tx, first, { nextInMs: 1 });
    });
    await expect(late).rejects.toThrow(LeaseLost);
    await inClaim(db, second, async (tx) => {
      await leaveMark(tx, 'second');
      await completeTask(tx, second, { nextInMs: 60_000 });
    });
    expect(await marks()).toEqual(['second']);
  });

  it('of a worker that stopped beating is taken over before it ends, and of one that beats is not', async () => {
    const beatAgo = (seconds: number) => db.$executeRaw`
      INSERT INTO worker_heartbeat (id, vantage, started_at, beat_at)
      VALUES ('dead', 'local', now(), now() - ${seconds} * interval '1 second')
      ON CONFLICT (id) DO UPDATE SET beat_at = EXCLUDED.beat_at`;
    await enqueueTask(db, { kind: 'probe', ref: 'e', inMs: 0 });
    await beatAgo(0);
    const early = await claimOne('dead');
    await beatAgo(5);
    expect(await claimTasks(db, { workerId: 'next', limit: 1, kinds, vantage: 'local' })).toEqual([]);
    await beatAgo(25);
    const claim = await claimOne('next');
    expect(claim.ref).toBe('e');
    await expect(inClaim(db, early, (tx) => completeTask(tx, early, { nextInMs: 0 }))).rejects.toThrow(LeaseLost);
  });

  it('rolls back what was written before the loss showed', async () => {
    await enqueueTask(db, { kind: 'probe', ref: 'x', inMs: 0 });
    const claim = await claimOne('a');
    const run = inClaim(db, claim, async (tx) => {
      await leaveMark(tx, 'written');
      // Another claim than the one that is held, as if the fence had moved.
      await completeTask(tx, { ...claim, fence: claim.fence - 1n }, { nextInMs: 1 });
    });
    await expect(run).rejects.toThrow(LeaseLost);
    expect(await marks()).toEqual([]);
  });

  it('is what a task taken off the list looks like', async () => {
    await enqueueTask(db, { kind: 'probe', ref: 'x', inMs: 0 });
    const claim = await claimOne('a');
    await db.task.deleteMany();
    await expect(inClaim(db, claim, (tx) => leaveMark(tx, 'ghost'))).rejects.toThrow(LeaseLost);
    expect(await marks()).toEqual([]);
  });

  it('cannot happen to a run that is writing: its row is held', async () => {
    await enqueueTask(db, { kind: 'probe', ref: 'x', inMs: 0 });
    const claim = await claimOne('a');
    await expireLeases();
    await inClaim(db, claim, async (tx) => {
      expect(await claimTasks(db, { workerId: 'b', limit: 1, kinds, vantage: 'local' })).toEqual([]);
      await completeTask(tx, claim, { nextInMs: 60_000 });
    });
    expect(await claimTasks(db, { workerId: 'b', limit: 1, kinds, vantage: 'local' })).toEqual([]);
  });
});

describe('the end of a run', () => {
  it('makes the task due at once when somebody asked while it ran', async () => {
    await enqueueTask(db, { kind: 'probe', ref: 'x', inMs: 0 });
    const claim = await claimOne('a');
    await requestTask(db, { kind: 'probe', ref: 'x', dueAt: new Date(), priority: urgent });
    await inClaim(db, claim, (tx) => completeTask(tx, claim, { nextInMs: 60_000 }));
    const again = await claimOne('b');
    expect(again).toMatchObject({ ref: 'x', priority: urgent, attempts: 1 });
    await inClaim(db, again, (tx) => completeTask(tx, again, { nextInMs: 60_000 }));
    expect(await claimTasks(db, { workerId: 'b', limit: 1, kinds, vantage: 'local' })).toEqual([]);
  });

  it('takes what happens once off the list, unless somebody asked again', async () => {
    await enqueueTask(db, { kind: 'probe', ref: 'x', inMs: 0 });
    const claim = await claimOne('a');
    await requestTask(db, { kind: 'probe', ref: 'x', dueAt: new Date() });
    await inClaim(db, claim, (tx) => completeTask(tx, claim, { nextInMs: null }));
    const second = await claimOne('a');
    await inClaim(db, second, (tx) => completeTask(tx, second, { nextInMs: null }));
    expect(await db.task.count()).toBe(0);
  });

  it('of a worker gives its tasks back', async () => {
    await enqueueTask(db, { kind: 'probe', ref: 'x', inMs: 0 });
    const claim = await claimOne('a');
    await releaseTasks(db, 'a');
    expect(await claimOne('b')).toMatchObject({ ref: 'x', attempts: 1 });
    await expect(inClaim(db, claim, () => Promise.resolve())).rejects.toThrow(LeaseLost);
  });
});

describe('a second opinion', () => {
  const beat = (id: string, vantage = 'local') => db.$executeRaw`
    INSERT INTO worker_heartbeat (id, vantage, started_at, beat_at) VALUES (${id}, ${vantage}, now(), now())`;
  const claimAs = (workerId: string) => claimTasks(db, { workerId, limit: 1, kinds, vantage: 'local' });

  async function suspect(): Promise<void> {
    await db.$executeRaw`INSERT INTO task (kind, ref, due_at) VALUES ('probe', 'a', now())`;
    const claim = await claimOne('first');
    await inClaim(db, claim, (tx) => completeTask(tx, claim, { nextInMs: 0, secondOpinion: true }));
  }

  it('is asked of another worker that lives, and of the same one where that does not come', async () => {
    await beat('first');
    await beat('second');
    await suspect();
    await db.$executeRaw`UPDATE task SET due_at = now()`;
    expect(await claimAs('first')).toEqual([]);
    const claim = await claimOne('second');
    await inClaim(db, claim, (tx) => completeTask(tx, claim, { nextInMs: 0, secondOpinion: true }));
    await db.$executeRaw`UPDATE task SET due_at = now() - interval '3 seconds'`;
    expect(await claimAs('second')).toHaveLength(1);
  });

  it('is not waited for where no other worker lives', async () => {
    await beat('first');
    await db.$executeRaw`
      INSERT INTO worker_heartbeat (id, vantage, started_at, beat_at)
      VALUES ('dead', 'local', now(), now() - interval '2 minutes')`;
    await suspect();
    expect(await claimAs('first')).toHaveLength(1);
  });
});

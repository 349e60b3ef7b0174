import { performance } from 'node:perf_hooks';
import { openDatabase } from '#prisma/client.ts';
import { createConnectionLimit } from '#workers/store/connection-limit.ts';
import type { Log } from '#workers/ports.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.database.connectionSlot.deleteMany();
});

const log: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const random = () => 0.5;

function soon(ms: number): number {
  return performance.now() + ms;
}

/** Work that lasts until it is let go. */
function hold() {
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  return { gate, letGo };
}

describe('connections to one address', () => {
  it('are never more than two, over two workers', async () => {
    const other = openDatabase(test.url);
    const [one, two] = [test.database, other].map((database) =>
      createConnectionLimit({ database, random: Math.random, log }),
    );
    if (one === undefined || two === undefined) throw new Error('two limits were made');
    let [open, most, done] = [0, 0, 0];
    const work = async (): Promise<void> => {
      open += 1;
      most = Math.max(most, open);
      await test.database.$executeRaw`SELECT pg_sleep(0.01)`;
      open -= 1;
      done += 1;
    };
    await Promise.all(
      Array.from({ length: 24 }, (_, index) => (index % 2 === 0 ? one : two)('192.0.2.1', soon(60_000), work)),
    );
    await other.$disconnect();
    expect(done).toBe(24);
    expect(most).toBe(2);
    expect(await test.database.connectionSlot.count()).toBe(0);
  });

  it('are counted for each address apart, and the third waits until its deadline', async () => {
    const limit = createConnectionLimit({ database: test.database, random, log });
    const { gate, letGo } = hold();
    const held = [1, 2].map(() => limit('192.0.2.1', soon(60_000), () => gate));
    while ((await test.database.connectionSlot.count()) < 2) await test.database.$executeRaw`SELECT pg_sleep(0.01)`;
    expect(await limit('192.0.2.1', soon(100), () => Promise.resolve('in'))).toBeNull();
    expect(await limit('192.0.2.2', soon(60_000), () => Promise.resolve('in'))).toBe('in');
    letGo();
    await Promise.all(held);
    expect(await limit('192.0.2.1', soon(60_000), () => Promise.resolve('in'))).toBe('in');
  });

  it('are given up by a worker that died', async () => {
    await test.database.$executeRaw`
      INSERT INTO connection_slot (address, slot, holder, lease_until)
      SELECT '192.0.2.1', slot, 'dead', now() - interval '1 second' FROM generate_series(1, 2) AS slot`;
    const limit = createConnectionLimit({ database: test.database, random, log });
    expect(await limit('192.0.2.1', soon(60_000), () => Promise.resolve('in'))).toBe('in');
  });

  it('are given back when the work fails', async () => {
    const limit = createConnectionLimit({ database: test.database, random, log });
    await expect(limit('192.0.2.1', soon(60_000), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await test.database.connectionSlot.count()).toBe(0);
  });
});

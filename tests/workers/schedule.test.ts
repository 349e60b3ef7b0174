import { createSchedule, type Lane } from '#workers/schedule.ts';
import type { Log } from '#workers/ports.ts';
import type { Claim } from '#workers/store/tasks.ts';

const logged: string[] = [];
const log: Log = {
  info: (message) => void logged.push(message),
  warn: (message) => void logged.push(message),
  error: (message) => void logged.push(message),
};
beforeEach(() => {
  logged.length = 0;
});

function claimOf(kind: Claim['kind'], id: number): Claim {
  return { id: BigInt(id), kind, ref: `${kind}${id}`, priority: 0, attempts: 1, workerId: 'w', fence: 1n };
}

/** A queue of due tasks in memory, and runs that end when the test says so. */
function bench(due: Claim[], lanes: readonly Lane[] = [{ kinds: ['probe'], concurrency: 2 }]) {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const schedule = createSchedule({
    claim: ({ limit, kinds }) => {
      const taken = due.filter(({ kind }) => kinds.includes(kind)).slice(0, limit);
      taken.forEach((claim) => due.splice(due.indexOf(claim), 1));
      return Promise.resolve(taken);
    },
    run: (claim) => {
      started.push(claim.ref);
      return new Promise((resolve) => ends.set(claim.ref, resolve));
    },
    lanes,
    log,
  });
  return { schedule, started, end: (ref: string) => ends.get(ref)?.() };
}

/** Until everything that is ready to run has run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('the schedule', () => {
  it('starts no more than there is room for, and the next when one ends', async () => {
    const due = [1, 2, 3].map((id) => claimOf('probe', id));
    const { schedule, started, end } = bench(due);
    await schedule.wake();
    expect(started).toEqual(['probe1', 'probe2']);
    end('probe1');
    await settle();
    expect(started).toEqual(['probe1', 'probe2', 'probe3']);
  });

  it('keeps room for alerts while probes are slow', async () => {
    const due = [claimOf('probe', 1), claimOf('probe', 2), claimOf('probe', 3), claimOf('notify', 4)];
    const { schedule, started } = bench(due, [
      { kinds: ['probe'], concurrency: 1 },
      { kinds: ['notify'], concurrency: 1 },
    ]);
    await schedule.wake();
    expect(started).toEqual(['probe1', 'notify4']);
  });

  it('sends alerts while more probes are due than it ever gets done', async () => {
    const alerts: Claim[] = [];
    const started: string[] = [];
    let overdue = true;
    let id = 0;
    const schedule = createSchedule({
      claim: async ({ limit, kinds }) => {
        // Runs end while the database is asked.
        await new Promise((resolve) => setImmediate(resolve));
        if (kinds.includes('notify')) return alerts.splice(0, limit);
        return overdue ? Array.from({ length: limit }, () => claimOf('probe', (id += 1))) : [];
      },
      run: ({ kind }) => {
        started.push(kind);
        return Promise.resolve();
      },
      lanes: [
        { kinds: ['notify'], concurrency: 1 },
        { kinds: ['probe'], concurrency: 2 },
      ],
      log,
    });
    void schedule.wake();
    await settle();
    alerts.push(claimOf('notify', 1));
    void schedule.wake();
    await settle();
    expect(started).toContain('notify');
    overdue = false;
    expect(await schedule.drain(60_000)).toBe(0);
  });

  it('starts nothing more once it drains, and waits for what runs', async () => {
    const due = [claimOf('probe', 1)];
    const { schedule, started, end } = bench(due);
    await schedule.wake();
    due.push(claimOf('probe', 2));
    const drained = schedule.drain(60_000);
    await schedule.wake();
    end('probe1');
    expect(await drained).toBe(0);
    expect(started).toEqual(['probe1']);
  });

  it('does not wait for ever', async () => {
    const { schedule } = bench([claimOf('probe', 1)]);
    await schedule.wake();
    expect(await schedule.drain(1)).toBe(1);
  });

  it('says once that the database is gone, and once that it is back', async () => {
    let up = false;
    const schedule = createSchedule({
      claim: () => (up ? Promise.resolve([]) : Promise.reject(new Error('ECONNREFUSED'))),
      run: () => Promise.resolve(),
      lanes: [{ kinds: ['probe'], concurrency: 1 }],
      log,
    });
    for (let tick = 0; tick < 3; tick += 1) await schedule.wake();
    up = true;
    for (let tick = 0; tick < 3; tick += 1) await schedule.wake();
    expect(logged).toEqual(['the database cannot be reached; work waits', 'the database is back']);
  });
});

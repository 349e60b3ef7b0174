import { performance } from 'node:perf_hooks';
import { createServerLimit } from '#workers/net/dns/server-limit.ts';

const soon = () => performance.now() + 20_000;
const turn = { address: '192.0.2.1', signal: undefined };

/** Work that ends when the test says so. */
function gate() {
  const open: (() => void)[] = [];
  const closed = new Promise<void>((resolve) => open.push(resolve));
  return { closed, open: () => open[0]?.() };
}

describe('the limit for one server', () => {
  it('lets 32 questions be in flight, and the next one when one ends', async () => {
    const limit = createServerLimit();
    const gates = Array.from({ length: 32 }, gate);
    let started = 0;
    const running = gates.map(({ closed }) =>
      limit({ ...turn, deadline: soon() }, () => {
        started += 1;
        return closed;
      }),
    );
    const late = await limit({ ...turn, deadline: performance.now() }, () => Promise.resolve('never'));
    expect([late, started]).toEqual([null, 32]);
    expect(await limit({ ...turn, address: '192.0.2.2', deadline: soon() }, () => Promise.resolve('other'))).toBe(
      'other',
    );
    const waiting = limit({ ...turn, deadline: soon() }, () => Promise.resolve('next'));
    gates[7]?.open();
    expect(await waiting).toBe('next');
    for (const { open } of gates) open();
    await Promise.all(running);
  });

  it('lets a burst of 200 go and holds back what follows', async () => {
    const limit = createServerLimit();
    const startedAt = performance.now();
    let done = 0;
    const ask = (deadline: number) =>
      limit({ ...turn, deadline }, () => {
        done += 1;
        return Promise.resolve('asked');
      });
    for (let count = 0; count < 200; count += 1) await ask(soon());
    expect(done).toBe(200);
    // As many more as the time that passed allows, and not one for free.
    for (let count = 0; count < 20; count += 1) await ask(soon());
    expect((performance.now() - startedAt) / 10).toBeGreaterThanOrEqual(19);
  });

  it('does not hold for loopback', async () => {
    const limit = createServerLimit();
    const work = () => Promise.resolve(true);
    const all = Array.from({ length: 1000 }, () =>
      limit({ ...turn, address: '127.0.0.1', deadline: performance.now() }, work),
    );
    expect((await Promise.all(all)).every((done) => done === true)).toBe(true);
  });

  it('ends the wait when the program stops, and gives the place back when work fails', async () => {
    const limit = createServerLimit();
    const gates = Array.from({ length: 32 }, gate);
    const running = gates.map(({ closed }) => limit({ ...turn, deadline: soon() }, () => closed));
    const abort = new AbortController();
    const waiting = limit({ ...turn, signal: abort.signal, deadline: soon() }, () => Promise.resolve('never'));
    abort.abort();
    expect(await waiting).toBe(null);
    for (const { open } of gates) open();
    await Promise.all(running);
    for (let count = 0; count < 40; count += 1) {
      await expect(limit({ ...turn, deadline: soon() }, () => Promise.reject(new Error('broken')))).rejects.toThrow(
        'broken',
      );
    }
    expect(await limit({ ...turn, deadline: soon() }, () => Promise.resolve('well'))).toBe('well');
  });
});

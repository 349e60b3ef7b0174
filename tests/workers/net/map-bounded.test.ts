import { mapBounded } from '#workers/net/map-bounded.ts';

describe('bounded work', () => {
  it('never does more than the limit at a time, and keeps the order', async () => {
    let running = 0;
    let most = 0;
    const results = await mapBounded([5, 1, 4, 2, 3, 0], 3, async (turns) => {
      running += 1;
      most = Math.max(most, running);
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      running -= 1;
      return turns * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30, 0]);
    expect(most).toBe(3);
  });

  it('does nothing with nothing', async () => {
    expect(await mapBounded([], 3, () => Promise.reject(new Error('called')))).toEqual([]);
  });
});

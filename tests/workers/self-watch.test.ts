import { createSelfWatch } from '#workers/self-watch.ts';
import type { CanaryLook } from '#workers/probes/canary.ts';
import { createSettableClock } from '#tests/support/settable-clock.ts';

/** A watch whose canaries say what the test says; time passes only in pauses and where the test lets it. */
function watchWith() {
  const clock = createSettableClock();
  const said = { resolver: true, network: true };
  const looks: boolean[] = [];
  let turns = 0;
  const watch = createSelfWatch({
    ...{ vantage: 'local', clock },
    askCanaries: ({ careful }): Promise<CanaryLook> => {
      looks.push(careful);
      return Promise.resolve({ ...said, resolverSaid: 'r', networkSaid: 'n' });
    },
    onTurn: () => (turns += 1),
    pause: (ms) => {
      clock.advance(ms);
      return Promise.resolve();
    },
    now: () => clock.now(),
  });
  const judge = (doubtful = true) => watch.judge({ doubtful, startedAt: clock.now() });
  return { clock, said, looks, watch, judge, turns: () => turns };
}

describe('a run that asks whether it is us', () => {
  it('does not ask when nothing is wrong', async () => {
    const { looks, judge } = watchWith();
    expect(await judge(false)).toBe('unknown');
    expect(looks).toEqual([]);
  });

  it('gets two looks before it is told that we are down', async () => {
    const { clock, said, looks, judge, watch, turns } = watchWith();
    await watch.look();
    clock.advance(15_000);
    said.resolver = false;
    looks.length = 0;
    expect(await judge()).toBe('resolver');
    expect(looks).toEqual([true, true]);
    expect(turns()).toBe(1);
    expect(watch.outage()).toEqual({ since: clock.now(), until: null });
  });

  it('shares the look of others for some seconds, and one flight for all', async () => {
    const { clock, said, looks, judge, watch } = watchWith();
    await watch.look();
    said.network = false;
    clock.advance(15_000);
    looks.length = 0;
    const verdicts = await Promise.all(Array.from({ length: 500 }, () => judge()));
    expect(new Set(verdicts)).toEqual(new Set(['network']));
    expect(looks).toHaveLength(2);
    clock.advance(1_000);
    await judge(false);
    expect(looks).toHaveLength(2);
    clock.advance(5_000);
    await judge(false);
    expect(looks).toHaveLength(3);
  });

  it('is not believed when it began before we were back', async () => {
    const { clock, said, judge, watch } = watchWith();
    await watch.look();
    said.network = false;
    await watch.look();
    const startedAt = clock.now();
    said.network = true;
    clock.advance(5_000);
    expect(await watch.judge({ doubtful: true, startedAt })).toBe('network');
    expect(watch.isDown()).toBe(false);
    expect(await watch.judge({ doubtful: false, startedAt })).toBe('fine');
    clock.advance(5_000);
    expect(await judge()).toBe('fine');
    // A clock that went back a day does not hold runs for a day.
    clock.advance(-86_400_000);
    expect(await judge()).toBe('fine');
  });
});

it('takes over what was known before, unless it knows better', async () => {
  const { clock, watch } = watchWith();
  const kept = { resolverAnsweredAt: clock.now(), networkAnsweredAt: clock.now(), contrarySince: null };
  watch.seed({ verdict: 'network', since: 5, ...kept });
  expect(watch.isDown()).toBe(true);
  expect((await watch.look()).verdict).toBe('fine');
  watch.seed({ verdict: 'network', since: 5, ...kept });
  expect(watch.isDown()).toBe(false);
  expect(watch.outage()).toEqual({ since: 5, until: clock.now() });
});

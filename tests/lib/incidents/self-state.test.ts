import fc from 'fast-check';
import { isSelfDown, stepSelf, unaskedState, type CanarySample, type SelfState } from '#lib/incidents/self-state.ts';
import type { SelfVerdict } from '#lib/model/self-observation.ts';

const start = Date.UTC(2026, 10, 24, 12);
const dayMs = 86_400_000;

function walk(before: SelfState, samples: readonly CanarySample[]): SelfState {
  return samples.reduce(stepSelf, before);
}

const fine = stepSelf(unaskedState, { at: start, resolver: true, network: true });
const both = (seconds: number, resolver: boolean | null, network: boolean | null): CanarySample => ({
  at: start + seconds * 1000,
  resolver,
  network,
});

describe('the verdict of canaries', () => {
  // What the resolver and the network say twice, two seconds apart, after both have answered.
  it.each<[resolver: boolean | null, network: boolean | null, verdict: SelfVerdict]>([
    [true, true, 'fine'],
    [true, false, 'network'],
    [true, null, 'unknown'],
    [false, true, 'resolver'],
    [false, false, 'network'],
    [false, null, 'resolver'],
    [null, true, 'unknown'],
    [null, false, 'network'],
    [null, null, 'unknown'],
  ])('resolver %s and network %s mean %s', (resolver, network, verdict) => {
    expect(walk(fine, [both(15, resolver, network), both(17, resolver, network)]).verdict).toBe(verdict);
  });

  it('is unknown where a canary has never answered: its silence proves nothing', () => {
    const silent = walk(unaskedState, [both(0, false, false), both(2, false, false), both(60, false, false)]);
    expect(silent.verdict).toBe('unknown');
    const noNetwork = walk(unaskedState, [both(0, true, false), both(2, true, false)]);
    expect(noNetwork.verdict).toBe('unknown');
  });

  it('is unknown again when nothing has answered for a day', () => {
    const at = (ms: number) => ({ at: start + ms, resolver: false, network: false });
    const down = walk(fine, [at(1000), at(3000), at(dayMs - 1)]);
    expect(down.verdict).toBe('network');
    expect(walk(down, [at(dayMs + 1), at(dayMs + 3000)]).verdict).toBe('unknown');
  });

  it('takes two looks, two seconds apart, to go down and to come back', () => {
    const first = stepSelf(fine, both(15, true, false));
    expect(first.verdict).toBe('fine');
    expect(stepSelf(first, both(16, true, false)).verdict).toBe('fine');
    expect(walk(first, [both(16, true, true), both(17, true, false)]).verdict).toBe('fine');
    const down = stepSelf(first, both(17, true, false));
    expect(down).toMatchObject({ verdict: 'network', since: start + 17_000 });
    expect(stepSelf(down, both(20, true, true)).verdict).toBe('network');
    expect(walk(down, [both(20, true, true), both(22, true, true)])).toMatchObject({
      verdict: 'fine',
      since: start + 22_000,
    });
  });

  it('goes from the resolver to the network without a moment of fine', () => {
    const resolver = walk(fine, [both(15, false, true), both(17, false, true)]);
    const network = walk(resolver, [both(20, false, false), both(22, false, false)]);
    expect([resolver.verdict, network.verdict]).toEqual(['resolver', 'network']);
  });
});

describe('whatever the canaries say and the clock does', () => {
  const sighting = fc.constantFrom(true, false, null);
  const samples = fc.array(
    fc.record({ stepMs: fc.integer({ min: -3_600_000, max: 3_600_000 }), resolver: sighting, network: sighting }),
    { maxLength: 40 },
  );

  it('a turn is never made by one look, down needs a canary that has answered, and two good looks end it', () => {
    fc.assert(
      fc.property(samples, (steps) => {
        let at = start;
        let state = unaskedState;
        for (const { stepMs, resolver, network } of steps) {
          at += stepMs;
          const next = stepSelf(state, { at, resolver, network });
          if (isSelfDown(next.verdict) && !isSelfDown(state.verdict)) {
            expect(state.contrarySince).not.toBeNull();
            expect(next.verdict === 'network' ? next.networkAnsweredAt : next.resolverAnsweredAt).not.toBeNull();
          }
          if (isSelfDown(state.verdict) && next.verdict === 'fine') expect(state.contrarySince).not.toBeNull();
          state = next;
        }
        const end = walk(state, [
          { at: at + 5_000, resolver: true, network: true },
          { at: at + 10_000, resolver: true, network: true },
          { at: at + 15_000, resolver: true, network: true },
        ]);
        expect(end.verdict).toBe('fine');
      }),
    );
  });
});

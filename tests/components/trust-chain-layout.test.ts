import fc from 'fast-check';
import type { Validation } from '#lib/model/dnssec.ts';
import type { Box, ChainLayout } from '#components/trust-chain-layout.ts';
import { layOutChain, maxAnswerBoxes, maxZones } from '#components/trust-chain-layout.ts';
import { trustGraph } from '#components/trust-graph.ts';
import { bogus, healthyZone, insecure, linkOf, secure } from '#tests/support/zone-observations.ts';

const widths = [240, 268, 556, 900] as const;
const [example] = healthyZone().validations;
if (example === undefined) throw new Error('the healthy zone has validations');

function answer(name: string, change: Partial<Validation> = {}): Validation {
  return { ...(example ?? fail()), name, type: 'TLSA', ...change };
}

function fail(): never {
  throw new Error('no example');
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function inside(inner: Box, outer: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** Everything that is wrong with where boxes stand. */
function faultsOf(layout: ChainLayout): readonly string[] {
  const page = { x: 0, y: 0, width: layout.width, height: layout.height };
  const boxes = [layout.anchor, ...layout.zones, ...layout.answers];
  const pairs = boxes.flatMap((a, index) => boxes.slice(index + 1).map((b) => [a, b] as const));
  return [
    ...boxes.filter((box) => !inside(box, page)).map(() => 'outside of the picture'),
    ...pairs.filter(([a, b]) => overlap(a, b)).map(() => 'boxes overlap'),
    ...layout.zones.flatMap((zone) => [
      ...zone.pills.filter((pill) => !inside(pill, zone)).map(() => 'a key outside of its zone'),
      ...zone.pills
        .flatMap((a, index) => zone.pills.slice(index + 1).map((b) => [a, b] as const))
        .filter(([a, b]) => overlap(a, b))
        .map(() => 'keys overlap'),
    ]),
  ];
}

test.each(widths)('the chain of a healthy zone has no overlap at %i pixels, and each zone once', (width) => {
  const layout = layOutChain(trustGraph(healthyZone().validations), width);
  expect(faultsOf(layout)).toEqual([]);
  expect(layout.zones.map(({ node }) => node.link.zone)).toEqual(['.', 'org', 'example.org']);
});

test('sixty answers take no more room than a few: equal ones share a box', () => {
  const sixty = Array.from({ length: 60 }, (_, index) => answer(`_25._tcp.mx${String(index)}.example.org`));
  const layout = layOutChain(trustGraph(sixty), 556);
  expect(layout.answers).toHaveLength(1);
  expect(layout.answers[0]?.groups[0].answers).toHaveLength(60);
  const types = sixty.map((one, index) => ({ ...one, type: `TYPE${String(65_280 + index)}` }));
  const many = layOutChain(trustGraph(types), 268);
  expect(many.answers).toHaveLength(maxAnswerBoxes);
  expect(many.answers.flatMap(({ groups }) => groups.flatMap(({ answers }) => answers))).toHaveLength(60);
  expect(many.height).toBeLessThan(1500);
});

test('a bogus answer among many stands in a box of its own, before the secure ones', () => {
  const layout = layOutChain(
    trustGraph([answer('a.example.org'), answer('b.example.org', { result: bogus('signature-expired') })]),
    268,
  );
  expect(layout.answers.map(({ groups }) => groups[0].state.state)).toEqual(['bogus', 'secure']);
});

test('a zone without DS has a line of its own state, and DS records that fit lead to their key', () => {
  const links = [linkOf('.'), linkOf('org'), linkOf('example.org', { state: insecure(), ds: [], keys: [] })];
  const layout = layOutChain(trustGraph([answer('example.org', { links, result: insecure() })]), 556);
  const states = layout.wires.map(({ state }) => state?.state);
  expect(states.filter((state) => state === 'insecure')).toHaveLength(2);
  // In each of two zones: DS to key, and key to key. Between zones: anchor to root, root to org.
  expect(states.filter((state) => state === 'secure')).toHaveLength(6);
});

test('whatever the chains are, nothing overlaps and the size has a limit', () => {
  const label = fc.constantFrom('a', 'b', 'example', 'org', 'net', 'x'.repeat(63));
  const zone = fc.array(label, { minLength: 0, maxLength: 12 }).map((labels) => labels.join('.') || '.');
  const link = fc
    .record({ zone, keys: fc.integer({ min: 0, max: 40 }), ds: fc.integer({ min: 0, max: 40 }) })
    .map(({ zone: name, keys, ds }) =>
      linkOf(name, {
        keys: Array.from({ length: keys }, (_, keyTag) => ({
          ...{ keyTag, algorithm: 13, protocol: 3, anchored: keyTag === 0, signsKeys: keyTag === 0 },
          flags: keyTag % 2 === 0 ? 257 : 256,
        })),
        ds: Array.from({ length: ds }, (_, keyTag) => ({
          ...{ keyTag, algorithm: 13, digestType: 2, digest: '', status: 'match' as const },
        })),
      }),
    );
  const validation = fc
    .record({
      links: fc.array(link, { maxLength: 30 }),
      zone: fc.option(zone),
      result: fc.constantFrom(secure, insecure()),
    })
    .map((change) => answer('mail.example.org', change));
  fc.assert(
    fc.property(fc.array(validation, { maxLength: 8 }), fc.constantFrom(...widths), (validations, width) => {
      const layout = layOutChain(trustGraph(validations), width);
      expect(faultsOf(layout)).toEqual([]);
      expect(layout.zones.length).toBeLessThanOrEqual(maxZones);
      expect(layout.height).toBeLessThan(maxZones * 1000 + 1000);
    }),
    { numRuns: 200 },
  );
});

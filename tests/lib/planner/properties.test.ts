import fc from 'fast-check';
import { services } from '#lib/model/endpoint.ts';
import { changeOps, changeVersions, type PlannedChange } from '#lib/planner/change.ts';
import { affectedClasses, planChange } from '#lib/planner/plan.ts';
import { testNow } from '#tests/support/certificates.ts';
import { cubeOf, evidence, host, promise, type TestClass } from './world.ts';

const hosts = [host];
const tags = ['tls10', 'tls12', 'tls-cert', 'tls-dane-tlsa', 'x-other'];
const changes: Readonly<Record<(typeof changeOps)[number], PlannedChange>> = {
  disable_tls: { op: 'disable_tls', hosts, ports: [], versions: ['1.0', '1.1'] },
  new_certificate: { op: 'new_certificate', hosts, ports: [], pem: '' },
  new_key: { op: 'new_key', hosts, ports: [], pem: null },
  change_tlsa: { op: 'change_tlsa', hosts, ports: [], records: [`3 1 1 ${'0'.repeat(64)}`] },
  drop_tlsa: { op: 'drop_tlsa', hosts, ports: [] },
  unsign_zone: { op: 'unsign_zone', zone: 'example.org' },
  rename_host: { op: 'rename_host', host, to: 'mail.example.org' },
  move_host: { op: 'move_host', host, proves: ['tls12'], versions: ['1.2', '1.3'] },
  filter_in_front: { op: 'filter_in_front', hosts, ports: [], proves: null, versions: ['1.3'] },
  drop_starttls: { op: 'drop_starttls', hosts, ports: [] },
  drop_port: { op: 'drop_port', hosts, ports: [143] },
  stop_advertising: { op: 'stop_advertising', hosts, tag: 'tls-cert' },
  advertise: { op: 'advertise', hosts, tag: 'tls-cert' },
};
const anyChange = fc.constantFrom(...changeOps).map((op) => changes[op]);

const week = fc
  .integer({ min: 0, max: 80 })
  .map((ago) => new Date(Date.UTC(2026, 10, 23 - 7 * ago)).toISOString().slice(0, 10));
const anyClass: fc.Arbitrary<TestClass> = fc.record({
  holders: fc.integer({ min: 1, max: 1000 }),
  week,
  latched: fc.subarray(tags),
  supported: fc.subarray(tags),
  speaksDeep: fc.boolean(),
  tlsVersion: fc.constantFrom(null, 'none', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3', 'SSLv3', '?'),
  tlsCipher: fc.constantFrom(null, 'ECDHE-RSA-AES128-SHA', 'ECDHE-RSA-AES128-GCM-SHA256', ''),
  client: fc.record({ name: fc.constantFrom('', 'A', 'B'), version: fc.stringMatching(/^[0-9]{0,3}$/) }),
  server: fc.record({
    hosts: fc.constantFrom([host], [host, 'mail.example.org'], ['mail.example.org'], []),
    address: fc.constantFrom(null, '192.0.2.1'),
    service: fc.constantFrom(...services),
  }),
});
const anyLedger = fc.subarray(tags).map((promised) => promised.map((tag) => promise(tag)));
const anyCensus = fc.array(anyClass, { maxLength: 400 });
const concerns = ({ server }: TestClass): boolean => server?.hosts.includes(host) ?? true;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

it('counts every client of the hosts once: groups sum up to the totals, totals to the census', () => {
  fc.assert(
    fc.property(anyChange, anyCensus, anyLedger, (change, classes, ledger) => {
      const { totals, groups } = planChange({
        change,
        cube: cubeOf(classes),
        ledger,
        evidence: evidence(),
        now: testNow,
      });
      const isWhole = change.op === 'unsign_zone';
      const there = sum(
        classes
          .filter((one) => concerns(one) || (isWhole && one.server?.hosts.length !== 0))
          .map(({ holders }) => holders),
      );
      expect(sum([totals.breaks, totals['at-risk'], totals.unknown, totals.safe])).toBe(there);
      for (const impact of ['breaks', 'at-risk', 'unknown', 'safe'] as const) {
        expect(sum(groups.filter((group) => group.impact === impact).map(({ holders }) => holders))).toBe(
          totals[impact],
        );
      }
      expect(sum(groups.filter(({ presumed }) => presumed).map(({ holders }) => holders))).toBe(totals.presumed);
      expect(totals.presumed).toBeLessThanOrEqual(totals['at-risk']);
    }),
  );
});

it('lists classes for all of the clients that it counts as locked out or at risk', () => {
  fc.assert(
    fc.property(anyChange, anyCensus, anyLedger, (change, classes, ledger) => {
      const question = { change, cube: cubeOf(classes), ledger, evidence: evidence(), now: testNow };
      const { totals } = planChange(question);
      const listed = affectedClasses(question);
      const counted = (impact: string) =>
        sum(
          listed
            .filter((one) => one.impact === impact && one.presumedSince === null)
            .map(({ classId }) => classes[classId]?.holders ?? 0),
        );
      expect(counted('breaks')).toBe(totals.breaks);
      expect(counted('at-risk')).toBe(totals['at-risk'] - totals.presumed);
    }),
  );
});

it('never makes a change look safer when one more version goes', () => {
  const versionSets = fc.subarray([...changeVersions], { minLength: 1 });
  fc.assert(
    fc.property(versionSets, fc.constantFrom(...changeVersions), anyCensus, (versions, more, classes) => {
      const locked = (gone: readonly (typeof changeVersions)[number][]) => {
        const change: PlannedChange = { op: 'disable_tls', hosts, ports: [], versions: [...new Set(gone)] };
        const { totals } = planChange({
          change,
          cube: cubeOf(classes),
          ledger: [],
          evidence: evidence(),
          now: testNow,
        });
        return totals.safe;
      };
      expect(locked([...versions, more])).toBeLessThanOrEqual(locked(versions));
    }),
  );
});

it('forecasts no more than are active, less every week, and the middle within the band', () => {
  fc.assert(
    fc.property(anyCensus, (classes) => {
      const answer = planChange({
        change: changes.drop_tlsa,
        cube: cubeOf(classes),
        ledger: [],
        evidence: evidence(),
        now: testNow,
      });
      const { totals, forecast } = answer;
      const affected = totals.breaks + totals['at-risk'];
      if (forecast === null) {
        expect(affected).toBe(0);
        return;
      }
      expect(forecast.points[0]?.expected).toBe(affected - forecast.dormant);
      for (const [index, { expected, low, high }] of forecast.points.entries()) {
        expect(low).toBeLessThanOrEqual(expected);
        expect(expected).toBeLessThanOrEqual(high);
        expect(high).toBeLessThanOrEqual(forecast.points[index - 1]?.high ?? high);
      }
    }),
  );
});

it('foresees the end of a program that loses its users, and none of one that keeps them', () => {
  const dying = Array.from({ length: 40 }, (_, ago) => ago).map((ago): TestClass => {
    const monday = new Date(Date.UTC(2026, 10, 23 - 7 * ago)).toISOString().slice(0, 10);
    // A tenth of the users goes each week.
    return { latched: ['tls-dane-tlsa'], week: monday, holders: ago < 5 ? 200 : Math.round(100 * 1.1 ** (ago - 4)) };
  });
  const ask = (classes: readonly TestClass[]) =>
    planChange({ change: changes.drop_tlsa, cube: cubeOf(classes), ledger: [], evidence: evidence(), now: testNow })
      .forecast;
  const ends = ask(dying);
  expect(ends?.nearlyNoneAt).toBeGreaterThan(testNow + 30 * 7 * 86_400_000);
  expect(ends?.nearlyNoneAt).toBeLessThan(testNow + 70 * 7 * 86_400_000);
  expect(ask([{ latched: ['tls-dane-tlsa'], holders: 1000 }])?.nearlyNoneAt).toBeNull();
});

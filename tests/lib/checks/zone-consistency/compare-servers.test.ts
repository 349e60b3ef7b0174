import fc from 'fast-check';
import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import { describeFinding, judgeZone } from '#lib/checks/registry.ts';
import { compareRecords, compareSerials } from '#lib/checks/compare-servers.ts';
import { testNow } from '#tests/support/certificates.ts';
import { changeAnswers, healthyZone } from '#tests/support/zone-observations.ts';

const zone = healthyZone();
const twoServers: ZoneObservation = { ...zone, servers: zone.servers.slice(0, 2) };
const oldMx = { key: 'example.org MX', which: (index: number) => index === 0 } as const;
const serialOf = (serial: number, which: (index: number) => boolean, from = twoServers) =>
  changeAnswers(from, ({ soa }) => ({ soa: soa && { ...soa, serial } }), { key: 'example.org SOA', which });

describe('which server is the odd one', () => {
  it('is the one against two', () => {
    const odd = compareRecords(changeAnswers(zone, () => ({ records: ['10 old.example.org'] }), oldMx));
    expect(odd?.odd).toEqual(['ns1.example.org (192.0.2.53)']);
    expect(odd?.siblings).toEqual(['ns2.example.org (2001:db8::53)', 'ns3.example.org (198.51.100.53)']);
  });

  it('is the one with the older zone where there are two', () => {
    const differing = changeAnswers(twoServers, () => ({ records: ['10 old.example.org'] }), oldMx);
    const firstIsOld = serialOf(2026112401, (index) => index === 0, differing);
    const secondIsOld = serialOf(2026112401, (index) => index === 1, differing);
    expect(compareRecords(firstIsOld)?.odd).toEqual(['ns1.example.org (192.0.2.53)']);
    expect(compareRecords(secondIsOld)?.odd).toEqual(['ns2.example.org (2001:db8::53)']);
  });

  it('is the one behind, across the end of the serials', () => {
    const wrapped = serialOf(
      4_294_967_295,
      (index) => index === 0,
      serialOf(2, (index) => index === 1),
    );
    expect(compareSerials(wrapped)?.differences.join()).toMatch(
      /ns1\.example\.org \(192\.0\.2\.53\) has serial 4294967295, 3 behind 2/,
    );
  });
});

it('survives whatever records a server sends', () => {
  const text = fc.string({ unit: 'binary', maxLength: 300 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 8 }), text, fc.integer(), (records, rcode, serial) => {
      const spoiled = changeAnswers(zone, ({ soa }) => ({ records, rcode, soa: soa && { ...soa, serial } }));
      for (const judgement of judgeZone(spoiled, { now: testNow })) {
        const { title, expected, got, meaning, fix } = describeFinding(judgement);
        const text = [title, expected, got, meaning, fix].join(' ');
        expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
        expect(text.length).toBeLessThan(4000);
      }
    }),
    { numRuns: 100 },
  );
});

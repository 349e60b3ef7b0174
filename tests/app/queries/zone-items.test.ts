import { calendarItems } from '#app/_queries/zone-calendar-item.ts';
import { keyItems } from '#app/_queries/zone-key-item.ts';
import { zoneMatrixItem } from '#app/_queries/zone-matrix-item.ts';
import { opinionItems } from '#app/_queries/zone-opinion-item.ts';
import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import { testNow } from '#tests/support/certificates.ts';
import {
  bogus,
  changeAnswers,
  changeLink,
  changeValidations,
  failAnswers,
  healthyZone,
  insecure,
  signatureWith,
} from '#tests/support/zone-observations.ts';

const context = { now: testNow, stale: false };
const dayMs = 86_400_000;

function summaryOf(zone: ZoneObservation): readonly string[] {
  return zoneMatrixItem(zone, context).summary.map(({ text }) => text);
}

describe('the servers of a zone', () => {
  test('that agree are said to, and only then is it good', () => {
    expect(zoneMatrixItem(healthyZone(), context).summary).toEqual([
      { tone: 'ok', text: 'The 3 servers that answered say the same.' },
    ]);
  });

  test('are named with address and difference where one is odd', () => {
    const older = changeAnswers(
      healthyZone(),
      () => ({ soa: { serial: 2026112403, expireSeconds: 1, minimumSeconds: 1 } }),
      {
        key: 'example.org SOA',
      },
    );
    expect(summaryOf(older)).toEqual([
      'ns2.example.org (2001:db8::53) answers differently from the other 2 servers: ' +
        'example.org SOA serial 2026112403 is older than 2026112404.',
    ]);
    const stale = changeAnswers(
      older,
      () => ({ records: ['10 old.example.org'], dnssec: bogus('signature-expired') }),
      {
        key: 'example.org MX',
      },
    );
    expect(summaryOf(stale)[0]).toContain('example.org MX other records, bogus');
    const row = zoneMatrixItem(stale, context).rows.find(({ type }) => type === 'MX');
    expect(row?.cells.map((cell) => (cell.kind === 'answer' ? cell.differences : null))).toEqual([
      [],
      ['other records', 'bogus'],
      [],
    ]);
  });

  test('that are silent are named with the reason, and the rest is not good', () => {
    const { summary } = zoneMatrixItem(failAnswers(healthyZone(), 'timeout'), context);
    expect(summary.map(({ tone }) => tone)).toEqual(['unknown', 'fail']);
    expect(summary[1]?.text).toContain('ns2.example.org (2001:db8::53) did not answer: No answer in time');
  });

  test('of which there are two, and each says something else, are both odd', () => {
    const zone = healthyZone();
    const two = { ...zone, servers: zone.servers.slice(0, 2) };
    const differing = changeAnswers(two, () => ({ rcode: 'NXDOMAIN', records: [] }), { key: 'example.org MX' });
    expect(summaryOf(differing)).toHaveLength(2);
    expect(summaryOf(differing)[1]).toContain('from the other server: example.org MX NXDOMAIN');
  });

  test('of which there are two are measured by the newer serial and by the one that validates', () => {
    const zone = healthyZone();
    const two = changeAnswers({ ...zone, servers: zone.servers.slice(0, 2) }, ({ soa }) => ({
      records: ['old'],
      dnssec: bogus('signature-expired'),
      soa: soa === null ? null : { ...soa, serial: 2026112403 },
    }));
    const summary = summaryOf(two);
    expect(summary).toHaveLength(1);
    expect(summary[0]).toContain('ns2.example.org (2001:db8::53) answers differently from the other server');
    expect(summary[0]).toContain('example.org SOA serial 2026112403 is older than 2026112404, bogus');
  });

  test('one alone is compared with nothing', () => {
    const zone = healthyZone();
    const [summary] = zoneMatrixItem({ ...zone, servers: zone.servers.slice(0, 1) }, context).summary;
    expect(summary?.tone).toBe('unknown');
  });
});

describe('the calendar', () => {
  test('has the same signature of many servers once, the first to expire on top', () => {
    const { items, leftOut } = calendarItems(healthyZone());
    const mx = items.filter(({ owner, type }) => owner === 'example.org' && type === 'MX');
    expect(mx).toHaveLength(1);
    expect(mx[0]?.servers).toEqual([]);
    expect(leftOut).toBe(0);
    expect(items.map(({ expiration }) => expiration)).toEqual(items.map(({ expiration }) => expiration).toSorted());
  });

  test('names the server that still sends an older one', () => {
    const old = signatureWith(-dayMs, { status: 'signature-expired' });
    const zone = changeAnswers(healthyZone(), () => ({ signatures: [old] }), { key: 'example.org MX' });
    const [first] = calendarItems(zone).items;
    expect(first).toMatchObject({ servers: ['ns2.example.org (2001:db8::53)'], covered: false });
  });

  test('knows an expired one beside a valid one of the same server', () => {
    const old = signatureWith(-dayMs, { status: 'signature-expired' });
    const zone = changeAnswers(healthyZone(), ({ signatures }) => ({ signatures: [...signatures, old] }), {
      key: 'example.org MX',
    });
    expect(calendarItems(zone).items[0]).toMatchObject({ expiration: old.expiration, covered: true });
  });
});

test('keys are put together from DS, DNSKEY, CDS and CDNSKEY', () => {
  const { items, wishesSeen } = keyItems(healthyZone());
  expect(wishesSeen).toBe(true);
  const byTag = new Map(items.map((item) => [item.keyTag, item]));
  expect(byTag.get(11111)).toMatchObject({
    role: 'KSK',
    ds: ['2 SHA-256: fits the key'],
    dnskey: 'signs the key set',
    wishes: ['CDS 2 SHA-256'],
  });
  expect(byTag.get(22222)).toMatchObject({ role: 'ZSK', ds: [], dnskey: 'there', wishes: [] });
  // The CDNSKEY of the fixture is a key of another tag: it has a row of its own.
  expect(items.find(({ wishes }) => wishes.includes('CDNSKEY'))).toMatchObject({ role: null, dnskey: null });
  const orphan = changeLink(healthyZone(), {
    ds: [{ keyTag: 4711, algorithm: 8, digestType: 2, digest: '', status: 'no-key' }],
  });
  expect(keyItems(orphan).items[0]).toMatchObject({
    keyTag: 4711,
    ds: ['2 SHA-256: no such key in the zone'],
    dnskey: null,
  });
});

test('a resolver agrees by AD or SERVFAIL as our verdict expects it, and never makes anything secure', () => {
  const agreements = (zone: ZoneObservation) => new Set(opinionItems(zone, context).map(({ agreement }) => agreement));
  expect(agreements(healthyZone())).toEqual(new Set(['agrees']));
  const broken = changeValidations(healthyZone(), () => ({ result: bogus('signature-expired') }));
  expect(agreements(broken)).toEqual(new Set(['disagrees']));
  expect(opinionItems(broken, context).map(({ ours }) => ours?.tone)).not.toContain('ok');
  expect(agreements(changeValidations(healthyZone(), () => ({ result: insecure() })))).toEqual(new Set(['disagrees']));
});

import { matchTlsa } from '#lib/dane/match.ts';
import { tlsaText } from '#lib/dane/record.ts';
import { standingsOf, type RecordStanding } from '#lib/dane/standing.ts';
import type { TlsaRecord } from '#lib/model/observation.ts';
import { readChain } from '#lib/x509/read-chain.ts';
import { dayMs, issueCertificate, testNow, type TestCertificate } from '#tests/support/certificates.ts';
import { tlsaOf } from '#tests/support/observations.ts';

const host = 'mail.example.org';
const issue = (): TestCertificate => issueCertificate({ commonName: host, dnsNames: [host] });
const current = issue();
const other = issue();
const spare = tlsaOf(issue());
const broken = { ...spare, data: 'abcd' };

function standings(
  shown: readonly TestCertificate[],
  records: readonly TlsaRecord[],
  daysOfSpare: number | null = null,
): readonly RecordStanding[] {
  const question = { records, verifiedPath: null, host, policy: 'mta', now: testNow } as const;
  const matches = shown.map(({ base64 }) => matchTlsa({ ...question, chain: readChain([base64]) }));
  const unmatchedSince = new Map(daysOfSpare === null ? [] : [[tlsaText(spare), testNow - daysOfSpare * dayMs]]);
  return standingsOf({ records, matches, unmatchedSince, now: testNow });
}

describe('a TLSA record over all certificates of a host', () => {
  it('is in use where one of them matches', () => {
    expect(standings([current, other], [tlsaOf(current), tlsaOf(other)])).toEqual([
      { kind: 'matched' },
      { kind: 'matched' },
    ]);
  });

  it.each<readonly [number | null, RecordStanding]>([
    [null, { kind: 'next-or-orphan' }],
    [0, { kind: 'next', ageMs: 0 }],
    [90, { kind: 'next', ageMs: 90 * dayMs }],
    [91, { kind: 'orphan', ageMs: 91 * dayMs }],
    // A clock that went back since.
    [-1, { kind: 'next', ageMs: 0 }],
  ])('that has matched nothing for %j days beside one that matches', (days, expected) => {
    expect(standings([current], [tlsaOf(current), spare], days)).toEqual([{ kind: 'matched' }, expected]);
  });

  it('is an orphan where nothing matches, of whatever age', () => {
    expect(standings([current], [spare])).toEqual([{ kind: 'orphan', ageMs: null }]);
    expect(standings([current], [spare], 3)).toEqual([{ kind: 'orphan', ageMs: 3 * dayMs }]);
  });

  it('that cannot be used is neither', () => {
    expect(standings([current], [tlsaOf(current), broken])).toEqual([
      { kind: 'matched' },
      { kind: 'unusable', why: 'digest-length' },
    ]);
  });

  it('is not compared where no certificate was seen', () => {
    expect(standings([], [spare])).toEqual([{ kind: 'not-compared' }]);
  });
});

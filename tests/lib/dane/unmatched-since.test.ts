import fc from 'fast-check';
import { tlsaText } from '#lib/dane/record.ts';
import { unmatchedSince, type TlsaHistory } from '#lib/dane/unmatched-since.ts';
import type { TlsaRecord } from '#lib/model/observation.ts';
import { readChain } from '#lib/x509/read-chain.ts';
import { dayMs, issueAuthority, issueCertificate, testNow, type TestCertificate } from '#tests/support/certificates.ts';
import { tlsaOf } from '#tests/support/observations.ts';

const host = 'mail.example.org';
const old = issueCertificate({ commonName: host, dnsNames: [host] });
const current = issueCertificate({ commonName: host, dnsNames: [host] });
const [oldRecord, currentRecord, spare] = [
  tlsaOf(old),
  tlsaOf(current),
  tlsaOf(issueCertificate({ commonName: host })),
];

const daysAgo = (days: number) => testNow - days * dayMs;
/** From so many days ago until so many days ago. */
const answer = (from: number, to: number, ...records: readonly TlsaRecord[]) => ({
  ...{ records, firstSeen: daysAgo(from), lastSeen: daysAgo(to) },
});
const shown = (from: number, to: number, ...chain: readonly TestCertificate[]) => ({
  ...{ chain: readChain(chain.map(({ base64 }) => base64)), verifiedPath: null },
  ...{ firstSeen: daysAgo(from), lastSeen: daysAgo(to) },
});

/** For how many days the record has matched nothing; null where that is not known. */
function daysOf(record: TlsaRecord, history: TlsaHistory): number | null {
  const since = unmatchedSince({ records: [currentRecord, record], host, policy: 'mta', history });
  const at = since.get(tlsaText(record));
  return at === undefined ? null : (testNow - at) / dayMs;
}

describe('since when a record has matched nothing', () => {
  it('is when it came, for one of a key that never was in use', () => {
    const handshakes = [shown(400, 0, current)];
    const came = { answers: [answer(400, 91, currentRecord), answer(91, 0, currentRecord, spare)], handshakes };
    expect(daysOf(spare, came)).toBe(91);
    const always = { answers: [answer(400, 0, currentRecord, spare)], handshakes };
    expect(daysOf(spare, always)).toBe(400);
  });

  it('is when another certificate came, for one of a key that served for years', () => {
    const answers = [answer(2000, 0, oldRecord, currentRecord)];
    expect(daysOf(oldRecord, { answers, handshakes: [shown(2000, 2, old), shown(1, 0, current)] })).toBe(1);
    // One address after the other: while one still shows the old certificate, it is in use.
    const staggered = [shown(2000, 30, old), shown(40, 0, current)];
    expect(daysOf(oldRecord, { answers, handshakes: staggered })).toBe(30);
    // Back to the old key for a while.
    const back = [shown(2000, 5, old), shown(200, 0, current)];
    expect(daysOf(oldRecord, { answers, handshakes: back })).toBe(5);
  });

  it('begins anew where the record went and came back', () => {
    const answers = [
      answer(400, 50, currentRecord, spare),
      answer(49, 10, currentRecord),
      answer(9, 0, spare, currentRecord),
    ];
    expect(daysOf(spare, { answers, handshakes: [shown(400, 0, current)] })).toBe(9);
    // The same answer before and after is one entry.
    const joined = [answer(400, 0, currentRecord, spare), answer(49, 10, currentRecord)];
    expect(daysOf(spare, { answers: joined, handshakes: [shown(400, 0, current)] })).toBe(10);
  });

  it('does not count the time in which nobody looked', () => {
    const answers = [answer(400, 300, oldRecord, currentRecord), answer(0, 0, oldRecord, currentRecord)];
    expect(daysOf(oldRecord, { answers, handshakes: [shown(400, 300, old), shown(0, 0, current)] })).toBe(0);
  });

  it('counts a chain that ran out of date while it was shown as one that matched', () => {
    const root = issueAuthority('Test Root');
    const leaf = issueCertificate({
      ...{ commonName: host, dnsNames: [host], issuer: root },
      ...{ notBefore: daysAgo(120), notAfter: daysAgo(30) },
    });
    const anchor = tlsaOf(root, { usage: 2 });
    const handshakes = [shown(110, 3, leaf, root), shown(2, 0, current)];
    expect(daysOf(anchor, { answers: [answer(400, 0, anchor, currentRecord)], handshakes })).toBe(2);
  });

  it('is not known for one that matches, or of which nothing is told', () => {
    const handshakes = [shown(9, 0, current)];
    expect(daysOf(currentRecord, { answers: [answer(9, 0, currentRecord)], handshakes })).toBeNull();
    expect(daysOf(spare, { answers: [answer(9, 0, currentRecord)], handshakes })).toBeNull();
    expect(daysOf(spare, { answers: [answer(9, 0, spare)], handshakes: [] })).toBeNull();
    expect(daysOf(spare, { answers: [], handshakes: [] })).toBeNull();
  });

  it('never is before it came, nor before the last match', () => {
    const days = fc.tuple(fc.nat(300), fc.nat(300)).map(([a, b]) => [Math.max(a, b), Math.min(a, b)] as const);
    const answers = fc.array(
      fc.tuple(days, fc.boolean()).map(([[from, to], has]) => answer(from, to, ...(has ? [oldRecord] : []))),
      { maxLength: 8 },
    );
    const handshakes = fc.array(
      fc.tuple(days, fc.boolean()).map(([[from, to], isOld]) => shown(from, to, isOld ? old : current)),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(answers, handshakes, (told, seen) => {
        const at = unmatchedSince({
          ...{ records: [oldRecord], host, policy: 'mta' },
          history: { answers: told, handshakes: seen },
        }).get(tlsaText(oldRecord));
        if (at === undefined) return;
        const first = Math.min(...told.filter(({ records }) => records.length > 0).map(({ firstSeen }) => firstSeen));
        expect(at).toBeGreaterThanOrEqual(first);
        for (const { chain, lastSeen } of seen)
          if (chain[0]?.fingerprint === readChain([old.base64])[0]?.fingerprint)
            expect(at).toBeGreaterThanOrEqual(lastSeen);
        for (const { records, lastSeen } of told) if (records.length === 0) expect(at).toBeGreaterThanOrEqual(lastSeen);
      }),
    );
  });
});

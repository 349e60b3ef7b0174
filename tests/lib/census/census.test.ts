import { addCoverage, canReport, coverageByService, silentLoginsADay } from '#lib/census/coverage.ts';
import { countTag, countTagBy } from '#lib/census/count-tags.ts';
import { daysSinceWeek, lastSeenRange } from '#lib/census/last-seen.ts';
import { joinWeeks, narrowClients, selectClients, wholeCensus } from '#lib/census/selection.ts';
import { tagMatrix } from '#lib/census/tag-matrix.ts';
import { isWeakTls, tlsTable } from '#lib/census/tls-table.ts';
import { testCube, type TestClients } from './test-cube.ts';

/** A Wednesday. */
const now = Date.parse('2026-11-25T12:00:00Z');
const promises = [
  { host: 'mail.example.org', tag: 'tls12', firstSeen: Date.parse('2026-01-01') },
  { host: 'mail.example.org', tag: 'tls-cert', firstSeen: Date.parse('2026-11-20') },
];

function select(groups: readonly TestClients[], filter: Partial<typeof wholeCensus> = {}) {
  return selectClients(testCube(groups), { filter: { ...wholeCensus, ...filter }, promises, now });
}

describe('last seen', () => {
  it('counts from the Sunday of the week, and never into the future', () => {
    expect(daysSinceWeek('2026-11-23', now)).toBe(0);
    expect(daysSinceWeek('2026-11-16', now)).toBe(3);
    expect(daysSinceWeek('2027-11-15', now)).toBe(0);
  });

  it('has ranges and what is beyond them', () => {
    expect([0, 7, 8, 90, 400, 401].map(lastSeenRange)).toEqual([7, 7, 30, 90, 400, null]);
  });
});

describe('presumed holders', () => {
  const speaking = { holders: 1, latched: ['tls12'] };

  it('are clients of a program that speaks of latches, that met a tag and said nothing of holding it', () => {
    const selected = select([speaking, { holders: 7, version: '6' }, { holders: 9, name: 'Old mail' }]);
    expect(selected.map(({ presumed }) => presumed)).toEqual([['tls-cert'], ['tls-cert', 'tls12'], []]);
    expect(countTag(selected, 'tls12')).toEqual({ latched: 1, supported: 0, presumed: 7 });
  });

  it('must have been seen when the tag was advertised', () => {
    const quiet = { holders: 7, version: '6' };
    const [, before, during] = select([
      speaking,
      { ...quiet, week: '2026-11-09' },
      { ...quiet, version: '5', week: '2026-11-16' },
    ]);
    expect(before?.presumed).toEqual(['tls12']);
    expect(during?.presumed).toEqual(['tls-cert', 'tls12']);
  });

  it('had TLS, as far as anybody told', () => {
    const quiet = { holders: 7, version: '6' };
    const [, without, untold] = select([
      speaking,
      { ...quiet, tlsVersion: 'none' },
      { ...quiet, version: '5', tlsVersion: null },
    ]);
    expect(without?.presumed).toEqual([]);
    expect(untold?.presumed).toEqual(['tls-cert', 'tls12']);
  });

  it('may hold a tag of any name of an address', () => {
    const quiet = { holders: 7, version: '6' };
    const selected = select([
      speaking,
      { ...quiet, hosts: ['other.example.org', 'mail.example.org'] },
      { ...quiet, hosts: [] },
      { holders: 3, name: '', version: '', speaksDeep: true },
    ]);
    expect(selected.map(({ presumed }) => presumed)).toEqual([['tls-cert'], ['tls-cert', 'tls12'], [], []]);
  });
});

describe('the selection', () => {
  const groups = [
    { holders: 1, latched: ['tls12'] },
    { holders: 2, name: 'Other', tlsVersion: null, service: 'submission' as const, week: '2026-01-05' },
    { holders: 4, version: '8', hosts: ['imap.example.org', 'mail.example.org'], tlsVersion: 'TLSv1' },
  ];
  const holders = (filter: Partial<typeof wholeCensus>) => select(groups, filter).map((clients) => clients.holders);

  it('follows each part of the filter', () => {
    expect(holders({})).toEqual([1, 2, 4]);
    expect(holders({ client: 'Courier' })).toEqual([1, 4]);
    expect(holders({ version: '8' })).toEqual([4]);
    expect(holders({ host: 'imap.example.org' })).toEqual([4]);
    expect(holders({ service: 'submission' })).toEqual([2]);
    expect(holders({ tlsVersion: '' })).toEqual([2]);
    expect(holders({ tlsVersion: 'TLSv1' })).toEqual([4]);
    expect(holders({ withinDays: 90 })).toEqual([1, 4]);
  });

  it('can be narrowed afterwards, to what would have been selected', () => {
    const groups = [
      { holders: 1, name: 'A', week: '2026-11-23' },
      { holders: 2, name: 'A', week: '2026-09-07' },
      { holders: 4, name: 'B', tlsVersion: 'TLSv1' },
    ];
    for (const filter of [{ client: 'A' }, { client: 'A', withinDays: 30 }, { tlsVersion: 'TLSv1' }]) {
      const narrowed = narrowClients(select(groups), { ...wholeCensus, ...filter });
      expect(narrowed).toEqual(select(groups, filter));
      expect(narrowed.length).toBeGreaterThan(0);
    }
  });

  it('counts the same with its weeks together, but for what is presumed of one week alone', () => {
    const { classes } = testCube([{ holders: 0, latched: ['tls12'] }]);
    const counts = ['2026-11-23', '2026-11-16', '2026-11-09', '2026-11-02'].map((week, index) => ({
      ...{ classId: 1, week, holders: 10 ** index },
    }));
    const selected = selectClients({ classes, counts }, { filter: wholeCensus, promises, now });
    const joined = joinWeeks(selected, () => '');
    // The tag was advertised first in the second of these weeks.
    expect(joined.map(({ holders, presumed }) => [holders, presumed])).toEqual([
      [11, ['tls-cert']],
      [1100, []],
    ]);
    for (const tag of ['tls12', 'tls-cert']) expect(countTag(joined, tag)).toEqual(countTag(selected, tag));
    const byAge = joinWeeks(selected, ({ ageDays }) => String(lastSeenRange(ageDays)));
    expect(byAge.map(({ holders, ageDays }) => [holders, lastSeenRange(ageDays)])).toEqual([
      [11, 7],
      [1100, 30],
    ]);
  });

  it('still knows who speaks of latches when they are filtered away', () => {
    expect(select(groups, { version: '8' })[0]?.presumed).toEqual(['tls-cert', 'tls12']);
  });
});

describe('the matrix', () => {
  it('has tags by clients, with the names beyond the columns added up', () => {
    const matrix = tagMatrix(
      select([
        { holders: 5, latched: ['tls12'], supported: ['x-new'] },
        { holders: 3, latched: ['tls12'], name: 'Second', hosts: ['b.example.org'] },
        { holders: 2, latched: ['tls12'], name: 'Third', hosts: ['b.example.org'] },
        { holders: 90, name: 'Silent' },
      ]),
      1,
    );
    expect(matrix).toMatchObject({ clients: ['Courier'], otherClients: 2 });
    expect(matrix.rows.map(({ tag }) => tag)).toEqual(['tls12', 'tls-cert', 'x-new']);
    expect(matrix.rows[0]).toEqual({
      tag: 'tls12',
      cells: [{ latched: 5, supported: 0, presumed: 0 }],
      others: { latched: 5, supported: 0, presumed: 0 },
      all: { latched: 10, supported: 0, presumed: 0 },
    });
    expect(matrix.rows[2]?.all).toEqual({ latched: 0, supported: 5, presumed: 0 });
  });

  it('counts one tag by anything', () => {
    const selected = select([
      { holders: 5, latched: ['tls12'] },
      { holders: 1, latched: ['tls12'], version: '8' },
    ]);
    const counts = countTagBy(selected, { tag: 'tls12', keyOf: ({ entry }) => entry.client.version });
    expect([...counts].map(([version, { latched }]) => [version, latched])).toEqual([
      ['7', 5],
      ['8', 1],
    ]);
  });
});

describe('TLS versions', () => {
  it('shows first who uses the weakest, and what was not told last', () => {
    const table = tlsTable(
      select([
        { holders: 90 },
        { holders: 2, name: 'Old mail', tlsVersion: 'TLSv1' },
        { holders: 1, name: 'Old mail', version: '2', latched: ['tls10'] },
        { holders: 1, name: 'Plain', tlsVersion: 'none' },
        { holders: 4, name: '', version: '', tlsVersion: null },
        { holders: 3, name: 'Future', tlsVersion: 'TLSv9' },
      ]),
      4,
    );
    expect(table.versions).toEqual(['none', 'TLSv1', 'TLSv1.3', 'TLSv9', '']);
    expect(table.rows.map(({ client }) => client)).toEqual(['Old mail', 'Plain', 'Courier', '']);
    expect(table.rows[0]).toEqual({ client: 'Old mail', counts: [0, 2, 1, 0, 0], all: 3, silent: 2 });
    expect(table.otherClients).toBe(1);
  });

  it('knows what is deprecated', () => {
    expect(['none', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3', '', 'x'].map(isWeakTls)).toEqual([
      ...[true, true, true, true],
      ...[false, false, false, false],
    ]);
  });
});

describe('coverage', () => {
  const count = { named: 40, spokeOfLatches: 10, proxied: 0, proxiedWithoutTls: 0 };
  const server = (service: 'imap' | 'pop3') => ({ hosts: ['mail.example.org'], address: null, service });
  const counts = [
    { ...count, server: server('imap'), logins: 100 },
    { ...count, server: server('imap'), logins: 20 },
    { ...count, server: server('pop3'), logins: 300, named: 0, spokeOfLatches: 0 },
  ];

  it('adds up by service, and says nothing where nobody logged in', () => {
    expect(addCoverage([])).toBeNull();
    expect(coverageByService(counts)).toEqual([
      { service: 'pop3', coverage: { logins: 300, named: 0, spokeOfLatches: 0 } },
      { service: 'imap', coverage: { logins: 120, named: 80, spokeOfLatches: 20 } },
    ]);
  });

  it('rounds up who was silent: few are not none', () => {
    expect(silentLoginsADay({ logins: 11, named: 0, spokeOfLatches: 10 }, 30)).toBe(1);
    expect(silentLoginsADay({ logins: 10, named: 0, spokeOfLatches: 10 }, 30)).toBe(0);
  });

  it('knows which services have no way to report', () => {
    expect((['imap', 'submission', 'smtp', 'pop3', 'sieve'] as const).map(canReport)).toEqual([
      ...[true, true, true],
      ...[false, false],
    ]);
  });
});

import { renderToStaticMarkup } from 'react-dom/server';
import { CensusNumbers } from '#components/census-numbers.tsx';
import { ClientTlsTable, tlsVersionWord } from '#components/client-tls-table.tsx';
import { CohortTable } from '#components/cohort-table.tsx';
import { CoverageTable, percent } from '#components/coverage-table.tsx';
import { FailureMap } from '#components/failure-map.tsx';
import { LatchMatrix } from '#components/latch-matrix.tsx';
import { clientTlsItem, coverageItems, latchMatrixItem } from '#app/_queries/census-items.ts';
import { censusHref, lately, readCensusQuestion } from '#app/_queries/census-filter.ts';
import { cohortsByClient, cohortsByServer } from '#app/_queries/cohort-rows.tsx';
import { selectClients } from '#lib/census/selection.ts';
import { testCube, type TestClients } from '#tests/lib/census/test-cube.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const hostile = '<img src=x onerror=alert(1)>\u202egnp\u0007';

function select(groups: readonly TestClients[]) {
  return selectClients(testCube(groups), { filter: lately, promises: [], now });
}

const groups = select([
  { name: hostile, version: '<b>1</b>', latched: ['tls12'], holders: 3 },
  { name: 'Courier', latched: ['tls12'], supported: ['tls-cert'], holders: 4200 },
  { name: '', version: '', tlsVersion: 'TLSv1', holders: 7 },
]);

test('names of strangers are text, and what cannot be seen is written out', () => {
  const question = { tag: 'tls12', filter: lately };
  for (const markup of [
    renderToStaticMarkup(<LatchMatrix item={latchMatrixItem(groups, { role: 'operator', trends: new Map() })} />),
    renderToStaticMarkup(<ClientTlsTable item={clientTlsItem(groups, 'operator')} />),
    renderToStaticMarkup(
      <CohortTable caption="c" column="c" {...cohortsByClient(groups, { question, role: 'operator' })} />,
    ),
  ]) {
    expect(markup).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(markup).toContain('U+202E');
    expect(markup).not.toMatch(/<img|[\u202e\u0007]/);
  }
});

test('a viewer sees no number under five, others see it', () => {
  const show = (role: 'viewer' | 'operator') =>
    renderToStaticMarkup(<LatchMatrix item={latchMatrixItem(groups, { role, trends: new Map() })} />);
  expect(show('viewer')).toContain('&lt;5');
  expect(show('operator')).not.toContain('&lt;5');
  expect(show('viewer')).toContain('4,200');
});

test('who uses an old TLS version stands on top, and can be asked for', async () => {
  const item = clientTlsItem(groups, 'operator');
  expect(item.rows[0]).toMatchObject({ client: '', counts: ['7', '0'], silent: '7' });
  expect(item.versions[0]).toEqual({ version: 'TLSv1', weak: true, href: '/latches?tls=TLSv1' });
  const asked = Object.fromEntries(new URL(`http://x${item.versions[0]?.href ?? ''}`).searchParams);
  expect(await readCensusQuestion(Promise.resolve(asked))).toEqual({
    tag: null,
    filter: { ...lately, tlsVersion: 'TLSv1' },
  });
  expect(['none', 'TLSv1', 'TLSv1.3', 'SSLv3', ''].map(tlsVersionWord)).toEqual([
    ...['without TLS', 'TLS 1.0', 'TLS 1.3', 'SSLv3', 'not told'],
  ]);
});

test('the address of the page leads back to the same question, whatever the name', async () => {
  for (const client of [hostile, '', 'a&b=c']) {
    const question = { tag: 'tls12', filter: { ...lately, client, version: '', withinDays: null } };
    const asked = Object.fromEntries(new URL(`http://x${censusHref(question)}`).searchParams);
    expect(await readCensusQuestion(Promise.resolve(asked))).toEqual(question);
  }
  const odd = { tag: ['a', 'b'], service: 'gopher', client: 'x'.repeat(301) };
  expect(await readCensusQuestion(Promise.resolve(odd))).toEqual({ tag: null, filter: lately });
});

test('what cannot be counted is said to be unknown, never zero', () => {
  const count = { named: 0, spokeOfLatches: 0, proxied: 0, proxiedWithoutTls: 0 };
  const server = { hosts: ['mail.example.org'], address: null, service: 'pop3' } as const;
  const items = coverageItems([{ ...count, server, logins: 300 }]);
  const markup = renderToStaticMarkup(<CoverageTable items={items} />);
  expect(markup).toContain('unknown: 10 logins a day cannot report');
  expect(markup).not.toContain('0 %');
  const none = { clients: '0', latched: '0', presumed: '0', supported: '0' };
  expect(renderToStaticMarkup(<CensusNumbers {...none} coverage={null} />)).toContain('unknown');
  expect(renderToStaticMarkup(<CensusNumbers {...none} coverage={{ share: 0.995, silentADay: 40 }} />)).toMatch(
    /over 99 %.*40 a day did not, or cannot/,
  );
  expect([0, 0.001, 0.5, 0.999, 1].map(percent)).toEqual(['0 %', 'under 1 %', '50 %', 'over 99 %', '100 %']);
});

test('a server that only its address names says so', () => {
  const ambiguous = select([{ hosts: ['a.example.org', 'b.example.org'], holders: 9 }]);
  const { rows } = cohortsByServer(ambiguous, { question: { tag: null, filter: lately }, role: 'operator' });
  expect(renderToStaticMarkup(<CohortTable caption="c" column="c" rows={rows} more={0} />)).toMatch(
    /a\.example\.org.*or 1 other name of .*192\.0\.2\.1/,
  );
});

test('the map of failures says in words what its colours say', () => {
  const cell = (clients: string, level: 'none' | 'usual' | 'more' | 'spike') => ({ clients, level });
  const row = { who: hostile, usual: '0.4', cells: [cell('0', 'none'), cell('2', 'more'), cell('70', 'spike')] };
  const markup = renderToStaticMarkup(
    <FailureMap
      {...{ caption: 'c', column: 'Network', all: row, rows: [row], more: 3 }}
      times={['11:30', '11:45', '12:00']}
      own={['unknown', 'good', 'bad']}
    />,
  );
  for (const word of ['nobody looked', 'fine', 'a fault', 'a spike', 'more than usual', 'and 3 more']) {
    expect(markup).toContain(word);
  }
  expect(markup).not.toContain('<img');
});

import { renderToStaticMarkup } from 'react-dom/server';
import type { IncidentGroupItem } from '#components/incident-groups.tsx';
import { CoverageCard } from '#components/now/coverage-card.tsx';
import { LastSnapshot } from '#components/now/last-snapshot.tsx';
import { NewCritical } from '#components/now/new-critical.tsx';
import { PromiseCard, type PromiseItem } from '#components/now/promise-card.tsx';
import { UpcomingStrip, type UpcomingItem } from '#components/now/upcoming-strip.tsx';
import { Verdict, verdictTone } from '#components/now/verdict.tsx';

const now = Date.UTC(2026, 10, 24, 4);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const hostile = '\u202eevil <script>alert(1)</script>';

const fault: IncidentGroupItem = {
  ...{ host: 'mail.example.org', code: 'certificate-expiry', severity: 'critical', title: 'It has expired' },
  ...{ size: 1, ports: [993], affected: [], since: now - 60_000, accounts: { kind: 'not-counted' } },
  ...{
    deadlineAt: null,
    owners: [],
    href: '/incidents/i',
    silenceHref: '/silences/new',
    members: [],
    firingIds: ['i'],
  },
  first: {
    ...{ id: 'i', severity: 'critical', title: 'It has expired', host: 'mail.example.org', affected: [], subjects: 0 },
    ...{ explains: 0, accounts: null, unstable: false, explainedBy: null, since: now, resolvedAt: null },
    ...{ acknowledgedBy: null, owner: null, recovering: false },
  },
};

describe('the verdict', () => {
  const watched = { faults: 0, servers: 41, domains: 6, unknown: 0 };

  test('is green only where all that is watched was seen and nothing waits', () => {
    expect(verdictTone(watched, [])).toBe('ok');
    expect(verdictTone({ ...watched, unknown: 1 }, [])).toBe('unknown');
    expect(verdictTone({ ...watched, servers: 0 }, [])).toBe('unknown');
    expect(verdictTone({ ...watched, faults: 3 }, ['warning', 'critical', 'error'])).toBe('crit');
    // More than are shown, and none of them could be read any more.
    expect(verdictTone({ ...watched, faults: 3 }, [])).toBe('warn');
  });

  test('stands in the title of the page', () => {
    const html = renderToStaticMarkup(<Verdict {...watched} faults={2} worst={['error']} />);
    expect(html).toMatch(/<h1.*2 things need you\..*41 servers, 6 domains, 0 unknown\..*<\/h1>/s);
  });
});

describe('what has a date', () => {
  const item = (change: Partial<UpcomingItem>): UpcomingItem => ({
    key: change.text ?? 'key',
    kind: 'certificate',
    at: now + 2 * dayMs,
    text: 'Certificate of mail.example.org ends',
    href: '/endpoints/e',
    tone: 'crit',
    ...change,
  });
  const render = (items: readonly UpcomingItem[], cut: readonly UpcomingItem['kind'][] = []) =>
    renderToStaticMarkup(<UpcomingStrip items={items} cut={cut} now={now} days={30} />);

  test('is a mark in the line of its kind, a sentence, and a row of the table', () => {
    const html = render([item({}), item({ kind: 'silence', at: now + 9 * dayMs, text: 'Silence ends', tone: 'info' })]);
    expect(html.match(/<circle/g)).toHaveLength(2);
    expect(html).toContain('x="8.40%"');
    expect(html).toContain('in 2 days');
    const table = /<table.*<\/table>/s.exec(html)?.[0] ?? '';
    expect(table.match(/<tr/g)).toHaveLength(2 + 1);
    expect(table).toContain('2026-11-26 04:00:00 UTC');
    expect(table).toContain('Critical');
    expect(html).not.toContain('style=');
  });

  test('says what it left out, what there is none of, and what is due now', () => {
    expect(render([item({})], ['certificate'])).toContain('Only the nearest of these are shown: certificates.');
    expect(render([])).toContain('ends in the next 30 days');
    expect(render([item({ at: now - 1, kind: 'rollover', tone: 'info' })])).toContain('>now<');
  });

  test('shows hostile names and obeys none', () => {
    const html = render([item({ text: hostile })]);
    expect(html).not.toContain('<script');
    expect(html).toContain('U+202E');
  });
});

describe('promises', () => {
  const tag: PromiseItem = {
    ...{ tag: 'tls-cert', hosts: 40, advertisedNow: 37, broken: 0, unknown: 0, isProvable: true },
    ...{ latched: '12,431', presumed: '0', clientsHref: '/latches?tag=tls-cert' },
  };
  const render = (items: readonly PromiseItem[]) =>
    renderToStaticMarkup(<PromiseCard items={items} readAt={now - 20_000} now={now} />);

  test('are red where they are not kept, unknown where nobody looked, and never green', () => {
    expect(render([{ ...tag, broken: 2 }])).toMatch(/tone-crit.*Broken at 2 hosts/s);
    expect(render([{ ...tag, unknown: 1 }])).toMatch(/tone-unknown.*1 host not seen/s);
    expect(render([{ ...tag, isProvable: false }])).toContain('Nobody can check it');
    for (const html of [render([tag]), render([{ ...tag, unknown: 1 }])]) expect(html).not.toContain('tone-ok');
  });

  test('say who relies on them, at how many hosts, and how old the count is', () => {
    const html = render([{ ...tag, presumed: '300' }]);
    expect(html).toContain('37 of 40 hosts');
    expect(html).toMatch(/12,431.*presumably 300/s);
    expect(html).toContain('20 seconds ago');
    expect(render([])).toContain('No server has promised anything yet');
  });
});

describe('coverage', () => {
  const base = { coverage: null, sources: [], total: 0, mayManage: true, now } as const;
  const source = (lastSeenAt: number | null) => ({ id: 's', name: hostile, lastSeenAt });

  test('says that counts are a lower bound, and when each source was heard last', () => {
    const html = renderToStaticMarkup(
      <CoverageCard
        {...base}
        coverage={{ share: 0.63, silentADay: 1_200, cannotReportADay: 900 }}
        sources={[source(null), source(now - 2 * hourMs), source(now - 60_000)]}
        total={7}
      />,
    );
    expect(html).toContain('63 %');
    expect(html).toMatch(/1,200 logins a day tell nothing, 900 of them by POP.*lower bound/s);
    expect(html).toContain('nothing came yet');
    expect(html).toMatch(/silent, last.*2 hours ago/s);
    expect(html).toContain('And 4 more');
    expect(html).not.toContain('<script');
  });

  test('says what to do where nobody reports', () => {
    expect(renderToStaticMarkup(<CoverageCard {...base} />)).toContain('Connect a mail server');
    expect(renderToStaticMarkup(<CoverageCard {...base} mayManage={false} />)).not.toContain('href=');
    expect(renderToStaticMarkup(<CoverageCard {...base} total={1} sources={[source(now)]} />)).toContain('No login');
  });
});

test('when nothing can be read the last that was known stands there, dated and never green', () => {
  const snapshot = { readAt: now - 3 * 60_000, sentence: 'One thing needs you.', groups: [fault] };
  const html = renderToStaticMarkup(<LastSnapshot id="ab12" snapshot={snapshot} now={now} />);
  expect(html).toMatch(/ab12.*Try again/s);
  expect(html).toMatch(/3 minutes ago.*Then: One thing needs you\..*It has expired/s);
  expect(html).not.toContain('tone-ok');
  expect(html).not.toContain('<form');
  expect(renderToStaticMarkup(<LastSnapshot id="ab12" snapshot={null} now={now} />)).not.toContain('Then:');
});

test('only what is new and critical is read out', () => {
  const said = (groups: readonly IncidentGroupItem[]) =>
    renderToStaticMarkup(<NewCritical groups={groups} now={now} />).replaceAll(/<[^>]+>/g, '');
  expect(said([{ ...fault, title: hostile }])).toContain('New and critical: [U+202E]evil');
  expect(said([{ ...fault, severity: 'error' }])).toBe('');
  expect(said([{ ...fault, since: now - hourMs }])).toBe('');
});

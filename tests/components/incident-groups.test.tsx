import { renderToStaticMarkup } from 'react-dom/server';
import type { IncidentGroupItem } from '#components/incident-groups.tsx';
import { accountsText, IncidentGroups } from '#components/incident-groups.tsx';
import type { IncidentItem } from '#components/incident-list.tsx';

const now = Date.UTC(2026, 10, 24, 4);
const hourMs = 3_600_000;
const acknowledge = () => Promise.resolve(null);

function item(port: number): IncidentItem {
  return {
    id: `incident-${String(port)}`,
    severity: 'critical',
    title: `The certificate of mail.example.org:${String(port)} has expired`,
    host: `mail.example.org:${String(port)}`,
    affected: ['192.0.2.10'],
    ...{ subjects: 0, explains: 0, accounts: null, unstable: false, explainedBy: null },
    since: now - 7_200_000,
    resolvedAt: null,
    acknowledgedBy: null,
    owner: null,
    recovering: false,
  };
}

function group(ports: readonly number[], change: Partial<IncidentGroupItem> = {}): IncidentGroupItem {
  return {
    host: 'mail.example.org',
    code: 'certificate-expiry',
    severity: 'critical',
    title: 'The certificate has expired or expires soon',
    size: ports.length,
    ports,
    affected: ['192.0.2.10', '192.0.2.11', '192.0.2.12', '192.0.2.13'],
    since: now - 7_200_000,
    accounts: { kind: 'hit', count: '12,431' },
    deadlineAt: now + 5 * hourMs,
    owners: [],
    href: '/incidents/incident-993',
    silenceHref: '/silences/new?incident=incident-993',
    first: item(993),
    members: ports.map((port) => ({ id: `incident-${String(port)}`, title: item(port).title, port })),
    firingIds: ports.map((port) => `incident-${String(port)}`),
    ...change,
  };
}

const render = (groups: readonly IncidentGroupItem[], action: typeof acknowledge | null = acknowledge) =>
  renderToStaticMarkup(<IncidentGroups groups={groups} now={now} acknowledge={action} />);

test('a row says how bad, what, where, since when, whom it hits, what time is left and who has it', () => {
  const html = render([group([993])]);
  const text = html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
  expect(text).toContain('Critical The certificate has expired or expires soon Where mail.example.org :993');
  expect(text).toContain('Since 2 hours ago Hits 12,431 accounts Deadline in 5 hours Owner nobody');
  expect(html).toContain('<svg');
  expect(render([group([993], { owners: ['ada@example.org', 'bo@example.org'] })])).toContain('ada@example.org');
  expect(render([group([993], { deadlineAt: now - hourMs })])).toContain('Deadline passed');
  expect(render([group([993], { deadlineAt: null })])).not.toContain('Deadline');
});

test('a fault of many ports is one row that names some of them and opens to a link to each incident', () => {
  const html = render([group([25, 110, 143, 465, 587, 993, 995])]);
  expect(html.match(/data-row/g)).toHaveLength(1);
  expect(html).toContain(':25 :110 :143 :465 … 7 ports');
  expect(html).toContain('and 1 more');
  const summary = /<summary.*<\/summary>/s.exec(html)?.[0] ?? '';
  expect(summary).toContain('7 incidents');
  // A link or a button inside the line that opens it could not be told from it.
  expect(summary).not.toMatch(/<a |<button/);
  expect(new Set(html.match(/href="\/incidents\/incident-\d+"/g)).size).toBe(7);
  expect(render([group([993])])).not.toContain('<details');
});

test('who may can take all of it with one plain form, or silence it; the keys of the console find both', () => {
  const html = render([group([993, 995])]);
  expect(html).toContain('name="incidentIds" value="incident-993 incident-995"');
  expect(html).toMatch(/data-action="acknowledge"[^>]*>Acknowledge 2</);
  expect(html).toContain('data-action="silence"');
  expect(html).toContain('data-live-list');
  for (const other of [render([group([993, 995])], null), render([group([993, 995], { firingIds: [] })])]) {
    expect(other).not.toContain('<form');
  }
});

test('what a group leaves out is said', () => {
  expect(render([group([993, 995], { size: 130 })])).toContain('And 128 more');
});

test('that nobody reported a fault never reads as nobody', () => {
  expect(accountsText({ kind: 'none-reported', unknownShare: 0.37 })).toBe('0 reported, 37 % of logins cannot tell');
  expect(accountsText({ kind: 'none-reported', unknownShare: null })).toBe('0 reported, no login seen');
  expect(accountsText({ kind: 'not-counted' })).toBe('not counted');
  expect(accountsText({ kind: 'hit', count: '<5' })).toBe('<5 accounts');
});

test('hostile text in a title is shown, not obeyed: on the page and in the names of buttons', () => {
  const html = render([group([993, 995], { title: '\u202eevil" onmouseover="x <script>alert(1)</script>' })]);
  expect(html).not.toContain('<script>alert');
  expect(html).not.toContain('\u202e');
  expect(html).not.toMatch(/" onmouseover="/);
  expect(html).toContain('U+202E');
});

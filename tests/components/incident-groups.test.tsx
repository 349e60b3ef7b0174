import { renderToStaticMarkup } from 'react-dom/server';
import type { IncidentGroupItem } from '#components/incident-groups.tsx';
import { IncidentGroups } from '#components/incident-groups.tsx';
import type { IncidentItem } from '#components/incident-list.tsx';

const now = Date.UTC(2026, 10, 24, 4);
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
    recovering: false,
  };
}

function group(ports: readonly number[]): IncidentGroupItem {
  return {
    host: 'mail.example.org',
    code: 'certificate-expiry',
    severity: 'critical',
    title: 'The certificate has expired or expires soon',
    size: ports.length,
    ports,
    affected: ['192.0.2.10', '192.0.2.11', '192.0.2.12', '192.0.2.13'],
    since: now - 7_200_000,
    items: ports.map(item),
    firingIds: ports.map((port) => `incident-${String(port)}`),
  };
}

const render = (groups: readonly IncidentGroupItem[], action: typeof acknowledge | null = acknowledge) =>
  renderToStaticMarkup(<IncidentGroups groups={groups} now={now} acknowledge={action} />);

test('a fault of many ports is one closed row that names some of them and holds a link to each incident', () => {
  const html = render([group([25, 110, 143, 465, 587, 993, 995])]);
  expect(html.match(/<details/g)).toHaveLength(1);
  const summary = /<summary.*<\/summary>/s.exec(html)?.[0] ?? '';
  expect(summary).toContain(':25 :110 :143 :465 … 7 ports');
  expect(summary).toContain('and 1 more');
  expect(summary).toContain('7 incidents');
  // A link or a button inside the row that opens it could not be told from it.
  expect(summary).not.toMatch(/<a |<button/);
  expect(html.match(/href="\/incidents\/incident-\d+"/g)).toHaveLength(7);
});

test('who may can take all of it with one plain form', () => {
  const html = render([group([993, 995])]);
  expect(html).toContain('name="incidentIds" value="incident-993 incident-995"');
  expect(html).toContain('Acknowledge these 2');
  expect(render([group([993, 995])], null)).not.toContain('<form');
  expect(render([{ ...group([993, 995]), firingIds: [] }])).not.toContain('<form');
});

test('a fault of one port is its incident', () => {
  const html = render([group([993])]);
  expect(html).not.toContain('<details');
  expect(html).toContain('href="/incidents/incident-993"');
});

test('what a group leaves out is said', () => {
  expect(render([{ ...group([993, 995]), size: 130 }])).toContain('And 128 more');
});

import { renderToStaticMarkup } from 'react-dom/server';
import { undeclared } from '#lib/model/declaration.ts';
import { listDeclaredFacts } from '#lib/model/declaration-fields.ts';
import { DeclarationForm } from '#components/declaration-form.tsx';
import { DeclarationPanel } from '#components/declaration-panel.tsx';
import { HealthBar, type HealthBarProps } from '#components/health-bar.tsx';
import { InventoryDiffView } from '#components/inventory-diff.tsx';

const facts = listDeclaredFacts({ ...undeclared, expectsDeep: false, vantage: 'inside' });
const panel = {
  facts,
  declared: null,
  backend: null,
  fronts: [],
  strandedVantage: null,
  now: 0,
  changeHref: null,
} as const;

const healthy: HealthBarProps = {
  now: 100_000,
  workersAlive: 1,
  workersKnown: 1,
  lastHeartbeatAt: 99_000,
  oldestDueAt: null,
  overdueAfterMs: 60_000,
  mailRelayConfigured: true,
  otherRoutes: 0,
  waitingForRelay: 0,
  unsentNotices: 0,
  failingNotices: 0,
  lastMailSentAt: null,
  strandedVantages: [],
  ownOutages: [],
  alertPath: { provenAt: null, overdue: false, dependsOn: null },
  ingest: { sources: 0, silent: 0, lastReportAt: null, running: 0, waitedMs: 0, putOff: 0 },
};

test('what is declared is shown, "no" too, and what is not declared is left out', () => {
  const html = renderToStaticMarkup(<DeclarationPanel {...panel} />);
  expect(html).toMatch(/Announces DEEP<\/dt><dd[^>]*>no</);
  expect(html).toContain('inside');
  expect(html).not.toContain('Login by certificate');
  expect(html).not.toContain('Change what is declared');
  const empty = renderToStaticMarkup(<DeclarationPanel {...panel} facts={listDeclaredFacts(undeclared)} />);
  expect(empty).toContain('Nothing is declared');
});

test('the form keeps "not declared" apart from "no"', () => {
  const html = renderToStaticMarkup(
    <DeclarationForm action={() => Promise.resolve(null)} endpointId="e" facts={facts} />,
  );
  expect(html).toMatch(/name="expects_deep"[^]*?<option value="no" selected="">/);
  expect(html).toMatch(/name="accepts_client_certs"[^]*?<option value="undeclared" selected="">/);
  expect(html).toMatch(/name="vantage"[^>]*value="inside"/);
});

test('a vantage without a worker is an alert, on the endpoint and on every page', () => {
  const endpoint = renderToStaticMarkup(<DeclarationPanel {...panel} strandedVantage="inside" />);
  expect(endpoint).toMatch(/role="alert"[^]*No worker of vantage/);
  const page = renderToStaticMarkup(
    <HealthBar {...healthy} strandedVantages={[{ vantage: 'inside', endpoints: 3 }]} />,
  );
  expect(page).toMatch(/role="alert"[^]*No worker of vantage[^]*3 endpoints that only it can see are not looked at/);
  expect(renderToStaticMarkup(<HealthBar {...healthy} />)).not.toContain('role="alert"');
});

test('our own network being down is an alert on every page, and says how much is unknown', () => {
  const outage = { vantage: 'local', what: 'resolver', since: 40_000, endpoints: 500 } as const;
  const page = renderToStaticMarkup(<HealthBar {...healthy} ownOutages={[outage]} />);
  expect(page.replace(/<[^>]+>/g, '')).toMatch(
    /Our own resolver is down at local: 500 endpoints are unknown\. It began 1 minute ago/,
  );
});

test('a difference names what it was and what it will be, and a dry run says that nothing was written', () => {
  const key = 'imap+implicit://mail.example.org:993';
  const domain = {
    domain: 'example.org',
    isNew: false,
    added: [],
    changed: [{ key, changes: [{ field: 'expects_deep', before: true, after: null }] }],
    lacking: [{ key: 'pop3+implicit://old.example.org:995', dropped: true }],
  } as const;
  const html = renderToStaticMarkup(<InventoryDiffView diff={{ domains: [domain] }} imported={false} />);
  expect(html).toContain('Nothing was written');
  expect(html.replaceAll(/<[^>]*>/g, '')).toContain('expects_deep yes → undeclared');
  expect(html.replaceAll(/<[^>]*>/g, '')).toContain('No longer in the inventory: pop3+implicit://old.example.org:995');
  const idle = { ...domain, changed: [], lacking: [{ key, dropped: false }] };
  expect(renderToStaticMarkup(<InventoryDiffView diff={{ domains: [idle] }} imported />)).toContain('Nothing to do');
});

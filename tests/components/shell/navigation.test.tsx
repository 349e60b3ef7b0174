import { currentItem } from '#components/main-navigation.tsx';
import { HealthBar, type HealthBarProps } from '#components/health-bar.tsx';
import { readFoundItems } from '#components/shell/found-item.ts';
import { renderToStaticMarkup } from 'react-dom/server';

const groups = [
  {
    title: 'Watch',
    items: [
      { href: '/', text: 'Now' },
      { href: '/domains', text: 'Domains' },
    ],
  },
  {
    title: 'Settings',
    items: [
      { href: '/settings', text: 'Settings' },
      { href: '/settings/routes', text: 'Routes' },
    ],
  },
];

test('the current page is the closest one, and what only begins alike is another', () => {
  const here = (path: string) => currentItem(path, groups);
  expect([here('/'), here('/domains'), here('/domains/example.org')]).toEqual(['/', '/domains', '/domains']);
  expect([here('/settings/routes'), here('/settings/account')]).toEqual(['/settings/routes', '/settings']);
  expect([here('/domains-of-others'), here('/help')]).toEqual([null, null]);
});

test('what is found leads to pages of our own only', () => {
  const item = { kind: 'domain', href: '/domains/a', text: 'a', detail: '' };
  expect(readFoundItems([item])).toEqual([item]);
  const bad = ['//evil.example', 'https://evil.example', 'javascript:alert(1)', ''].map((href) => ({ ...item, href }));
  expect(readFoundItems([...bad, { ...item, kind: 'other' }, null, 'x'])).toEqual([]);
  expect(readFoundItems({ items: [item] })).toBeNull();
});

const now = Date.UTC(2026, 10, 24, 4);
const healthy: HealthBarProps = {
  ...{ now, workersAlive: 2, workersKnown: 2, lastHeartbeatAt: now, oldestDueAt: null, overdueAfterMs: 60_000 },
  ...{ mailRelayConfigured: true, otherRoutes: 0, waitingForRelay: 0, unsentNotices: 0, failingNotices: 0 },
  ...{ lastMailSentAt: now - 60_000, strandedVantages: [], ownOutages: [] },
  alertPath: { provenAt: now - 7_200_000, overdue: false, dependsOn: null },
  ingest: { sources: 2, silent: 0, lastReportAt: now - 120_000, running: 1, waitedMs: 300, putOff: 0 },
};
const textOf = (health: Partial<HealthBarProps>) => {
  const html = renderToStaticMarkup(<HealthBar {...healthy} {...health} />);
  return html
    .replaceAll(/<svg.*?<\/svg>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');
};

test('the bar says of each part of the watcher how it is', () => {
  expect(textOf({})).toContain('Latchwatch is well');
  expect(textOf({})).toMatch(
    /Workers 2 of 2 alive Probes on time Reports 2 minutes ago Alerts none waiting, last 1 minute ago Alert path proven 2 hours ago/,
  );
});

test.each<readonly [Partial<HealthBarProps>, string]>([
  [{ workersAlive: 1 }, 'Workers'],
  [{ oldestDueAt: now - 600_000 }, 'overdue by 10 min'],
  [{ ingest: { ...healthy.ingest, silent: 1 } }, '1 of 2 silent, last 2 minutes ago'],
  [{ ingest: { ...healthy.ingest, lastReportAt: null } }, 'none came yet'],
  [{ ingest: { ...healthy.ingest, running: 0 } }, 'ingest does not run'],
  [{ ingest: { ...healthy.ingest, waitedMs: 42_000 } }, 'ingest is 42 s behind'],
  [{ ingest: { ...healthy.ingest, putOff: 2 } }, 'more come than ingest can take'],
  [{ failingNotices: 1, unsentNotices: 1 }, '1 waiting'],
  [{ alertPath: { provenAt: null, overdue: true, dependsOn: null } }, 'never, overdue'],
])('with %j it is not well', (health, words) => {
  expect(textOf(health)).toContain(words);
  expect(textOf(health)).not.toContain('Latchwatch is well');
});

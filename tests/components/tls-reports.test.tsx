import { renderToStaticMarkup } from 'react-dom/server';
import { LatchBounceTable } from '#components/latch-bounce-table.tsx';
import { TlsReportPanel, type TlsReportSummary } from '#components/tls-report-panel.tsx';

const now = Date.UTC(2026, 10, 25, 12);

const summary: TlsReportSummary = {
  days: 30,
  sessions: 1000,
  failedSessions: 12,
  failures: [
    {
      resultType: 'tlsa-invalid',
      receivingHost: 'mx.example.org',
      sessions: 11,
      organizations: ['B', 'C', 'D', 'E'],
      reason: null,
      lastAt: now,
    },
    {
      resultType: 'quantum-failure',
      receivingHost: null,
      sessions: 1,
      organizations: ['B'],
      reason: '<script>',
      lastAt: now,
    },
  ],
  reporters: [{ organization: 'B', domain: '', policyType: 'tlsa', successes: 988, failures: 12, lastAt: now }],
  cut: false,
};

const show = (changed: Partial<TlsReportSummary>) =>
  renderToStaticMarkup(<TlsReportPanel summary={{ ...summary, ...changed }} now={now} />);

test('failures say what they mean, and stand beside the number of sessions', () => {
  const html = show({});
  expect(html).toContain('12 of 1,000 reported sessions failed in 30 days');
  expect(html).toContain('Senders with DANE hold mail back until one does');
  expect(html).toContain('A result that RFC 8460 does not name.');
  expect(html).toContain('and 1 more');
  expect(html).not.toContain('<script>');
  expect(html).not.toContain('these are the latest');
  expect(show({ cut: true })).toContain('these are the latest');
});

test('no report is unknown, and no failure is only what those met who report', () => {
  expect(show({ reporters: [], failures: [], sessions: 0 })).toContain('unknown, not fine');
  expect(show({ failures: [] })).toContain('most do not report');
});

test('bounces name the latch and the servers', () => {
  const item = { tag: 'tls10', reporter: 'mx.b.test', remote: '', bounces: 1234, lastAt: now };
  const html = renderToStaticMarkup(<LatchBounceTable items={[item]} now={now} />);
  expect(html).toContain('mx.b.test');
  expect(html).toContain('not told');
  expect(html).toContain('1,234');
});

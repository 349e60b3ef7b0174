import { renderToStaticMarkup } from 'react-dom/server';
import { SourceFacts } from '#components/source-facts.tsx';
import type { SourceItem } from '#components/source-item.ts';
import { SourceTable } from '#components/source-table.tsx';

const minuteMs = 60_000;
const now = Date.UTC(2026, 0, 2, 12, 30);

const source: SourceItem = {
  id: 's',
  name: 'Dovecot \u202e in Vienna',
  addresses: [],
  hosts: ['imap.example.org'],
  perSecond: 20_000,
  createdAt: now - 90 * minuteMs,
  createdBy: 'admin@example.org',
  oldTokenUntil: null,
  lastSeenAt: null,
  ended: null,
  recent: { since: now - 90 * minuteMs, accepted: 54_000, rejected: 7, own: 3, overflowed: 0 },
};

const tableOf = (item: SourceItem) => renderToStaticMarkup(<SourceTable sources={[item]} now={now} />);

test.each([
  ['Waiting for the first report', { lastSeenAt: null }],
  ['Reporting', { lastSeenAt: now - minuteMs }],
  ['Silent', { lastSeenAt: now - 61 * minuteMs }],
  ['Revoked', { lastSeenAt: now, ended: { how: 'revoked', at: now, by: 'admin@example.org' } }],
  ['Withdrawn', { lastSeenAt: now, ended: { how: 'withdrawn', at: now, by: 'a', reason: 'broken into' } }],
] as const)('says %s', (word, facts) => {
  expect(tableOf({ ...source, ...facts })).toContain(word);
});

test('the rate is over the time that the counts are of, and names are shown as foreign text', () => {
  const html = tableOf(source);
  expect(html).toContain('54,000');
  expect(html).toContain('10 a second');
  expect(html).not.toContain('\u202e');
  expect(tableOf({ ...source, recent: { ...source.recent, accepted: 27 } })).toContain('0.005 a second');
});

test('one source tells what it may, what came and how it ended', () => {
  const html = renderToStaticMarkup(
    <SourceFacts
      now={now}
      source={{
        ...source,
        oldTokenUntil: now + minuteMs,
        ended: { how: 'withdrawn', at: now, by: 'admin@example.org', reason: 'broken <into>' },
      }}
    />,
  );
  expect(html).toContain('54,000 taken, 7 refused since');
  expect(html).toContain('3 of our own probes are not counted');
  expect(html).toContain('anywhere');
  expect(html).toContain('Old token');
  expect(html).toContain('broken &lt;into&gt;');
  expect(renderToStaticMarkup(<SourceFacts now={now} source={{ ...source, oldTokenUntil: now }} />)).not.toContain(
    'Old token',
  );
});

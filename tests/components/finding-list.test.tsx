import { renderToStaticMarkup } from 'react-dom/server';
import { CheckList } from '#components/check-list.tsx';
import { FindingList, type FindingItem } from '#components/finding-list.tsx';
import { statementsOfRefs } from '#lib/draft/statements.ts';
import { packLine } from '#components/pack-words.ts';

const now = Date.UTC(2026, 10, 24);

const item: FindingItem = {
  id: 'F1',
  code: 'tls-version-obsolete',
  verdict: 'info',
  packs: { draft: 'pass', current: 'crit' },
  acceptance: { by: 'ada@example.org', until: Date.UTC(2027, 0, 1), reason: 'old <b>scanners</b>' },
  title: 'mail.example.org:993 reaches only TLSv1.1',
  expected: 'TLS 1.2',
  got: 'TLSv1.1',
  fix: 'Allow TLS 1.2.',
  refs: ['RFC 8996'],
  address: '2001:db8::1',
  statements: statementsOfRefs(['checklist row 27']),
  evidenceHref: '/endpoints/E1#chain-2001:db8::1',
  commands: ["openssl s_client -connect '[2001:db8::1]:993' </dev/null"],
  since: now - 60_000,
  notSeenSince: null,
};

const textOf = (html: string): string =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .replaceAll('&#x27;', "'");

test('a finding shows what both rule packs say where they differ, and only there', () => {
  const html = renderToStaticMarkup(<FindingList items={[item]} now={now} />);
  expect(textOf(html)).toContain('Draft of 2015: holds · Current practice: fails, critical');
  const alike = renderToStaticMarkup(<FindingList items={[{ ...item, packs: null }]} now={now} />);
  expect(alike).not.toContain('Draft of 2015');
});

test('a finding says who accepts it until when and why', () => {
  const html = renderToStaticMarkup(<FindingList items={[item]} now={now} />);
  expect(textOf(html)).toMatch(/Accepted by ada@example\.org until 2027-01-01 00:00:00 UTC : old &lt;b&gt;scanners/);
  const free = renderToStaticMarkup(<FindingList items={[{ ...item, acceptance: null }]} now={now} />);
  expect(free).not.toContain('Accepted by');
});

test('a finding leads to the page of its code, shows its command, and offers to be accepted to who may sign', () => {
  const html = renderToStaticMarkup(<FindingList items={[item]} now={now} />);
  expect(html).toContain('href="/findings/tls-version-obsolete"');
  expect(textOf(html)).toContain("openssl s_client -connect '[2001:db8::1]:993' &lt;/dev/null");
  expect(html).not.toContain('/exceptions/new');
  expect(renderToStaticMarkup(<FindingList items={[item]} now={now} maySign />)).toContain(
    'href="/exceptions/new?finding=F1"',
  );
});

test('a finding says where it was seen, what the draft asks for, and leads to the bytes', () => {
  const html = renderToStaticMarkup(<FindingList items={[item]} now={now} />);
  expect(textOf(html)).toContain('At 2001:db8::1');
  expect(textOf(html)).toContain('The draft, section 9.2 : Servers have the DEEP extension of their protocol.');
  expect(html).toContain('href="/endpoints/E1#chain-2001:db8::1"');
  const bare = renderToStaticMarkup(
    <FindingList items={[{ ...item, address: null, statements: [], evidenceHref: null }]} now={now} />,
  );
  expect(bare).not.toContain('The bytes that were sent');
  expect(textOf(bare)).not.toContain(' At ');
});

test('a check shows both packs too', () => {
  const check = { code: 'plaintext-password', summary: 'The server takes passwords before TLS', holds: true } as const;
  const packs = { draft: 'warn', current: 'fail' } as const;
  const html = renderToStaticMarkup(<CheckList items={[{ ...check, verdict: 'fail', packs }]} stale={false} />);
  expect(html).toContain(packLine(packs));
  expect(html).toContain('href="/findings/plaintext-password"');
});

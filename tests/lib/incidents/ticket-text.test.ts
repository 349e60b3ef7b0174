import { ticketJson, ticketMarkdown, ticketSubject, type TicketFacts } from '#lib/incidents/ticket-text.ts';
import { z } from 'zod';

const facts: TicketFacts = {
  ...{ id: '01M8', state: 'open', severity: 'critical', code: 'certificate-expiry' },
  title: 'The certificate of mail.example.org:993 has expired',
  place: 'mail.example.org:993',
  addresses: ['192.0.2.10'],
  subjects: [],
  ...{ expected: 'A valid certificate', got: 'It expired', meaning: 'Clients refuse.', fix: 'Renew it.' },
  commands: ["openssl s_client -connect '192.0.2.10:993' </dev/null"],
  refs: ['RFC 5280 section 6'],
  firstSeen: Date.UTC(2026, 10, 24, 4),
  resolvedAt: null,
  owner: null,
  url: 'https://monitor.example.org/incidents/01M8',
};

const hostile = [
  '<script>alert(1)</script>',
  '[x](javascript:alert(1))',
  '![x](https://evil.example/pixel.png)',
  '# Heading\r\nBcc: everybody@example.org\r\n\r\nbody',
  '```\n</code>`',
  '@everybody and #1 and https://evil.example and www.evil.example',
  '1. list\n2. list',
  '- list',
  'a\u202egnp.exe\u0000\u001b[31m\u2028b',
  '| a | b |\n|---|---|',
  '~~x~~ **x** _x_ `x` $x$ \\',
];

/** The text without what Markdown escapes: what is left over is what could still be markup. */
const unescaped = (markdown: string): string => markdown.replaceAll(/\\[!-/:-@[-`{-~]/g, '');

test('a ticket says where, since when, what to do and how to see it', () => {
  const text = ticketMarkdown(facts);
  expect(text).toContain('# The certificate of mail.example.org\\:993 has expired\n');
  expect(text).toContain('- **Since:** 2026-11-24 04:00:00 UTC');
  expect(text).toContain("```sh\nopenssl s_client -connect '192.0.2.10:993' </dev/null\n```");
  expect(text).toContain('<https://monitor.example.org/incidents/01M8>');
});

test.each(hostile)('%j stays text in every field of the Markdown, and on its line', (title) => {
  const plain = ticketMarkdown(facts).split('\n').length;
  const text = ticketMarkdown({
    ...{ ...facts, title, place: title, addresses: [title], subjects: [title] },
    ...{ expected: title, got: title, meaning: title, fix: title, owner: title },
  });
  // Two more facts, and not a line more.
  expect(text.split('\n')).toHaveLength(plain + 2);
  const own = text.replace(`<${facts.url}>`, '').replace(/```sh\n[^]*?\n```/, '');
  for (const line of unescaped(own).split('\n')) {
    expect(line.replace(/^#{1,2} |^- \*\*[A-Z][a-z]+:\*\* /, '')).not.toMatch(
      /[<>`*_[\]#|~@]|^\s*[-+=]|^\d+[.)]|:\/\/|www\./i,
    );
  }
  expect(text).not.toMatch(/[^\P{C}\n]|[\u2028\u2029]/u);
});

test.each(hostile)('the command with %j cannot end its block', (command) => {
  const block = /^(`{3,})sh\n([^]*?)\n\1\n/m.exec(ticketMarkdown({ ...facts, commands: [command] }));
  expect(block?.[2]).not.toContain('\n');
  expect(block?.[2]).not.toContain(block?.[1]);
});

test.each(hostile)('the subject with %j is one line that fits', (title) => {
  const subject = ticketSubject({ ...facts, title: title.repeat(20) });
  expect(subject).toMatch(/^\[critical\] [^\p{C}\u2028\u2029]*$/u);
  expect(subject.length).toBeLessThanOrEqual(150);
});

test('the JSON has the same facts, with what cannot be seen written out', () => {
  const json = z
    .looseObject({ subject: z.string(), description: z.string() })
    .parse(JSON.parse(ticketJson({ ...facts, got: 'a\u202eb', resolvedAt: facts.firstSeen + 1000 })));
  expect(json).toMatchObject({
    ...{ id: '01M8', code: 'certificate-expiry', got: 'a[U+202E]b', owner: null, addresses: ['192.0.2.10'] },
    ...{ first_seen: '2026-11-24T04:00:00.000Z', resolved_at: '2026-11-24T04:00:01.000Z' },
    subject: '[critical] The certificate of mail.example.org:993 has expired',
  });
  expect(json.description).toContain('## What to do');
});

test('a certificate on a thousand ports names some of them', () => {
  const subjects = Array.from({ length: 1000 }, (_, index) => `mail.example.org:${String(index)}`);
  expect(ticketMarkdown({ ...facts, subjects })).toContain('and 980 more');
});

import { readFileSync } from 'node:fs';
import { ingestSnippets } from '#lib/reports/ingest-snippets.ts';

const given = { host: 'latchwatch.example.org', httpPort: 3080, relpPort: 2514, token: 'lws_TOKEN' };

test('every line to copy is one that the documentation explains', () => {
  const documented = new Set(
    readFileSync('docs/reports.md', 'utf8')
      .split('\n')
      .map((line) => line.trim()),
  );
  const lines = ingestSnippets(given)
    .filter(({ title }) => title !== 'Try it now')
    .flatMap(({ text }) => text.split('\n').map((line) => line.trim()));
  expect(lines.length).toBeGreaterThan(25);
  expect(lines.filter((line) => !documented.has(line))).toEqual([]);
});

test('the token and the ports stand where they belong, and a port that is off is said', () => {
  const text = (port: number | null) =>
    ingestSnippets({ ...given, relpPort: port, token: 'lws_secret' })
      .map((one) => `${one.hint}\n${one.text}`)
      .join('\n');
  expect(text(9000)).toContain('port="9000"');
  expect(text(9000)).not.toContain('RELP is off');
  expect(text(null)).toContain('RELP is off');
  expect(text(null).match(/lws_secret/g)).toHaveLength(2);
});

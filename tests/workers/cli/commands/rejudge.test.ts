import { readFile } from 'node:fs/promises';
import { rejudgeReportSchema } from '#lib/model/rejudge-schema.ts';
import { describeRejudge } from '#workers/cli/rejudge-report.ts';
import { readSince } from '#workers/cli/commands/rejudge.ts';
import { main } from '#workers/cli/main.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine } from '#tests/support/engine.ts';
import { healthyEndpoint } from '#tests/support/observations.ts';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

async function run(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const status = await main({
    args: ['rejudge', ...args],
    env: { DATABASE_URL: test.url },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    signal: new AbortController().signal,
  });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

describe('latchwatch rejudge', () => {
  it('says that nothing was kept', async () => {
    const { status, err } = await run('--since', '1h');
    expect({ status, err }).toEqual({ status: 2, err: 'Nothing was kept from that time.' });
    expect((await run('--since', '1h', '--domain', 'example.net')).err).toMatch(/^Nothing of example\.net was kept/);
  });

  it('judges again, and prints what its schema says', async () => {
    const engine = createEngine(test.database);
    await engine.watch();
    const now = Date.now() - 60_000;
    engine.clock.set(now);
    engine.sight.endpoint = () => ({ ...healthyEndpoint(), startedAt: now - 1000, finishedAt: now });
    await engine.runAll('probe');
    const plain = await run('--since', '1h');
    expect(plain.out).toMatch(/^Since .* UTC: 1 run of 1 subject judged again/);
    const json = await run('--since', '1h', '--domain', 'example.org', '--json');
    const report = rejudgeReportSchema.parse(JSON.parse(json.out));
    expect(report.judged).toEqual({ subjects: 1, runs: 1 });
    expect(json.status).toBe(report.differences.length > 0 ? 1 : 0);
    expect(json.err).toBe('');
  });

  it('prints the schema that is kept in docs/schema', async () => {
    const { status, out } = await run('--schema');
    expect(status).toBe(0);
    // To renew it: latchwatch rejudge --schema > docs/schema/rejudge.schema.json, then prettier.
    expect(JSON.parse(out)).toEqual(JSON.parse(await readFile('docs/schema/rejudge.schema.json', 'utf8')));
  });

  it.each([
    [[], /Say with --since/],
    [['--since', 'yesterday'], /is not a time before now/],
    [['--since', '2999-01-01T00:00:00Z'], /is not a time before now/],
    [['--since', '0h'], /is not a time before now/],
    [['--since', '1h', '--domain', 'a b'], /is not a domain name/],
    [['--since', '1h', '--until', '2h'], /--until/],
  ])('refuses %j with a sentence', async (args, sentence) => {
    const { status, err } = await run(...args);
    expect(status).toBe(2);
    expect(err).toMatch(sentence);
  });
});

describe('readSince', () => {
  const now = Date.UTC(2026, 10, 24, 4);
  it.each([
    ['24h', now - 86_400_000],
    ['7d', now - 7 * 86_400_000],
    ['90m', now - 90 * 60_000],
    ['2026-11-24T00:00:00+01:00', Date.UTC(2026, 10, 23, 23)],
  ])('reads %s', (text, at) => {
    expect(readSince(text, now).getTime()).toBe(at);
  });
});

describe('describeRejudge', () => {
  it('tells each subject once, and lets no control character through', () => {
    const common = { subject: 'domain:example.org', address: null, from: 0, until: 60_000 };
    const lines = describeRejudge({
      schema_version: 1,
      since: 0,
      judged: { subjects: 1, runs: 3 },
      unreadable: [{ subject: 'zone:example.org', reason: 'of \u001b[31mtomorrow' }],
      differences: [
        { ...common, code: 'mx-unsigned', recorded: null, today: 'warn' },
        { ...common, code: 'of-yesterday', recorded: 'fail', today: null },
        { ...common, code: 'unreachable', address: '192.0.2.1', recorded: 'fail', today: 'crit' },
      ],
    });
    expect(lines.filter((line) => line === 'domain:example.org')).toHaveLength(1);
    const text = lines.join('\n');
    expect(text).toContain('3 runs of 1 subject judged again, 3 differences.');
    expect(text).toContain('mx-unsigned: would be found now (warn)');
    expect(text).toContain('of-yesterday: would not be found any more (was fail)');
    expect(text).toContain('unreachable at 192.0.2.1: would be crit instead of fail');
    expect(text).not.toContain('\u001b');
  });
});

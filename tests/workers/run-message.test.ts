import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { healthyMessage } from '#tests/support/message-observations.ts';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(() => emptyDatabase(test.database));

const mailbox = {
  domain: 'example.org',
  submission: { host: 'mail.example.org', port: 465 },
  imap: { host: 'mail.example.org', port: 993 },
  user: 'monitor',
  password: 'secret',
  address: 'monitor@example.org',
} as const;

describe('the test message of a domain', () => {
  it('is not sent where nobody gave an account', async () => {
    const engine = createEngine(test.database);
    await engine.watch();
    await engine.runAll('discover');
    expect(await engine.runAll('message')).toBe(0);
  });

  it('is sent once a day, and its loss is an incident until one arrives', async () => {
    const engine = createEngine(test.database);
    engine.sight.mailbox = mailbox;
    await engine.watch();
    await engine.runAll('discover');
    engine.sight.message = () => ({ ...healthyMessage(), found: { ok: true, facts: null }, removed: null });
    await engine.runAll('message');
    await engine.runAll('message');
    const incidents = () => test.database.incident.findMany({ where: { code: 'test-message-lost' } });
    expect(await incidents()).toMatchObject([{ state: 'firing', severity: 'error' }]);

    engine.sight.message = healthyMessage;
    await engine.runAll('message');
    expect(await engine.dueInSeconds('message')).toBe(86_400);
    await engine.runAll('message');
    expect(await incidents()).toMatchObject([{ state: 'resolved' }]);
    const findings = await test.database.finding.findMany({ where: { code: 'test-message-lost' } });
    expect(findings.map(({ endedAt }) => endedAt instanceof Date)).toEqual([true]);
  });

  it('ends with the account', async () => {
    const engine = createEngine(test.database);
    engine.sight.mailbox = mailbox;
    await engine.watch();
    await engine.runAll('discover');
    engine.sight.mailbox = undefined;
    expect(await engine.runAll('message')).toBe(1);
    expect(await engine.dueInSeconds('message')).toBeNull();
  });
});

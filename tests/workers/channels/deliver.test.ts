import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { addRoute, openIncident, tell } from '#tests/support/outbox.ts';
import { startSmtpSink, type SinkOptions, type SmtpSink } from '#tests/support/smtp-sink.ts';
import { startWebServer } from '#tests/support/web-server.ts';

let test: TestDatabase;
let sink: SmtpSink;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(async () => {
  await emptyDatabase(test.database);
  await test.database.$executeRaw`DELETE FROM alert_route WHERE id <> 'default'`;
  await test.database.$executeRaw`UPDATE alert_route SET enabled = true`;
});
afterEach(() => sink.close());

async function engineWithRelay(options: SinkOptions = {}) {
  sink = await startSmtpSink(options);
  const engine = createEngine(test.database);
  engine.sight.relayPort = sink.port;
  const now = () => engine.clock.now();
  return {
    ...engine,
    now,
    /** Each a second later than the one before. */
    open: async (id: string, severity: 'critical' | 'warning' = 'critical') => {
      engine.clock.advance(1000);
      await openIncident(test.database, { id, now: now(), severity });
    },
    resolve: (id: string) => tell(test.database, { id, now: now(), reason: 'resolved' }),
    subjects: () => sink.mails.map(({ headers }) => headers.get('subject') ?? ''),
  };
}

describe('refused for good', () => {
  it('mails keep nothing back that was not tried, however many they are', async () => {
    let refuses = /^R/;
    const engine = await engineWithRelay({
      spurn: ({ headers }) => refuses.test(headers.get('x-latchwatch-incident') ?? ''),
    });
    const refused = Array.from({ length: 21 }, (_, index) => `R${String(index).padStart(3, '0')}`);
    for (const id of refused) await engine.open(id);
    await engine.open('A');
    await engine.resolve('A');
    await engine.open('B');
    // Three in a run: at first each is new, then the oldest is asked before two that are.
    for (let run = 0; run < 11; run += 1) await engine.runAll('notify');
    const told = sink.mails.map(({ headers }) => headers.get('subject')?.slice(0, 11));
    expect(told).toEqual(['[FIRING] a.', '[RESOLVED] ', '[FIRING] b.']);
    expect(await test.database.notice.count({ where: { attempts: 0 } })).toBe(0);
    // What is taken after all is found, wherever it stands.
    refuses = /^R0[01]/;
    for (let run = 0; run < 11; run += 1) await engine.runAll('notify');
    expect(engine.subjects().at(-1)).toMatch(/^\[FIRING\] r020/);
  });

  it('with the answer of a broken receiver neither', async () => {
    const engine = await engineWithRelay();
    const web = await startWebServer(
      ({ body }, response) => response.writeHead(/"id":"[AB]"/.test(body) ? 500 : 200).end(),
      null,
    );
    const url = `http://127.0.0.1:${String(web.port)}/hook`;
    const way = { kind: 'webhook', config: { url, template: 'latchwatch' } } as const;
    const hook = await addRoute(test.database, { way, now: engine.now() });
    for (const id of ['A', 'B', 'C']) await engine.open(id);
    for (let run = 0; run < 4; run += 1) await engine.runAll('notify');
    const sent = await test.database.notice.findMany({ where: { routeId: hook, sentAt: { not: null } } });
    expect(sent).toMatchObject([{ incidentId: 'C' }]);
    await web.stop();
  });
});

describe('a receiver that is refused for now', () => {
  /** A mail route to two, where the relay refuses one of them so often. */
  async function greylisting(times: number) {
    let left = times;
    const engine = await engineWithRelay({
      answer: (line) => {
        if (!/^RCPT .*slow@/.test(line) || left === 0) return null;
        left -= 1;
        return '450 4.7.1 greylisted';
      },
    });
    const relays = [`smtp://127.0.0.1:${String(sink.port)}`];
    const config = { to: ['admin@example.com', 'slow@example.com'], relays };
    const routeId = await addRoute(test.database, { way: { kind: 'mail', config }, now: engine.now() });
    await test.database.$executeRaw`UPDATE alert_route SET enabled = false WHERE id = 'default'`;
    return {
      ...engine,
      notices: () => test.database.notice.findMany({ where: { routeId }, orderBy: { sequence: 'asc' } }),
    };
  }

  it('gets the mail when it is sent again, and nothing else waits for that', async () => {
    const engine = await greylisting(2);
    await engine.open('A');
    await engine.runAll('notify');
    const remark = 'the relay did not take it for slow@example.com, for now: it goes to all again';
    expect(await engine.notices()).toMatchObject([{ sentAt: null, attempts: 1, lastError: remark }]);
    expect(await engine.dueInSeconds('notify')).toBe(150);
    await engine.open('B');
    await engine.runAll('notify');
    await engine.runAll('notify');
    expect(await test.database.notice.count({ where: { sentAt: null } })).toBe(0);
    const ofSlow = sink.mails.filter(({ to }) => to.includes('slow@example.com'));
    expect(ofSlow.map(({ headers }) => headers.get('x-latchwatch-incident')).toSorted()).toEqual(['A', 'B']);
    const ofA = sink.mails.filter(({ headers }) => headers.get('x-latchwatch-incident') === 'A');
    expect(ofA).toHaveLength(3);
    expect(new Set(ofA.map(({ headers }) => headers.get('message-id'))).size).toBe(1);
  });

  it('goes without after three more tries', async () => {
    const engine = await greylisting(Number.POSITIVE_INFINITY);
    await engine.open('A');
    await engine.resolve('A');
    for (let run = 0; run < 4; run += 1) await engine.runAll('notify');
    const lastError = 'the relay did not take it for slow@example.com';
    const [first, second] = await engine.notices();
    expect(first).toMatchObject({ attempts: 4, lastError });
    expect(first?.sentAt).not.toBeNull();
    expect(second).toMatchObject({ attempts: 1, sentAt: null });
    expect(sink.mails.map(({ headers }) => headers.get('subject')?.slice(0, 5))).toEqual([
      ...['[FIRI', '[FIRI', '[FIRI', '[FIRI'],
      '[RESO',
    ]);
  });
});

describe('a digest', () => {
  it('of more than fits is several, one after the other', async () => {
    const engine = await engineWithRelay();
    for (let index = 0; index < 501; index += 1) await engine.open(`W${String(index).padStart(3, '0')}`, 'warning');
    await test.database.$executeRaw`
      INSERT INTO task (kind, ref, due_at) VALUES ('digest', 'default', now()) ON CONFLICT DO NOTHING`;
    await engine.runAll('digest');
    await engine.runDue('digest');
    expect(engine.subjects()).toEqual([
      expect.stringMatching(/^\[DIGEST\] 500 warnings: w000/),
      expect.stringMatching(/^\[DIGEST\] 1 warning: w500/),
    ]);
    expect(await test.database.notice.count({ where: { sentAt: null } })).toBe(0);
    expect(await engine.dueInSeconds('digest')).toBeGreaterThan(0);
  });
});

import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { addRoute, createMailEngine, emptyOutbox, openIncident, tell } from '#tests/support/outbox.ts';
import { startSmtpSink, type SinkOptions, type SmtpSink } from '#tests/support/smtp-sink.ts';
import { startWebServer } from '#tests/support/web-server.ts';

const hourMs = 60 * 60 * 1000;
let test: TestDatabase;
let sink: SmtpSink;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(() => emptyOutbox(test.database));
afterEach(() => sink.close());

async function engineWithRelay(options: SinkOptions = {}) {
  sink = await startSmtpSink(options);
  const engine = createMailEngine(test.database, sink);
  const { now } = engine;
  return {
    ...engine,
    /** Each a second later than the one before. */
    open: async (id: string, severity: 'critical' | 'warning' = 'critical') => {
      engine.clock.advance(1000);
      await openIncident(test.database, { id, now: now(), severity });
    },
    /** The digest of the mail route, due or not. */
    runDigest: async () => {
      await test.database.$executeRaw`
        INSERT INTO task (kind, ref, due_at) VALUES ('digest', 'default', now()) ON CONFLICT DO NOTHING`;
      await engine.runAll('digest');
    },
    resolve: (id: string) => tell(test.database, { id, now: now(), reason: 'resolved' }),
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

it('asks a route that is down less and less often, however much waits', async () => {
  const engine = await engineWithRelay();
  const web = await startWebServer((_request, response) => response.writeHead(503).end(), null);
  const url = `http://127.0.0.1:${String(web.port)}/hook`;
  const way = { kind: 'webhook', config: { url, template: 'latchwatch' } } as const;
  const hook = await addRoute(test.database, { way, now: engine.now() });
  for (const id of ['A', 'B', 'C', 'D', 'E']) await engine.open(id);
  const waits: (number | null)[] = [];
  for (let run = 0; run < 5; run += 1) {
    await engine.runAll('notify');
    waits.push(await engine.dueInSeconds('notify'));
  }
  expect(waits).toEqual([5, 10, 20, 40, 80]);
  expect(await test.database.notice.count({ where: { routeId: hook, sentAt: { not: null } } })).toBe(0);
  await web.stop();
});

describe('a mail of many', () => {
  const isNaming = ({ body }: { readonly body: string }): boolean => body.includes('example.org');

  it('whose words the relay refuses goes as numbers: the summary of an hour', async () => {
    const engine = await engineWithRelay({
      spurn: (mail) => (mail.headers.get('subject') ?? '').startsWith('[SUMMARY]') && isNaming(mail),
    });
    for (let index = 0; index < 23; index += 1) await engine.open(`S${String(index).padStart(3, '0')}`);
    await engine.runAll('notify');
    engine.clock.advance(hourMs);
    await engine.open('NEXT');
    await engine.runAll('notify');
    expect(engine.subjects().slice(20)).toEqual(['[SUMMARY] 4 firing']);
    expect(sink.mails.at(-1)?.body).toContain('https://watch.example.com/incidents');
    const told = await test.database.notice.findMany({ where: { overflowed: true } });
    expect(told.map(({ sentAt, attempts }) => [sentAt !== null, attempts])).toEqual(Array(4).fill([true, 1]));
    expect(told[0]?.lastError).toMatch(/^told as a number alone, since the relay refused the whole: .*554/);
    // The route goes on.
    await engine.open('LATER');
    await engine.runAll('notify');
    expect(engine.subjects().at(-1)).toBe('[FIRING] later.example.org: does not answer');
  });

  it('whose words the relay refuses goes as numbers: the digest of a day', async () => {
    const engine = await engineWithRelay({ spurn: isNaming });
    for (const id of ['W1', 'W2']) await engine.open(id, 'warning');
    await engine.runDigest();
    expect(engine.subjects()).toEqual(['[DIGEST] 2 warnings']);
    expect(await test.database.notice.count({ where: { sentAt: null } })).toBe(0);
  });

  it('whose words the relay refuses in words that Postgres cannot keep is sent once all the same', async () => {
    const engine = await engineWithRelay({ spurn: (mail) => (isNaming(mail) ? `no\0t ${'x'.repeat(2000)}` : false) });
    await engine.open('W1', 'warning');
    await engine.runDigest();
    await engine.runAll('digest');
    expect(engine.subjects()).toEqual(['[DIGEST] 1 warning']);
    const [told] = await test.database.notice.findMany({ where: { sentAt: { not: null } } });
    expect(told?.lastError).toHaveLength(500);
  });

  it('is not shortened for a relay that has something against the receivers', async () => {
    const engine = await engineWithRelay({ refuse: () => true });
    await engine.open('W1', 'warning');
    await engine.runDigest();
    expect(sink.lines.filter(({ line }) => line.startsWith('MAIL FROM'))).toHaveLength(1);
    expect(await test.database.notice.count({ where: { sentAt: null, attempts: 1 } })).toBe(1);
  });

  it('that is refused as a number, too, waits as before', async () => {
    const engine = await engineWithRelay({ spurn: () => true });
    for (const id of ['W1', 'W2']) await engine.open(id, 'warning');
    await engine.runDigest();
    const waiting = await test.database.notice.findMany({ where: { sentAt: null } });
    expect(waiting.map(({ attempts, lastError }) => [attempts, /554/.test(lastError ?? '')])).toEqual([
      [1, true],
      [1, true],
    ]);
  });
});

describe('a digest', () => {
  it('of more than fits is several, one after the other', async () => {
    const engine = await engineWithRelay();
    for (let index = 0; index < 501; index += 1) await engine.open(`W${String(index).padStart(3, '0')}`, 'warning');
    await engine.runDigest();
    await engine.runDue('digest');
    expect(engine.subjects()).toEqual([
      expect.stringMatching(/^\[DIGEST\] 500 warnings: w000/),
      expect.stringMatching(/^\[DIGEST\] 1 warning: w500/),
    ]);
    expect(await test.database.notice.count({ where: { sentAt: null } })).toBe(0);
    expect(await engine.dueInSeconds('digest')).toBeGreaterThan(0);
  });
});

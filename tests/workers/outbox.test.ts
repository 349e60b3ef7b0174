import { createHmac } from 'node:crypto';
import { readAcknowledgement } from '#lib/alerts/acknowledgement-token.ts';
import { deriveKey } from '#lib/alerts/derived-key.ts';
import { acknowledgeIncident } from '#prisma/commands/incidents.ts';
import { createSilence, endSilence } from '#prisma/commands/silences.ts';
import { redeliver, removeRoute, switchRoute } from '#prisma/commands/routes.ts';
import { enqueueNotice, loadToldSeverities } from '#workers/store/notices.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { engineSecret } from '#tests/support/engine.ts';
import { addRoute, createMailEngine, emptyOutbox, openIncident, tell, testPayload } from '#tests/support/outbox.ts';
import { startSmtpSink, type SmtpSink } from '#tests/support/smtp-sink.ts';
import { startWebServer, type WebServer } from '#tests/support/web-server.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

let test: TestDatabase;
let sink: SmtpSink;
let web: WebServer;
/** What the receiver of webhooks answers. */
let answer = 200;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(async () => {
  await emptyOutbox(test.database);
  sink = await startSmtpSink();
  answer = 200;
  web = await startWebServer((_request, response) => response.writeHead(answer).end('ok'), null);
});
afterEach(async () => {
  await sink.close();
  await web.stop();
});

function engineWithRelay() {
  const engine = createMailEngine(test.database, sink);
  const { now } = engine;
  return {
    ...engine,
    open: (id: string, severity?: 'critical' | 'error' | 'warning') =>
      openIncident(test.database, { id, now: now(), ...(severity === undefined ? {} : { severity }) }),
    tell: (id: string, reason: 'worsened' | 'resolved') => tell(test.database, { id, now: now(), reason }),
    /** As the schedule does every half minute. */
    remind: async () => {
      await test.database.$executeRaw`
        INSERT INTO task (kind, ref, due_at) VALUES ('remind', 'remind', now()) ON CONFLICT DO NOTHING`;
      await engine.runAll('remind');
    },
  };
}

const hookWay = () =>
  ({ kind: 'webhook', config: { url: `http://127.0.0.1:${String(web.port)}/hook`, template: 'latchwatch' } }) as const;

describe('routes', () => {
  it('do not block each other, and each keeps its thread', async () => {
    const engine = engineWithRelay();
    const hook = await addRoute(test.database, { way: hookWay(), now: engine.now() });
    answer = 503;
    await engine.open('A');
    await engine.tell('A', 'resolved');
    await engine.runAll('notify');
    expect(engine.subjects()).toEqual([expect.stringMatching(/^\[FIRING\]/), expect.stringMatching(/^\[RESOLVED\]/)]);
    expect(
      await test.database.notice.findMany({ where: { routeId: hook }, orderBy: { sequence: 'asc' } }),
    ).toMatchObject([
      { sentAt: null, attempts: 1, lastError: '127.0.0.1 answered 503: ok' },
      { sentAt: null, attempts: 0 },
    ]);
    answer = 204;
    await engine.runAll('notify');
    const types = web.requests.slice(1).map(({ body }) => /"type":"([^"]+)"/.exec(body)?.[1]);
    expect(types).toEqual(['incident.opened', 'incident.resolved']);
    expect(sink.mails).toHaveLength(2);
  });

  it('take what they are for, and what none takes is told again to nobody', async () => {
    const engine = engineWithRelay();
    await test.database.$executeRaw`UPDATE alert_route SET min_severity = 'critical'`;
    await engine.open('A', 'error');
    expect(await test.database.notice.count()).toBe(0);
    expect(await loadToldSeverities(test.database, ['A'])).toEqual(new Map([['A', 'error']]));
    await engine.tell('A', 'worsened');
    await engine.runAll('notify');
    expect(engine.subjects()).toEqual([expect.stringMatching(/^\[FIRING\]/)]);
    await engine.tell('A', 'resolved');
    expect(await loadToldSeverities(test.database, ['A'])).toEqual(new Map());
  });

  it('that are switched off keep what waits, and those removed nothing', async () => {
    const engine = engineWithRelay();
    const hook = await addRoute(test.database, { way: hookWay(), now: engine.now() });
    const deed = { actor: 'test', now: new Date(engine.now()) };
    await engine.open('A');
    await test.database.$transaction((tx) => switchRoute(tx, { id: hook, enabled: false, ...deed }));
    await engine.runAll('notify');
    expect(web.requests).toHaveLength(0);
    await test.database.$transaction((tx) => switchRoute(tx, { id: hook, enabled: true, ...deed }));
    await engine.runAll('notify');
    expect(web.requests).toHaveLength(1);
    await engine.tell('A', 'resolved');
    await test.database.$transaction((tx) => removeRoute(tx, { id: hook, ...deed }));
    await engine.runAll('notify');
    expect(web.requests).toHaveLength(1);
    expect(await test.database.$transaction((tx) => removeRoute(tx, { id: 'default', ...deed }))).toBe(false);
  });

  it('are told that our own network is down out of band', async () => {
    const engine = engineWithRelay();
    await addRoute(test.database, { way: hookWay(), outOfBand: true, minSeverity: 'critical', now: engine.now() });
    await engine.open('A');
    await test.database.notice.deleteMany();
    await test.database.incident.updateMany({ data: { code: 'own-network-down' } });
    await test.database.$transaction((tx) =>
      enqueueNotice(tx, { ...testPayload('A', engine.now()), code: 'own-network-down' }),
    );
    await engine.runAll('notify');
    expect(sink.mails).toHaveLength(0);
    expect(web.requests).toHaveLength(1);
  });
});

describe('the hour of a mail route', () => {
  it('has twenty mails; the rest is one summary, in order, when there is room', async () => {
    const engine = engineWithRelay();
    const ids = Array.from({ length: 60 }, (_, index) => `I${String(index).padStart(3, '0')}`);
    for (const id of ids) await engine.open(id);
    await engine.runAll('notify');
    await engine.runDue('notify');
    expect(engine.subjects()).toEqual(
      ids.slice(0, 20).map((id) => `[FIRING] ${id.toLowerCase()}.example.org: does not answer`),
    );
    expect(await test.database.notice.count({ where: { overflowed: true, sentAt: null } })).toBe(40);
    expect(await engine.dueInSeconds('notify')).toBeGreaterThan(3500);
    engine.clock.advance(30 * minuteMs);
    await engine.tell('I000', 'resolved');
    await engine.tell('I059', 'resolved');
    await engine.runAll('notify');
    expect(sink.mails).toHaveLength(20);
    engine.clock.advance(31 * minuteMs);
    await engine.runAll('notify');
    expect(sink.mails).toHaveLength(21);
    const summary = sink.mails.at(-1);
    expect(summary?.headers.get('subject')).toMatch(/^\[SUMMARY\] 39 firing, 2 resolved: i020.* and 36 more$/);
    expect(summary?.body).toContain('RESOLVED critical i059.example.org: does not answer (I059)');
    expect(await test.database.notice.count({ where: { sentAt: null } })).toBe(0);
    expect(await test.database.task.count({ where: { kind: 'notify' } })).toBe(0);
    // There is room again.
    await engine.open('NEXT');
    await engine.runAll('notify');
    expect(engine.subjects().at(-1)).toContain('next.example.org');
  });

  it('bears a relay that is away for half an hour: all is told afterwards, in order and within the hour', async () => {
    const engine = engineWithRelay();
    const { port } = sink;
    await sink.close();
    const ids = Array.from({ length: 30 }, (_, index) => `D${String(index).padStart(3, '0')}`);
    for (const id of ids) {
      await engine.open(id);
      engine.clock.advance(minuteMs);
      await engine.runAll('notify');
      if (id.endsWith('5')) await engine.tell(id, 'resolved');
    }
    expect(await test.database.notice.count({ where: { sentAt: { not: null } } })).toBe(0);
    sink = await startSmtpSink({ port });
    await engine.runAll('notify');
    await engine.runDue('notify');
    expect(sink.mails).toHaveLength(20);
    engine.clock.advance(hourMs);
    await engine.runAll('notify');
    await engine.runDue('notify');
    expect(sink.mails).toHaveLength(21);
    expect(await test.database.notice.count({ where: { sentAt: null } })).toBe(0);
    const told = sink.mails
      .slice(0, 20)
      .map(({ body }) => `${/^State: (\w)/m.exec(body)?.[1] ?? ''}${/^Incident: (\w+)/m.exec(body)?.[1] ?? ''}`);
    const expected = ids.flatMap((id) => (id.endsWith('5') ? [`F${id}`, `R${id}`] : [`F${id}`]));
    expect(told).toEqual(expected.slice(0, 20));
    const rest = [...(sink.mails[20]?.body ?? '').matchAll(/^(\w)\w+ critical .* \((\w+)\)$/gm)].map(
      ([, state, id]) => `${state ?? ''}${id ?? ''}`,
    );
    // Of each incident the last word.
    expect(rest).toEqual(ids.slice(18).map((id) => `${id.endsWith('5') ? 'R' : 'F'}${id}`));
  });
});

describe('silences', () => {
  const silence = (engine: ReturnType<typeof engineWithRelay>, hours: number) =>
    test.database.$transaction(async (tx) => {
      const now = new Date(engine.now());
      const endsAt = new Date(engine.now() + hours * hourMs);
      const made = await createSilence(tx, {
        ...{ code: null, host: '*.example.org', incidentId: null, reason: 'work', maintenance: true },
        ...{ startsAt: now, endsAt, actor: 'test', now },
      });
      if (!made.ok) throw new Error(made.error);
      return made.value.id;
    });

  it('hold back what begins, tell it when they end, and never the end alone', async () => {
    const engine = engineWithRelay();
    await silence(engine, 2);
    await engine.open('A');
    await engine.open('B');
    await engine.remind();
    await engine.tell('B', 'resolved');
    await engine.runAll('notify');
    expect(sink.mails).toHaveLength(0);
    expect(await loadToldSeverities(test.database, ['A'])).toEqual(new Map([['A', 'critical']]));
    const events = await test.database.incidentEvent.findMany({ where: { incidentId: 'A' } });
    expect(events).toMatchObject([{ kind: 'silenced', data: { because: 'silence', severity: 'critical' } }]);
    engine.clock.advance(2 * hourMs);
    await engine.remind();
    await engine.runAll('notify');
    await engine.remind();
    await engine.runAll('notify');
    expect(engine.subjects()).toEqual(['[FIRING] a.example.org: does not answer']);
  });

  it('let the end of what was told through, and end early', async () => {
    const engine = engineWithRelay();
    await engine.open('A');
    await engine.runAll('notify');
    const id = await silence(engine, 5);
    await engine.tell('A', 'resolved');
    await engine.open('B');
    await engine.runAll('notify');
    expect(engine.subjects()).toEqual([
      expect.stringMatching(/^\[FIRING\] a/),
      expect.stringMatching(/^\[RESOLVED\] a/),
    ]);
    const deed = { id, actor: 'test', now: new Date(engine.now()) };
    expect(await test.database.$transaction((tx) => endSilence(tx, deed))).toBe(true);
    expect(await test.database.$transaction((tx) => endSilence(tx, deed))).toBe(false);
    await engine.remind();
    await engine.runAll('notify');
    expect(engine.subjects().at(-1)).toMatch(/^\[FIRING\] b/);
  });
});

describe('time', () => {
  it('repeats what nobody takes, and leaves it to the digest after six times', async () => {
    const engine = engineWithRelay();
    await engine.open('A');
    await engine.runAll('notify');
    for (let hour = 0; hour < 300; hour += 1) {
      engine.clock.advance(hourMs);
      await engine.remind();
      await engine.runAll('notify');
    }
    expect(sink.mails).toHaveLength(7);
    const first = sink.mails[0]?.headers.get('message-id');
    for (const { headers } of sink.mails.slice(1)) expect(headers.get('references')).toBe(first);
    expect(sink.mails.at(-1)?.body).toContain('It is still so, and nobody has taken it.');
    await engine.runAll('digest');
    expect(engine.subjects().at(-1)).toBe('[DIGEST] 1 still open: a.example.org');
    await engine.tell('A', 'resolved');
    await engine.runAll('notify');
    await engine.runAll('digest');
    expect(engine.subjects().slice(8)).toEqual(['[RESOLVED] a.example.org: does not answer']);
  });

  it('ends an acknowledgement after a day, and says so', async () => {
    const engine = engineWithRelay();
    await engine.open('A');
    await engine.runAll('notify');
    const deed = { incidentId: 'A', actor: 'eve@example.com', now: new Date(engine.now()) };
    await test.database.$transaction((tx) => acknowledgeIncident(tx, deed));
    engine.clock.advance(23 * hourMs);
    await engine.remind();
    await engine.runAll('notify');
    expect(sink.mails).toHaveLength(1);
    engine.clock.advance(hourMs);
    await engine.remind();
    await engine.remind();
    await engine.runAll('notify');
    expect(sink.mails).toHaveLength(2);
    expect(sink.mails[1]?.body).toContain('Somebody took it a day ago, and it is still so: it is open again.');
    expect(await test.database.incident.findMany()).toMatchObject([{ state: 'firing', acknowledgedBy: null }]);
    expect(await test.database.incidentEvent.count({ where: { kind: 'acknowledgement-ended' } })).toBe(1);
  });

  it('calls the second line when nobody took it, and only then', async () => {
    const engine = engineWithRelay();
    await addRoute(test.database, { way: hookWay(), escalateAfterMinutes: 15, now: engine.now() });
    await engine.open('A');
    await engine.open('B');
    const deed = { incidentId: 'B', actor: 'eve@example.com', now: new Date(engine.now()) };
    await test.database.$transaction((tx) => acknowledgeIncident(tx, deed));
    engine.clock.advance(14 * minuteMs);
    await engine.remind();
    await engine.runAll('notify');
    expect(web.requests).toHaveLength(0);
    engine.clock.advance(2 * minuteMs);
    await engine.remind();
    await engine.runAll('notify');
    expect(web.requests.map(({ body }) => /"type":"([^"]+)"/.exec(body)?.[1])).toEqual(['incident.escalated']);
    await engine.tell('A', 'resolved');
    await engine.tell('B', 'resolved');
    await engine.runAll('notify');
    expect(web.requests.map(({ body }) => /"id":"(A|B)"/.exec(body)?.[1])).toEqual(['A', 'A']);
  });
});

describe('what was taken off the watch', () => {
  it('ends tickets, without a mail', async () => {
    const engine = engineWithRelay();
    await addRoute(test.database, { way: hookWay(), now: engine.now() });
    await engine.open('A');
    await engine.runAll('notify');
    const over = { state: 'resolved', resolution: 'no longer monitored', resolvedAt: new Date(engine.now()) };
    await test.database.incident.updateMany({ data: over });
    await engine.remind();
    await engine.remind();
    await engine.runAll('notify');
    expect(sink.mails).toHaveLength(1);
    expect(web.requests.map(({ body }) => /"type":"([^"]+)"/.exec(body)?.[1])).toEqual([
      'incident.opened',
      'incident.resolved',
    ]);
    expect(web.requests[1]?.body).toContain('"resolution":"no longer monitored"');
  });
});

describe('a mail', () => {
  it('has a link that takes its incident, in the name of who got it', async () => {
    const engine = engineWithRelay();
    await engine.open('A');
    await engine.runAll('notify');
    const [, token = ''] = /^https:\/\/watch\.example\.com\/ack\/(\S+)$/m.exec(sink.mails[0]?.body ?? '') ?? [];
    const key = deriveKey(engineSecret, 'acknowledgement link');
    expect(readAcknowledgement(token, { key, now: engine.now() })).toMatchObject({
      incidentId: 'A',
      recipient: 'admin@example.com',
    });
    expect(readAcknowledgement(token, { key, now: engine.now() + 25 * hourMs })).toBeNull();
    expect(sink.mails[0]?.headers.get('list-id')).toBe('<latchwatch.watch.example.com>');
  });
});

describe('a webhook', () => {
  it('is signed, so that its receiver knows that it is from here', async () => {
    const engine = engineWithRelay();
    let signature: string | undefined;
    await web.stop();
    web = await startWebServer((_request, response) => {
      signature = String(response.req.headers['x-latchwatch-signature']);
      response.end();
    }, null);
    await addRoute(test.database, { way: hookWay(), secret: 'topsecret', now: engine.now() });
    expect(JSON.stringify(await test.database.alertRoute.findMany())).not.toContain('topsecret');
    await engine.open('A');
    await engine.runAll('notify');
    const [, seconds = '', given] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature ?? '') ?? [];
    const body = web.requests[0]?.body ?? '';
    expect(given).toBe(createHmac('sha256', 'topsecret').update(`${seconds}.${body}`).digest('hex'));
    expect(Math.abs(Number(seconds) - engine.now() / 1000)).toBeLessThan(60);
    const [notice] = await test.database.notice.findMany({ where: { routeId: { not: 'default' } } });
    expect(JSON.parse(body)).toMatchObject({ id: notice?.id, incident: { id: 'A', dedup_key: 'unreachable/A' } });
  });

  it('that takes nothing for a day is given up, and can be sent again', async () => {
    const engine = engineWithRelay();
    const hook = await addRoute(test.database, { way: hookWay(), now: engine.now() });
    answer = 500;
    await engine.open('A');
    for (let run = 0; run < 10; run += 1) await engine.runAll('notify');
    engine.clock.advance(23 * hourMs);
    await engine.runAll('notify');
    expect(await test.database.notice.count({ where: { givenUpAt: { not: null } } })).toBe(0);
    engine.clock.advance(hourMs);
    await engine.runAll('notify');
    const [given] = await test.database.notice.findMany({ where: { routeId: hook } });
    expect(given?.givenUpAt).not.toBeNull();
    expect(given?.lastError).toMatch(/^given up after a day: /);
    const asked = web.requests.length;
    await engine.runAll('notify');
    expect(web.requests).toHaveLength(asked);
    answer = 200;
    const deed = { noticeId: given?.id ?? '', actor: 'test', now: new Date(engine.now()) };
    expect(await test.database.$transaction((tx) => redeliver(tx, deed))).toBe(true);
    await engine.runAll('notify');
    expect(await test.database.notice.findMany({ where: { routeId: hook } })).toMatchObject([
      { givenUpAt: null, lastError: null, attempts: 1 },
    ]);
  });

  it('that begins to fail late has its time, and what waited behind is told', async () => {
    const engine = engineWithRelay();
    const hook = await addRoute(test.database, { way: hookWay(), now: engine.now() });
    const deed = { id: hook, actor: 'test', now: new Date(engine.now()) };
    await engine.open('A');
    await engine.tell('A', 'resolved');
    await test.database.$transaction((tx) => switchRoute(tx, { ...deed, enabled: false }));
    engine.clock.advance(25 * hourMs);
    await test.database.$transaction((tx) => switchRoute(tx, { ...deed, enabled: true }));
    answer = 500;
    await engine.runAll('notify');
    const given = { where: { routeId: hook, givenUpAt: { not: null } } };
    expect(await test.database.notice.count(given)).toBe(0);
    for (let run = 1; run < 10; run += 1) await engine.runAll('notify');
    expect(await test.database.notice.findMany(given)).toMatchObject([{ reason: 'opened', attempts: 10 }]);
    answer = 200;
    await engine.runAll('notify');
    expect(web.requests.at(-1)?.body).toContain('"type":"incident.resolved"');
    expect(await test.database.notice.count({ where: { routeId: hook, sentAt: { not: null } } })).toBe(1);
  });

  it('refused for its own sake does not hold the others back', async () => {
    const engine = engineWithRelay();
    await web.stop();
    web = await startWebServer(
      ({ body }, response) => response.writeHead(body.includes('"id":"A"') ? 422 : 200).end(),
      null,
    );
    const hook = await addRoute(test.database, { way: hookWay(), now: engine.now() });
    for (const id of ['A', 'B', 'C']) await engine.open(id);
    await engine.tell('A', 'resolved');
    await engine.runAll('notify');
    const sent = await test.database.notice.findMany({ where: { routeId: hook, sentAt: { not: null } } });
    expect(sent.map(({ incidentId }) => incidentId).toSorted()).toEqual(['B', 'C']);
  });
});

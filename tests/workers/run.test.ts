import {
  failSessions,
  healthyEndpoint,
  leafWith,
  testPki,
  trustedTls,
  changeSessions,
} from '#tests/support/observations.ts';
import { dayMs } from '#tests/support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { startSmtpSink, type SmtpSink } from '#tests/support/smtp-sink.ts';

let test: TestDatabase;
let sink: SmtpSink;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(async () => {
  await emptyDatabase(test.database);
  sink = await startSmtpSink();
});
afterEach(() => sink.close());

const refused = () => failSessions(healthyEndpoint(), { stage: 'connect', reason: 'refused' });
/** A certificate with this much of its 90 days left. */
const withDaysLeft = (days: number) => () => {
  const tls = trustedTls([leafWith(days * dayMs), testPki.intermediate]);
  return { ...changeSessions(healthyEndpoint(), () => ({ tls })), tlsa: null };
};

/** What people see: an incident that hangs under another is a subject of that one, or explained by it. */
function openIncidents(code?: string) {
  return test.database.incident.findMany({
    where: { rootId: null, state: { notIn: ['suspect', 'resolved'] }, ...(code === undefined ? {} : { code }) },
  });
}

async function engineThatWatches() {
  const engine = createEngine(test.database);
  engine.sight.relayPort = sink.port;
  const ids = await engine.watch();
  return { ...engine, ...ids };
}

type Engine = Awaited<ReturnType<typeof engineThatWatches>>;

async function probe(engine: Engine, times = 1): Promise<void> {
  for (let index = 0; index < times; index += 1) expect(await engine.runAll('probe')).toBe(1);
}

describe('from a fault to the mail and back', () => {
  it('confirms, tells once, and tells the end in the same thread', async () => {
    const engine = await engineThatWatches();
    await probe(engine);
    expect(await openIncidents()).toEqual([]);
    expect(await engine.dueInSeconds('probe')).toBe(300);

    engine.sight.endpoint = refused;
    await probe(engine);
    expect(await engine.dueInSeconds('probe')).toBe(5);
    await probe(engine);
    expect(await engine.dueInSeconds('probe')).toBe(15);
    expect(await openIncidents()).toEqual([]);
    await probe(engine);
    const [incident] = await openIncidents('unreachable');
    expect(incident).toMatchObject({ state: 'firing', severity: 'critical', instance: 1, endpointId: null });
    expect(incident?.affected).toEqual(['mail.example.org:993']);
    const [member] = await test.database.incident.findMany({ where: { rootId: incident?.id ?? '' } });
    expect(member).toMatchObject({ state: 'firing', foundRuns: 3, affected: ['192.0.2.1', '2001:db8::1'] });
    await engine.runDue('notify');
    await probe(engine, 2);
    await engine.runDue('notify');
    expect(sink.mails).toHaveLength(1);

    engine.sight.endpoint = healthyEndpoint;
    await probe(engine);
    expect(await engine.dueInSeconds('probe')).toBe(10);
    expect(await openIncidents()).toMatchObject([{ state: 'recovering' }]);
    await probe(engine);
    await engine.runDue('notify');
    expect(await openIncidents()).toEqual([]);

    const [opened, resolved] = sink.mails;
    const id = incident?.id ?? '';
    expect(opened?.headers.get('subject')).toMatch(/^\[FIRING\] mail\.example\.org: /);
    expect(opened?.headers.get('message-id')).toBe(`<${id.toLowerCase()}.0@watch.example.com>`);
    expect(opened?.headers.get('x-latchwatch-incident')).toBe(id);
    expect(opened?.headers.get('auto-submitted')).toBe('auto-generated');
    expect(opened?.body).toMatch(
      new RegExp(
        `^Host: mail\\.example\\.org\nAddress: 192\\.0\\.2\\.1, 2001:db8::1\nService: IMAP, implicit TLS \\(port 993\\)\nState: FIRING\nIncident: ${id}\n`,
      ),
    );
    expect(opened?.body).toContain(`https://watch.example.com/incidents/${id}`);
    expect(resolved?.headers.get('subject')).toMatch(/^\[RESOLVED\] mail\.example\.org: /);
    expect(resolved?.headers.get('in-reply-to')).toBe(opened?.headers.get('message-id'));
    expect(resolved?.headers.get('references')).toBe(opened?.headers.get('message-id'));
    expect(resolved?.body).toContain('State: RESOLVED');
    expect(sink.mails).toHaveLength(2);

    const events = await test.database.incidentEvent.findMany({ where: { incidentId: id }, orderBy: { id: 'asc' } });
    expect(events.map(({ kind }) => kind)).toEqual(['opened', 'notified', 'recovering', 'resolved', 'notified']);
    expect(await test.database.finding.count({ where: { code: 'unreachable', endedAt: null } })).toBe(0);
    expect(await test.database.finding.count({ where: { code: 'unreachable' } })).toBe(2);
  });

  it('forgets a single failure', async () => {
    const engine = await engineThatWatches();
    engine.sight.endpoint = refused;
    await probe(engine);
    engine.sight.endpoint = healthyEndpoint;
    await probe(engine);
    expect(await test.database.incident.count()).toBe(0);
    expect(await test.database.notice.count()).toBe(0);
  });

  it('reopens the same incident within the hour, and begins another one later', async () => {
    const engine = await engineThatWatches();
    const fail = async () => {
      engine.sight.endpoint = refused;
      await probe(engine, 3);
    };
    const heal = async () => {
      engine.sight.endpoint = healthyEndpoint;
      await probe(engine, 2);
    };
    await fail();
    await heal();
    await fail();
    expect(await openIncidents('unreachable')).toMatchObject([{ instance: 1, state: 'firing', resolvedAt: null }]);
    await heal();
    engine.clock.advance(2 * 60 * 60 * 1000);
    await fail();
    expect(await openIncidents('unreachable')).toMatchObject([{ instance: 2, state: 'firing' }]);
    await engine.runDue('notify');
    expect(sink.mails.map(({ headers }) => headers.get('subject')?.split(' ')[0])).toEqual([
      '[FIRING]',
      '[RESOLVED]',
      '[FIRING]',
      '[RESOLVED]',
      '[FIRING]',
    ]);
    const [first, , again, , later] = sink.mails.map(({ headers }) => headers);
    expect(again?.get('references')).toBe(first?.get('message-id'));
    expect(later?.has('references')).toBe(false);
  });
});

describe('warnings', () => {
  it('wait for the digest, which is one mail', async () => {
    const engine = await engineThatWatches();
    await test.database.$executeRaw`INSERT INTO task (kind, ref, due_at) VALUES ('digest', 'default', now())`;
    engine.sight.endpoint = withDaysLeft(20);
    await probe(engine, 2);
    expect(await openIncidents()).toMatchObject([{ severity: 'warning', state: 'firing' }]);
    expect(await engine.runAll('notify')).toBe(0);
    await engine.runAll('digest');
    await engine.runAll('digest');
    expect(sink.mails).toHaveLength(1);
    expect(sink.mails[0]?.headers.get('subject')).toBe('[DIGEST] 1 warning: mail.example.org');
    expect(sink.mails[0]?.body).toContain('\nState: FIRING\n');
    expect(await engine.dueInSeconds('digest')).toBeGreaterThan(0);
  });

  it('that came and went are told once, as resolved', async () => {
    const engine = await engineThatWatches();
    await test.database.$executeRaw`INSERT INTO task (kind, ref, due_at) VALUES ('digest', 'default', now())`;
    engine.sight.endpoint = withDaysLeft(20);
    await probe(engine, 2);
    engine.sight.endpoint = healthyEndpoint;
    await probe(engine, 2);
    await engine.runAll('digest');
    expect(sink.mails.map(({ headers }) => headers.get('subject'))).toEqual(['[DIGEST] 1 resolved: mail.example.org']);
  });

  it('go out at once when they become worse before the digest', async () => {
    const engine = await engineThatWatches();
    engine.sight.endpoint = refused;
    await probe(engine, 3);
    await test.database.$executeRaw`
      UPDATE notice SET digest = true, payload = jsonb_set(payload, '{severity}', '"warning"')`;
    await test.database.$executeRaw`UPDATE incident SET severity = 'warning'`;
    await test.database.task.deleteMany({ where: { kind: 'notify' } });
    await probe(engine, 3);
    await engine.runDue('notify');
    expect(sink.mails.map(({ headers }) => headers.get('subject'))).toEqual([
      expect.stringMatching(/^\[FIRING\] mail\.example\.org/),
    ]);
    expect(await test.database.notice.count()).toBe(1);
  });
});

describe('the outbox', () => {
  it('keeps what the relay does not take, and delivers it once and in order when it is back', async () => {
    const engine = await engineThatWatches();
    const { port } = sink;
    await sink.close();
    engine.sight.endpoint = refused;
    await probe(engine, 3);
    engine.sight.endpoint = healthyEndpoint;
    await probe(engine, 2);
    await engine.runDue('notify');
    const waiting = await test.database.notice.findMany({ orderBy: { sequence: 'asc' } });
    expect(waiting).toMatchObject([
      { sentAt: null, attempts: 1 },
      { sentAt: null, attempts: 0 },
    ]);
    expect(waiting[0]?.lastError).toContain('ECONNREFUSED');
    expect(await engine.dueInSeconds('notify')).toBe(5);

    sink = await startSmtpSink({ port });
    await engine.runAll('notify');
    await engine.runDue('notify');
    await engine.runAll('notify');
    expect(sink.mails.map(({ headers }) => headers.get('subject')?.split(' ')[0])).toEqual(['[FIRING]', '[RESOLVED]']);
    expect(await test.database.task.count({ where: { kind: 'notify' } })).toBe(0);
  });

  it.each([
    ['451 4.3.0 come back later', 'MAIL'],
    ['550 5.7.1 not from you', 'MAIL'],
    ['552 5.3.4 too much', 'DATA'],
  ])('keeps what the relay answers with %s, shows why, and tries again', async (answer, verb) => {
    const engine = await engineThatWatches();
    await sink.close();
    let bad = true;
    sink = await startSmtpSink({ answer: (line) => (bad && line.startsWith(verb) ? answer : null) });
    engine.sight.relayPort = sink.port;
    engine.sight.endpoint = refused;
    await probe(engine, 3);
    await engine.runDue('notify');
    expect(await engine.dueInSeconds('notify')).toBe(5);
    await engine.runAll('notify');
    expect(await engine.dueInSeconds('notify')).toBe(10);
    const [waiting] = await test.database.notice.findMany();
    expect(waiting).toMatchObject({ sentAt: null, attempts: 2 });
    expect(waiting?.lastError).toContain(answer);
    bad = false;
    await engine.runAll('notify');
    expect(sink.mails).toHaveLength(1);
    expect(await test.database.notice.findMany()).toMatchObject([{ attempts: 3, lastError: null }]);
  });

  it('lets no message that the relay is silent about stand in the way of others for long', async () => {
    const engine = await engineThatWatches();
    await sink.close();
    engine.sight.endpoint = refused;
    await probe(engine, 3);
    // A second incident, told after the first.
    const [known] = await test.database.incident.findMany();
    const [told] = await test.database.notice.findMany();
    if (known === undefined || told === undefined) throw new Error('nothing was told');
    await test.database.incident.create({
      data: { ...known, id: 'OTHER', fingerprint: 'other', dedupKey: 'other', params: {}, affected: [], impact: {} },
    });
    const createdAt = new Date(told.createdAt.getTime() + 1000);
    await test.database.notice.create({
      data: { ...told, id: 'other', incidentId: 'OTHER', dedupeKey: 'other', createdAt, payload: told.payload ?? {} },
    });
    let data = 0;
    sink = await startSmtpSink({
      // Takes the fourth that it is offered: the other message, in the third run.
      answer: (line) => (line === 'DATA' && (data += 1) !== 4 ? '451 4.3.0 not this one' : null),
    });
    engine.sight.relayPort = sink.port;
    await engine.runAll('notify');
    await engine.runAll('notify');
    expect(data).toBe(2);
    await engine.runAll('notify');
    expect(sink.mails).toHaveLength(1);
    expect(await test.database.notice.findMany({ orderBy: { createdAt: 'asc' } })).toMatchObject([
      { sentAt: null, attempts: 3 },
      { attempts: 1, lastError: null },
    ]);
  });

  it('waits for a relay to be configured, and says so', async () => {
    const engine = await engineThatWatches();
    engine.sight.relayPort = null;
    engine.sight.endpoint = refused;
    await probe(engine, 3);
    await engine.runDue('notify');
    expect(await test.database.notice.findMany()).toMatchObject([
      { sentAt: null, attempts: 0, lastError: 'no relay is configured' },
    ]);
    expect(await engine.dueInSeconds('notify')).toBe(60);
    engine.sight.relayPort = sink.port;
    await engine.runAll('notify');
    expect(sink.mails).toHaveLength(1);
    expect(await test.database.notice.findMany()).toMatchObject([{ lastError: null, attempts: 1 }]);
  });

  it('survives a worker that died before it sent', async () => {
    const engine = await engineThatWatches();
    engine.sight.endpoint = refused;
    await probe(engine, 3);
    expect(await engine.claim('notify')).toHaveLength(1);
    expect(await engine.runAll('notify')).toBe(0);
    await test.database.$executeRaw`UPDATE task SET lease_until = now() - interval '1 second'`;
    const restarted = createEngine(test.database);
    restarted.sight.relayPort = sink.port;
    await restarted.runDue('notify');
    expect(sink.mails).toHaveLength(1);
  });
});

describe('a run', () => {
  it('of a worker that was paused past its lease leaves no trace', async () => {
    const engine = await engineThatWatches();
    engine.sight.endpoint = async () => {
      await test.database.$executeRaw`UPDATE task SET fence = fence + 1, leased_by = 'other'`;
      return refused();
    };
    await engine.runAll('probe');
    expect(await test.database.observationSpan.count()).toBe(0);
    expect(await test.database.finding.count()).toBe(0);
    expect(await test.database.incident.count()).toBe(0);
    expect(engine.logged).toContainEqual({ level: 'warn', message: 'a run came too late and was dropped' });
  });

  it('that meets a defect of ours comes back later and harms nothing else', async () => {
    const engine = await engineThatWatches();
    engine.sight.endpoint = () => {
      throw new Error('a defect');
    };
    await probe(engine);
    expect(engine.logged).toContainEqual({ level: 'error', message: 'a run failed' });
    expect(await test.database.task.findMany({ where: { kind: 'probe' } })).toMatchObject([
      { attempts: 1, leasedBy: null },
    ]);
    expect(await engine.dueInSeconds('probe')).toBe(10);
    engine.sight.endpoint = healthyEndpoint;
    await probe(engine);
    expect(await test.database.observationSpan.count()).toBeGreaterThan(0);
  });

  it('of an endpoint that no domain has any more takes it off the watch', async () => {
    const engine = await engineThatWatches();
    engine.sight.endpoint = refused;
    await probe(engine, 3);
    await test.database.domainEndpoint.updateMany({ data: { removedAt: new Date() } });
    await probe(engine);
    expect(await test.database.task.count({ where: { kind: 'probe' } })).toBe(0);
    // The endpoint's own and the one of its host.
    expect(await test.database.incident.findMany()).toMatchObject([
      { state: 'resolved', resolution: 'no longer monitored' },
      { state: 'resolved', resolution: 'no longer monitored' },
    ]);
    expect(await test.database.finding.count({ where: { endedAt: null } })).toBe(0);
    expect(await test.database.endpoint.findMany()).toMatchObject([{ enabled: false }]);
  });

  it('holds an incident while nothing can be seen', async () => {
    const engine = await engineThatWatches();
    engine.sight.endpoint = refused;
    await probe(engine, 3);
    engine.sight.endpoint = () => ({
      ...failSessions(healthyEndpoint(), { stage: 'connect', reason: 'busy' }),
    });
    await probe(engine, 4);
    expect(await openIncidents('unreachable')).toMatchObject([{ state: 'firing' }]);
    expect(await test.database.finding.count({ where: { code: 'unreachable', endedAt: null } })).toBe(2);
  });
});

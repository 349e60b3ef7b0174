import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';
import type { Database } from '#prisma/client.ts';
import { addDomain } from '#prisma/commands/domains.ts';
import { addEndpoint } from '#prisma/commands/endpoints.ts';
import { confirmProof, findProof, readProofs } from '#prisma/commands/route-proofs.ts';
import { createRoute } from '#prisma/commands/routes.ts';
import { requestTask, urgent } from '#prisma/commands/tasks.ts';
import { createOpenRoute } from '#workers/channels/open-route.ts';
import { createProve } from '#workers/channels/prove.ts';
import { createDial } from '#workers/net/dial.ts';
import type { Log } from '#workers/ports.ts';
import { createStore } from '#workers/store/store.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { testEndpoint } from '#tests/support/observations.ts';
import { createSettableClock } from '#tests/support/settable-clock.ts';
import { startSmtpSink, type SmtpSink } from '#tests/support/smtp-sink.ts';

const secret = 'a secret of at least thirty-two characters';
const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const day = 86_400_000;
const start = Date.UTC(2026, 10, 1);

let test: TestDatabase;
let sink: SmtpSink;
beforeAll(async () => {
  test = await createTestDatabase();
  sink = await startSmtpSink({ refuse: (receiver) => receiver.startsWith('gone@') });
});
afterAll(async () => {
  await sink.close();
  await test.close();
});

function engine(database: Database, mailTo: readonly string[]) {
  const clock = createSettableClock(start);
  const store = createStore(database);
  const dial = createDial({ guard: (address) => ({ allowed: true, address }) });
  const lookup = (host: string) => Promise.resolve(host === 'relay.elsewhere.example' ? ['192.0.2.7'] : []);
  const settings = {
    smtpUrls: [`smtp://127.0.0.1:${sink.port}`],
    ...{ mailFrom: 'latchwatch@watch.example.com', mailTo, secret },
  };
  const openRoute = createOpenRoute({
    ...{ settings, dial, lookup, trusted: null, dialAnywhere: dial, clock },
    isPublic: () => false,
  });
  const prove = createProve({
    ...{ store, settings, openRoute, clock, lookup, log: quiet },
    mxOf: (domain) =>
      Promise.resolve(domain === 'example.net' ? [{ preference: 10, exchange: 'mail.example.org' }] : []),
    addressesOf: () => Promise.resolve([]),
    publicUrl: new URL('https://watch.example.com'),
  });
  const runDue = async (): Promise<void> => {
    await database.$executeRaw`UPDATE task SET due_at = now() WHERE kind = 'prove'`;
    for (;;) {
      const [claim] = await store.claim({ workerId: 'test', limit: 1, kinds: ['prove'], vantage: 'local' });
      if (claim === undefined) return;
      await prove(claim);
    }
  };
  return { clock, store, runDue };
}

const linkIn = (text: string | undefined): string => /\/prove\/([\w-]{43})/.exec(text ?? '')?.[1] ?? '';

describe('the proofs of routes', () => {
  beforeEach(async () => {
    await test.database.$executeRaw`TRUNCATE task, route_proof, domain, endpoint CASCADE`;
    await test.database.$executeRaw`DELETE FROM alert_route WHERE id <> 'default'`;
    await test.database.alertRoute.update({
      where: { id: 'default' },
      data: { createdAt: new Date(start - 2 * day), enabled: true },
    });
  });

  it('sends each receiver a link of its own once a week, and knows who confirmed', async () => {
    const { clock, store, runDue } = engine(test.database, ['a@example.com', 'b@example.com']);
    await store.ensureProve();
    const before = sink.mails.length;
    await runDue();
    await runDue();
    const mails = sink.mails.slice(before);
    expect(mails.map(({ to }) => to)).toEqual([['a@example.com'], ['b@example.com']]);
    const [first = '', second = ''] = mails.map(({ body }) => linkIn(body));
    expect(first).not.toBe(second);
    const now = new Date(clock.now());
    expect(await findProof(test.database, first, now)).toMatchObject({ recipient: 'a@example.com', confirmedAt: null });
    expect(await confirmProof(test.database, first, now)).toBe(true);
    const proofs = (await readProofs(test.database, ['default'])).get('default') ?? [];
    expect(proofs.map(({ recipient, confirmedAt }) => [recipient, confirmedAt])).toEqual([
      ['a@example.com', start],
      ['b@example.com', null],
    ]);
    // No token is kept.
    expect(JSON.stringify(await test.database.routeProof.findMany())).not.toContain(first);
    clock.advance(6 * day);
    await runDue();
    expect(sink.mails).toHaveLength(before + 2);
    clock.advance(day);
    await runDue();
    expect(sink.mails).toHaveLength(before + 4);
    clock.advance(2 * day);
    expect(await confirmProof(test.database, second, new Date(clock.now()))).toBe(false);
  });

  it('writes down why a test did not go out, and tries again with the next look', async () => {
    const { store, runDue } = engine(test.database, ['gone@example.com']);
    await store.ensureProve();
    await runDue();
    await runDue();
    const proofs = (await readProofs(test.database, ['default'])).get('default') ?? [];
    expect(proofs.length).toBeGreaterThan(1);
    for (const { sentAt, error } of proofs) {
      expect(sentAt).toBeNull();
      expect(error).toContain('550');
    }
  });

  it('tests one route when a person asks, also a new one', async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        bodies.push(body);
        response.end('{}');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = z.object({ port: z.number() }).parse(server.address());
    const { clock, runDue } = engine(test.database, []);
    const now = new Date(clock.now());
    const made = await createRoute(test.database, {
      name: 'tickets',
      way: { kind: 'webhook', config: { url: `http://127.0.0.1:${port}/hook`, template: 'latchwatch' } },
      ...{ secret: 'shared', minSeverity: 'error', escalateAfterMinutes: 0, outOfBand: false },
      ...{ actor: 'test', now, installationSecret: secret },
    });
    const ref = made.ok ? made.value.id : '';
    await runDue();
    expect(bodies).toEqual([]);
    await requestTask(test.database, { kind: 'prove', ref, dueAt: now, priority: urgent });
    await runDue();
    expect(bodies).toHaveLength(1);
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ type: 'incident.opened', incident: { rule: 'route-proof' } });
    expect(await confirmProof(test.database, linkIn(bodies[0]), now)).toBe(true);
    // The daily one ends it.
    clock.advance(day);
    await requestTask(test.database, { kind: 'prove', ref, dueAt: now });
    await runDue();
    expect(bodies).toHaveLength(2);
    expect(JSON.parse(bodies[1] ?? '')).toMatchObject({ type: 'incident.resolved' });
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  it('finds out that a route depends on what is monitored', async () => {
    const { clock, store, runDue } = engine(test.database, ['admin@example.net', 'b@elsewhere.example']);
    const now = new Date(clock.now());
    await test.database.$transaction(async (tx) => {
      const { domainId } = await addDomain(tx, { name: 'example.org', actor: 'test', now });
      await addEndpoint(tx, { domainId, target: testEndpoint(), now });
    });
    await store.ensureProve();
    await runDue();
    await runDue();
    const route = await test.database.alertRoute.findUniqueOrThrow({ where: { id: 'default' } });
    expect(route.checkedAt).toEqual(now);
    expect(route.dependence).toEqual([
      { part: 'mailbox', given: 'admin@example.net', watchedHost: 'mail.example.org' },
      { part: 'mailbox', given: 'admin@example.net', watchedHost: 'example.org' },
    ]);
  });
});

import { GET as getFile } from '#app/(console)/support/notice/file/route.ts';
import { readNotices } from '#app/_queries/support-notice.ts';
import { readSupportHosts } from '#app/_queries/support-hosts.ts';
import type { CanaryLook } from '#workers/probes/canary.ts';
import { createStore } from '#workers/store/store.ts';
import { bearer, call, openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { exampleObservation, seedDomain, seedIncident, storeObservation } from '#tests/app/support/seed.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { failSessions, healthyEndpoint } from '#tests/support/observations.ts';

const host = 'mail.example.org';
const dayMs = 86_400_000;
let app: ConsoleUnderTest;
let headers: Record<string, string>;
let now: Date;

beforeAll(async () => {
  app = await openConsole();
  headers = bearer(await app.token('incidents:read'));
});
afterAll(() => app.close());
beforeEach(async () => {
  await emptyDatabase(app.database);
  now = new Date();
});

/** What is said of a host or of an incident: the text, or why there is none. */
async function say(asked: string | { readonly incident: string }, at = now): Promise<string | undefined> {
  const about = typeof asked === 'string' ? { incident: null, host: asked } : { ...asked, host: null };
  const [subject] = (await readNotices(about, at)) ?? [];
  if (subject?.said.kind !== 'text') return subject?.said.why;
  return [subject.said.notice.title, ...subject.said.notice.paragraphs].join(' ');
}

async function fileOf(query: string): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await call(getFile, { headers, path: `/support/notice/file?${query}` });
  return { status: answer.status, text: await answer.text() };
}

/** One more watched service of the host, looked at `at`. */
async function addService(service: string, port: number, at: Date): Promise<void> {
  const id = `${service}-${String(port)}`;
  const look = { lastProbedAt: at, lastVerdict: 'pass' };
  await app.database.endpoint.create({ data: { id, service, tlsMode: 'implicit', host, port, ...look } });
  const link = { domainId: 'domain-example.org', endpointId: id, origin: 'srv', firstSeen: at, lastSeen: at };
  await app.database.domainEndpoint.create({ data: link });
  await storeObservation(app.database, id, exampleObservation(host, at.getTime()));
}

test('all services seen lately and no fault: the text says that no problem is known', async () => {
  await seedDomain(app.database, 'example.org', now);
  await addService('pop3', 995, now);
  expect(await say(host)).toMatch(/^mail\.example\.org: no known problem We know of no problem/);
  const file = await fileOf(`host=${host}`);
  expect([file.status, file.text]).toEqual([200, expect.stringContaining('no known problem')]);
});

test('of a host that nobody watches nothing is published', async () => {
  await seedDomain(app.database, 'example.org', now);
  expect(await say('mail.elsewhere.example')).toBe('unwatched');
  const file = await fileOf('host=mail.elsewhere.example');
  expect([file.status, file.text]).toEqual([404, expect.stringContaining('there is nothing to publish')]);
  await app.database.domainEndpoint.updateMany({ data: { removedAt: now } });
  expect(await say(host)).toBe('unwatched');
});

test('one service that is old, was never looked at or could not be judged is enough to publish nothing', async () => {
  const { endpointId } = await seedDomain(app.database, 'example.org', now);
  await addService('pop3', 995, new Date(now.getTime() - dayMs));
  expect(await say(host)).toBe('unseen');
  const file = await fileOf(`host=${host}`);
  expect([file.status, file.text]).toEqual([409, expect.stringContaining('There is nothing to publish')]);
  const change = (data: object) => app.database.endpoint.update({ where: { id: endpointId }, data });
  await app.database.endpoint.delete({ where: { id: 'pop3-995' } });
  expect(await say(host)).toContain('no known problem');
  await change({ lastVerdict: 'inconclusive' });
  expect(await say(host)).toBe('unseen');
  await change({ lastVerdict: null, lastProbedAt: null });
  expect(await say(host)).toBe('unseen');
  await change({ lastVerdict: 'n-a', lastProbedAt: now });
  expect(await say(host)).toBe('unseen');
});

test('while our own network is down nothing is published, and what was seen before it grows old', async () => {
  const look = (works: boolean) => (): CanaryLook => ({
    ...{ resolver: works, network: works, resolverSaid: null, networkSaid: null },
  });
  const engine = createEngine(app.database);
  await engine.watch();
  // Canaries prove something once they have answered.
  engine.sight.canaries = look(true);
  await createStore(app.database).requestSelfCheck('local');
  await engine.runAll('self-check');
  const watched = healthyEndpoint().endpoint.host;
  const probe = async (works: boolean) => {
    engine.sight.canaries = look(works);
    engine.sight.endpoint = () => {
      const seen = { ...healthyEndpoint(), startedAt: engine.clock.now(), finishedAt: engine.clock.now() };
      return works ? seen : failSessions(seen, { stage: 'connect', reason: 'timeout' });
    };
    expect(await engine.runAll('probe')).toBe(1);
    return new Date(engine.clock.now());
  };
  expect(await say(watched, await probe(true))).toContain('no known problem');
  const down = await probe(false);
  expect(await app.database.incident.count()).toBe(0);
  expect(await say(watched, down)).toBe('unseen');
  engine.clock.advance(dayMs);
  const later = await probe(false);
  const [server] = await readSupportHosts([watched], later);
  expect(server?.services).toMatchObject([{ freshness: 'stale', verdict: 'inconclusive' }]);
  expect(server?.services[0]?.lookedAt).toBeLessThan(down.getTime());
});

test('what is suspected, or kept silent by an incident of our own, is no all-clear', async () => {
  const { endpointId } = await seedDomain(app.database, 'example.org', now);
  await seedIncident(app.database, { id: 'I1', state: 'suspect', code: 'unreachable', endpointId });
  expect(await say(host)).toBe('doubted');
  expect((await fileOf(`host=${host}`)).status).toBe(409);
  await seedIncident(app.database, { id: 'I0', state: 'firing', code: 'own-network-down', host: 'local' });
  await app.database.incident.update({ where: { id: 'I1' }, data: { state: 'firing', rootId: 'I0' } });
  expect(await say(host)).toBe('doubted');
  await app.database.incident.deleteMany();
  expect(await say(host)).toContain('no known problem');
});

test('a fault of one service says nothing of those that were not seen', async () => {
  const { endpointId } = await seedDomain(app.database, 'example.org', now);
  await addService('pop3', 995, new Date(now.getTime() - dayMs));
  await addService('submission', 465, now);
  await addService('smtp', 25, new Date(now.getTime() - dayMs));
  await seedIncident(app.database, { id: 'I1', state: 'firing', code: 'certificate-untrusted', endpointId });
  for (const asked of [host, { incident: 'I1' }]) {
    const text = await say(asked);
    expect(text).toContain('This is about reading mail.');
    expect(text).toContain(
      'cannot see at the moment whether this works: receiving mail from others and fetching mail.',
    );
    expect(text).not.toMatch(/sending mail|no mail is lost/);
  }
});

test('an incident that is over makes its host well only if nothing else is open and all was seen', async () => {
  const { endpointId } = await seedDomain(app.database, 'example.org', now);
  await seedIncident(app.database, { id: 'I1', state: 'resolved', code: 'certificate-untrusted', endpointId });
  await app.database.incident.update({ where: { id: 'I1' }, data: { resolvedAt: now } });
  expect(await say({ incident: 'I1' })).toContain('The problem with this mail server is over.');
  await seedIncident(app.database, { id: 'I2', state: 'firing', code: 'tls-handshake-failed', endpointId });
  expect(await say({ incident: 'I1' })).toContain('cannot open a protected connection');
  await app.database.incident.delete({ where: { id: 'I2' } });
  await app.database.endpoint.update({ where: { id: endpointId }, data: { lastVerdict: 'inconclusive' } });
  expect(await say({ incident: 'I1' })).toBe('unseen');
  expect((await fileOf(`incident=I1&host=${host}`)).status).toBe(409);
});

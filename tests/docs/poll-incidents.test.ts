import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { acknowledgeIncident } from '#prisma/commands/incidents.ts';
import { commentIncident } from '#prisma/commands/tickets.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedIncident } from '#tests/app/support/seed.ts';
import { serveApi, type ServedApi } from '#tests/app/support/serve-api.ts';
import { startTicketServer, type TicketServer } from '#tests/support/ticket-server.ts';

/*
 * The connector of docs/integrations as its own process, against the routes of the API over HTTP and a ticket system
 * that speaks its interface.
 */

const recordedRun = 'docs/integrations/recorded-run.txt';

let app: ConsoleUnderTest;
let token: string;
let api: ServedApi;
let ticketing: TicketServer;
let folder: string;
let instead: (request: Request) => Response | null;
let failure: number | null;

beforeAll(async () => {
  app = await openConsole();
  token = await app.token('incidents:read', 'incidents:ack');
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.database.$executeRaw`TRUNCATE incident, idempotent_request CASCADE`;
  instead = () => null;
  failure = null;
  api = await serveApi((request) => instead(request));
  ticketing = await startTicketServer(() => failure);
  folder = mkdtempSync(join(tmpdir(), 'latchwatch-poller-'));
});
afterEach(async () => {
  await api.stop();
  await ticketing.server.stop();
  rmSync(folder, { recursive: true });
});

/** Runs it until it has read all there is. */
async function poll(system = 'zammad'): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    LATCHWATCH_URL: api.url,
    LATCHWATCH_TOKEN: token,
    TICKET_SYSTEM: system,
    TICKET_URL: ticketing.url,
    TICKET_TOKEN: 'secret',
    STATE_FILE: join(folder, 'state.json'),
  };
  return new Promise((resolve) => {
    execFile('node', ['docs/integrations/poll-incidents.mjs', '--once'], { env }, (error, stdout) => {
      const code = error === null ? 0 : Number(error.code ?? 1);
      resolve({
        code,
        lines: stdout
          .trimEnd()
          .split('\n')
          .map((line) => line.replace(/^\S+ /, '')),
      });
    });
  });
}

const open = async (id: string, code = 'certificate-expiry') => {
  await seedIncident(app.database, { id, code, state: 'firing', title: `Fault ${id}` });
  await happen(id, 'opened', { severity: 'critical' });
};
const happen = (incidentId: string, kind: string, data: Record<string, string> = {}) =>
  app.database.incidentEvent.create({ data: { incidentId, kind, at: new Date(), actor: 'latchwatch', data } });
const resolve = async (id: string) => {
  await app.database.incident.update({ where: { id }, data: { state: 'resolved', resolvedAt: new Date() } });
  await happen(id, 'resolved', { severity: 'critical', resolution: 'seen gone' });
};
const refsOf = async (incidentId: string) =>
  app.database.externalRef.findMany({ where: { incidentId }, select: { system: true, key: true, status: true } });
const ticketStates = () => ticketing.tickets.map(({ key, state }) => `${key} ${state}`);
const person = (incidentId: string) => ({
  incidentId,
  actor: 'eve@example.org',
  now: new Date(),
  expectedVersion: null,
});

test('the life of some incidents, as recorded', async () => {
  const lines: string[] = [];
  const note = async (what: string) => {
    const { code, lines: said } = await poll();
    expect(code).toBe(0);
    lines.push(`# ${what}`, '$ node poll-incidents.mjs --once', ...said.filter((line) => line !== ''), '');
  };
  await open('01A');
  await note('The first run: one incident is open already.');
  await open('01B');
  await app.database.$transaction((tx) => acknowledgeIncident(tx, person('01A')));
  await app.database.$transaction((tx) => commentIncident(tx, { ...person('01A'), text: 'Certificate is ordered.' }));
  await note('A second one opens; somebody takes the first and says what they do.');
  await open('01C');
  await resolve('01C');
  await note('One opens and ends between two polls: it is told all the same.');
  const first = ticketing.tickets[0];
  if (first === undefined) throw new Error('no ticket');
  first.state = 'closed';
  await note('Somebody closes the first ticket although its incident is open.');
  await note('That comes back as one reminder.');
  await resolve('01A');
  await note('Now it is really over.');
  await app.database.incident.update({ where: { id: '01A' }, data: { state: 'firing', resolvedAt: null } });
  await happen('01A', 'opened', { severity: 'critical' });
  await note('It comes back within the hour: the same incident, the same ticket.');
  // What it said itself comes back as an event once; then it has the ETag of an answer that says nothing.
  for (let count = 0; count < 2; count += 1) await poll();
  await note('Nothing happens.');

  expect(ticketing.tickets.map(({ mark, state, notes }) => ({ mark, state, notes }))).toEqual([
    {
      mark: 'Fault 01A [01A]',
      state: 'open',
      notes: [
        'acknowledged by eve@example.org, severity critical',
        'Comment by eve@example.org: Certificate is ordered.',
        expect.stringMatching(/^The incident is not over: /),
        'It is back.',
      ],
    },
    { mark: 'Fault 01B [01B]', state: 'new', notes: [] },
    { mark: 'Fault 01C [01C]', state: 'closed', notes: ['Over: seen gone.'] },
  ]);
  expect(await refsOf('01B')).toEqual([{ system: 'zammad', key: '4712', status: 'new' }]);
  // The last run only asked: nothing was sent to anybody.
  expect(api.requests.at(-1)).toMatchObject({ method: 'GET', status: 304 });
  const text = `${lines.join('\n').trimEnd()}\n`;
  if (process.env['RECORD'] === '1') writeFileSync(recordedRun, text);
  expect(readFileSync(recordedRun, 'utf8')).toBe(text);
});

test.each(['zammad', 'jira', 'servicenow'])('makes, comments, closes and opens again in %s', async (system) => {
  await poll(system);
  await open('01A');
  await poll(system);
  await happen('01A', 'regraded', { severity: 'error' });
  await resolve('01A');
  await poll(system);
  const [ticket] = ticketing.tickets;
  expect(ticket?.notes).toEqual(['regraded, severity error', 'Over: seen gone.']);
  expect(['closed', 'Done', '6']).toContain(ticket?.state);
  expect(await refsOf('01A')).toEqual([{ system, key: ticket?.key, status: 'closed' }]);
  await app.database.incident.update({ where: { id: '01A' }, data: { state: 'firing', resolvedAt: null } });
  await happen('01A', 'opened', { severity: 'critical' });
  await poll(system);
  expect(ticketing.tickets).toHaveLength(1);
  expect(['open', 'To Do', '2']).toContain(ticket?.state);
});

test('killed after it made a ticket, it finds it again', async () => {
  await poll();
  await open('01A');
  // Latchwatch does not take the reference: as if the connector had died at this point.
  instead = (request) => (request.method === 'PUT' ? new Response('{}', { status: 403 }) : null);
  expect((await poll()).code).toBe(1);
  instead = () => null;
  const { lines } = await poll();
  expect(lines[0]).toBe('01A found ticket 4711: Fault 01A');
  expect(ticketStates()).toEqual(['4711 new']);
});

test('comes back when it is told to, and loses nothing', async () => {
  await poll();
  await open('01A');
  let refusals = 2;
  instead = () => {
    refusals -= 1;
    return refusals < 0
      ? null
      : new Response('{}', { status: refusals === 1 ? 429 : 503, headers: { 'retry-after': '0' } });
  };
  const { code, lines } = await poll();
  expect(code).toBe(0);
  expect(lines).toEqual([
    expect.stringContaining('answered 429: {}; again in 0 s'),
    expect.stringContaining('answered 503: {}; again in 0 s'),
    '01A made ticket 4711: Fault 01A',
    '01A ticket 4711 is new now',
  ]);
});

test('an event that the ticket system refused comes again', async () => {
  await poll();
  await open('01A');
  failure = 403;
  expect((await poll()).code).toBe(1);
  failure = null;
  expect((await poll()).lines).toContain('01A made ticket 4711: Fault 01A');
});

test('where its cursor has expired it reads the list, and goes on', async () => {
  await open('01A');
  await open('01B');
  await poll();
  await resolve('01A');
  await open('01C');
  const state = z.looseObject({}).parse(JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')));
  await app.database.eventFeed.update({ where: { id: 1 }, data: { pruned: 1_000_000 } });
  try {
    const { lines } = await poll();
    expect(lines[0]).toBe('the cursor has expired');
    expect(ticketStates()).toEqual(['4711 closed', '4712 new', '4713 new']);
    expect(JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'))).not.toMatchObject({ cursor: state['cursor'] });
  } finally {
    await app.database.eventFeed.update({ where: { id: 1 }, data: { pruned: 0 } });
  }
});

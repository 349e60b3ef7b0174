// First: it sets up what Next asks for when it is loaded.
import { inRequest } from '#tests/app/support/request-scope.ts';
import { PUT as putOwner } from '#app/api/v1/incidents/[id]/owner/route.ts';
import { GET as getTicket } from '#app/(console)/incidents/[id]/ticket/route.ts';
import { acknowledgeSelectedAction, assignIncidentAction, silenceIncidentAction } from '#app/_actions/incidents.ts';
import { listPossibleOwners } from '#prisma/commands/tickets.ts';
import { bearer, call, openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedIncident } from '#tests/app/support/seed.ts';

let app: ConsoleUnderTest;
let cookie: string;

beforeAll(async () => {
  app = await openConsole();
  cookie = await app.session('operator');
  await app.session('viewer');
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.database.$executeRaw`TRUNCATE incident, silence CASCADE`;
  for (const [id, state] of Object.entries({ I1: 'firing', I2: 'firing', I3: 'resolved', I4: 'suspect' })) {
    await seedIncident(app.database, { id, state });
  }
});

type Action = typeof assignIncidentAction;

async function send(action: Action, fields: readonly (readonly [string, string])[]): Promise<unknown> {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  const outcome = await inRequest({ headers: { cookie, origin: publicUrl } }, () => action(null, form));
  if (outcome.how !== 'answered') throw new Error(`the action ${outcome.how}`, { cause: outcome });
  return outcome.value;
}

const events = (incidentId: string) =>
  app.database.incidentEvent.findMany({ where: { incidentId }, select: { kind: true, actor: true, data: true } });
const assign = (id: string, owner: string) =>
  send(assignIncidentAction, [
    ['incidentId', id],
    ['owner', owner],
  ]);

describe('giving an incident to somebody', () => {
  test('notes who gave it to whom, once', async () => {
    expect(await assign('I1', 'Operator@example.org')).toMatchObject({ ok: true });
    expect(await assign('I1', 'operator@example.org')).toMatchObject({ ok: true });
    expect(await events('I1')).toEqual([
      { kind: 'assigned', actor: 'operator@example.org', data: { owner: 'operator@example.org' } },
    ]);
    expect(await assign('I1', '')).toMatchObject({ ok: true, message: 'It is nobody’s now.' });
    expect(await app.database.incident.findUnique({ where: { id: 'I1' } })).toMatchObject({ owner: null, version: 3 });
  });

  test('is refused for strangers, viewers, whoever may not sign in, and what is over', async () => {
    expect(await assign('I1', 'nobody@example.org')).toMatchObject({ ok: false });
    expect(await assign('I1', 'viewer@example.org')).toMatchObject({ ok: false });
    expect(await assign('I3', 'operator@example.org')).toMatchObject({ ok: false });
    expect(await assign('I4', 'operator@example.org')).toMatchObject({ ok: false });
    const where = { email: 'operator@example.org' };
    expect((await listPossibleOwners(app.database)).map(({ email }) => email)).toEqual([where.email]);
    await app.database.user.update({ where, data: { role: 'viewer' } });
    expect(await listPossibleOwners(app.database)).toEqual([]);
    await app.database.user.update({ where, data: { role: 'operator' } });
    expect(await events('I1')).toEqual([]);
  });

  test('works over the API, with the version that was read', async () => {
    const headers = bearer(await app.token('incidents:ack', 'incidents:read'));
    const put = (json: unknown, more: Record<string, string> = {}) =>
      call(putOwner, { method: 'PUT', headers: { ...headers, ...more }, params: { id: 'I1' }, json });
    const first = await put({ owner: 'operator@example.org' });
    expect([first.status, await first.json()]).toEqual([
      200,
      expect.objectContaining({ owner: 'operator@example.org' }),
    ]);
    expect((await put({ owner: null }, { 'if-match': '"I1.1"' })).status).toBe(412);
    for (const json of [
      {},
      { owner: 7 },
      { owner: 'a\0b' },
      { owner: 'x'.repeat(321) },
      { owner: 'who@example.org' },
    ]) {
      expect((await put(json)).status).toBe(422);
    }
  });
});

test('those that were ticked are taken together, and what nobody waits for is told apart', async () => {
  const tick = (ids: readonly string[]) =>
    send(
      acknowledgeSelectedAction,
      ids.map((id) => ['incidentId', id] as const),
    );
  expect(await tick([])).toEqual({ ok: false, message: 'Tick the incidents first.' });
  expect(await tick(['I2', 'I1', 'I1', 'I3', 'nowhere'])).toEqual({
    ok: true,
    message: '2 are yours. 2 did not wait for anybody any more.',
  });
  expect(await tick(['I1'])).toMatchObject({ ok: false });
  expect(await tick(Array.from({ length: 101 }, (_, index) => String(index)))).toMatchObject({ ok: false });
  expect(await app.database.incident.count({ where: { state: 'acknowledged' } })).toBe(2);
});

test('a silence has an end and a reason, and stands in the history', async () => {
  const silence = (minutes: string, reason: string, id = 'I1') =>
    send(silenceIncidentAction, [
      ['incidentId', id],
      ['minutes', minutes],
      ['reason', reason],
    ]);
  for (const [minutes, reason] of [
    ['', 'why'],
    ['60', ' '],
    ['0', 'why'],
    ['43201', 'why'],
    ['1e9', 'why'],
  ] as const) {
    expect(await silence(minutes, reason)).toMatchObject({ ok: false });
  }
  expect(await silence('60', 'why', 'nowhere')).toMatchObject({ ok: false });
  expect(await silence('60', 'waiting for <b>the CA</b>')).toMatchObject({ ok: true });
  expect(await events('I1')).toMatchObject([{ kind: 'silenced', data: { reason: 'waiting for <b>the CA</b>' } }]);
  expect(await app.database.silence.count({ where: { incidentId: 'I1' } })).toBe(1);
});

test('an incident is a file for a ticket, in either form', async () => {
  const headers = bearer(await app.token('incidents:read'));
  const get = (id: string, query = '') =>
    call(getTicket, { headers, params: { id }, path: `/incidents/${id}/ticket${query}` });
  const markdown = await get('I1');
  expect(markdown.headers.get('content-disposition')).toBe('attachment; filename="incident-I1.md"');
  expect(await markdown.text()).toContain('# The certificate of mail.example.org\\:993 has expired');
  expect(await (await get('I1', '?format=json')).json()).toMatchObject({ id: 'I1', severity: 'critical' });
  expect((await get('I1', '?format=exe')).status).toBe(422);
  expect((await get('I4')).status).toBe(404);
});

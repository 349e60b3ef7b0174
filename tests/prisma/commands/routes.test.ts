import { deriveKey } from '#lib/alerts/derived-key.ts';
import { openSecret } from '#lib/alerts/sealed-secret.ts';
import {
  changeRoute,
  createRoute,
  findRoute,
  readRoutes,
  removeRoute,
  type RouteWish,
} from '#prisma/commands/routes.ts';
import { createSilence, listSilences, readSilences } from '#prisma/commands/silences.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { openIncident } from '#tests/support/outbox.ts';

const now = new Date(Date.UTC(2026, 10, 26, 9));
const hourMs = 60 * 60 * 1000;
const installationSecret = 'a secret of at least thirty-two characters';
const deed = { actor: 'admin@example.com', now, installationSecret };
const wish: RouteWish = {
  name: 'Tickets',
  way: { kind: 'webhook', config: { url: 'https://tickets.example.net/hook', template: 'zammad' } },
  secret: 'topsecret',
  minSeverity: 'error',
  escalateAfterMinutes: 0,
  outOfBand: false,
};

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

const actions = async () =>
  (await test.database.auditEntry.findMany({ orderBy: { id: 'asc' } })).map(({ action }) => action);

describe('a route', () => {
  it('is there from the beginning for the environment, and stays', async () => {
    const [first] = await readRoutes(test.database);
    expect(first).toMatchObject({ id: 'default', kind: 'mail', enabled: true, minSeverity: 'info', secret: null });
    expect(await test.database.$transaction((tx) => removeRoute(tx, { id: 'default', ...deed }))).toBe(false);
  });

  it('keeps its secret sealed, also when the rest changes, until it is given another', async () => {
    const made = await test.database.$transaction((tx) => createRoute(tx, { ...wish, ...deed }));
    const id = made.ok ? made.value.id : '';
    const open = async () => {
      const sealed = (await findRoute(test.database, id))?.secret ?? '';
      return openSecret(sealed, deriveKey(installationSecret, 'route secret'));
    };
    expect(await open()).toEqual({ ok: true, value: 'topsecret' });
    const renamed = { ...wish, ...deed, id, name: 'Desk', secret: null };
    expect(await test.database.$transaction((tx) => changeRoute(tx, renamed))).toEqual({ ok: true, value: null });
    expect(await findRoute(test.database, id)).toMatchObject({ name: 'Desk', minSeverity: 'error' });
    expect(await open()).toEqual({ ok: true, value: 'topsecret' });
    await test.database.$transaction((tx) => changeRoute(tx, { ...renamed, secret: 'other' }));
    expect(await open()).toEqual({ ok: true, value: 'other' });
    // Its kind stays: what waits for it has its form.
    const mail = { kind: 'mail', config: { to: ['a@example.com'], relays: [] } } as const;
    expect((await test.database.$transaction((tx) => changeRoute(tx, { ...renamed, way: mail }))).ok).toBe(false);
    await test.database.$transaction((tx) => removeRoute(tx, { id, ...deed }));
    expect(await findRoute(test.database, id)).toBeNull();
    expect(await test.database.alertRoute.findUnique({ where: { id } })).toMatchObject({ secret: null });
    expect(await actions()).toEqual(['route.created', 'route.changed', 'route.changed', 'route.removed']);
  });

  it.each([
    ['without a name', { name: ' ' }],
    ['with a line end in its name', { name: 'a\nb' }],
    ['that waits for ever', { escalateAfterMinutes: 100_000 }],
    ['that waits for half a minute', { escalateAfterMinutes: 0.5 }],
    ['with a secret that would break a header', { secret: 'a\r\nb' }],
  ])('%s is refused with a sentence', async (_what, change) => {
    const made = await test.database.$transaction((tx) => createRoute(tx, { ...wish, ...deed, ...change }));
    expect(made.ok ? '' : made.error).toMatch(/^[A-Z].*\.$/);
  });
});

describe('a silence', () => {
  const silence = {
    ...{ code: null, host: '*.Example.ORG', incidentId: null, reason: 'work', maintenance: true, actor: 'eve', now },
    ...{ startsAt: new Date(now.getTime() + hourMs), endsAt: new Date(now.getTime() + 2 * hourMs) },
  };
  const create = (change: Partial<Parameters<typeof createSilence>[1]> = {}) =>
    test.database.$transaction((tx) => createSilence(tx, { ...silence, ...change }));

  it('counts from its beginning to its end', async () => {
    expect((await create()).ok).toBe(true);
    expect(await listSilences(test.database)).toMatchObject([{ host: '*.example.org', createdBy: 'eve' }]);
    const holdsAfter = async (ms: number) =>
      (await readSilences(test.database, new Date(now.getTime() + ms))).length === 1;
    expect(await holdsAfter(hourMs - 1)).toBe(false);
    expect(await holdsAfter(hourMs)).toBe(true);
    expect(await holdsAfter(2 * hourMs)).toBe(false);
    expect((await actions()).at(-1)).toBe('silence.created');
  });

  it.each([
    ['without a reason', { reason: ' ' }],
    ['of nothing', { host: '' }],
    ['of what is no name', { host: '*.not a name' }],
    ['without an end', { endsAt: new Date(Number.NaN) }],
    ['that lasts for months', { endsAt: new Date(now.getTime() + 60 * 24 * hourMs) }],
    ['of an incident that is not there', { incidentId: 'NOWHERE' }],
  ])('%s is refused', async (_what, change) => {
    expect((await create(change)).ok).toBe(false);
  });

  it('can be of one incident', async () => {
    await openIncident(test.database, { id: 'A', now: now.getTime() });
    expect((await create({ host: '', incidentId: 'A' })).ok).toBe(true);
  });
});

import { z } from 'zod';
import * as planRoute from '#app/api/v1/plans/[id]/route.ts';
import * as plansRoute from '#app/api/v1/plans/route.ts';
import { bearer, call, openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedHolders } from '#tests/support/census.ts';

let app: ConsoleUnderTest;
let token: string;

beforeAll(async () => {
  app = await openConsole();
  token = await app.token('findings:read', 'inventory:write');
  const lastDay = new Date();
  const client = { client: 'Old', latched: ['tls10'], tlsVersion: 'TLSv1', lastDay };
  await seedHolders(app.database, [
    ...Array.from({ length: 7 }, (_, index) => ({ ...client, account: `old ${String(index)}` })),
    { ...client, client: 'Rare', tlsVersion: '', account: 'rare' },
    { ...client, client: 'New', latched: ['tls12'], tlsVersion: 'TLSv1.3', account: 'new' },
  ]);
});
afterAll(() => app.close());

const plan = z.looseObject({ id: z.string(), url: z.string(), sentence: z.string(), answer: z.looseObject({}) });
const post = (json: unknown) => call(plansRoute.POST, { method: 'POST', headers: bearer(token), json });
const change = { op: 'disable_tls', versions: ['1.0', '1.1'], hosts: ['mail.example.org'] };

test('answers a change and keeps the answer', async () => {
  const made = await post({ change, note: 'CHG-1', days: 3 });
  expect(made.status).toBe(201);
  const body = plan.parse(await made.json());
  expect(made.headers.get('location')).toBe(`/api/v1/plans/${body.id}`);
  expect(body).toMatchObject({
    state: 'open',
    verdict: 'breaks',
    breaks: 7,
    // One client is too few to tell.
    at_risk: null,
    change: { ...change, ports: [] },
    url: `${publicUrl}/plan/${body.id}`,
  });
  expect(body.sentence).toMatch(/^Locks out 7 clients; <5 more at risk/);
  const read = await call(planRoute.GET, { params: { id: body.id }, headers: bearer(token) });
  expect(await read.json()).toEqual(body);
});

test('says what is wrong with a change, and where', async () => {
  const response = await post({ change: { ...change, versions: ['3.0'] } });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ errors: [{ pointer: '/change/versions/0' }] });
});

test('wants a tag typed out before it is advertised', async () => {
  const advertise = { op: 'advertise', tag: 'tls-cert', hosts: ['mail.example.org'] };
  expect((await post({ change: advertise })).status).toBe(422);
  expect((await post({ change: advertise, confirm: 'tls-cert' })).status).toBe(201);
});

test('lists plans page by page', async () => {
  const page = z.object({
    data: z.array(z.object({ id: z.string() })),
    next_cursor: z.string().nullable(),
    has_more: z.boolean(),
  });
  await post({ change });
  const ids: string[] = [];
  for (let cursor = ''; ;) {
    const path = `/api/v1/plans?limit=2${cursor}`;
    const { data, next_cursor: next } = page.parse(
      await (await call(plansRoute.GET, { path, headers: bearer(token) })).json(),
    );
    ids.push(...data.map(({ id }) => id));
    if (next === null) break;
    cursor = `&cursor=${next}`;
  }
  expect(new Set(ids).size).toBe(await app.database.changePlan.count());
  expect((await call(planRoute.GET, { params: { id: 'none' }, headers: bearer(token) })).status).toBe(404);
});

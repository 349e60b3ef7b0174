import { z } from 'zod';
import * as declaration from '#app/api/v1/endpoints/[id]/declaration/route.ts';
import * as endpoint from '#app/api/v1/endpoints/[id]/route.ts';
import { readHealth } from '#app/_queries/health.ts';
import { bearer, call, openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedDomain } from '#tests/app/support/seed.ts';

const problem = z.object({
  status: z.number(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })),
});

const front = 'endpoint-front.example';
const backend = 'endpoint-backend.example';
const undeclared = {
  expects_deep: null,
  accepts_client_certs: null,
  legacy_submission: null,
  front_of: null,
  vantage: null,
  address: null,
  sni: null,
  try_client_command: null,
  try_injection: null,
};

let app: ConsoleUnderTest;
let headers: Record<string, string>;
let backendKey: string;

beforeAll(async () => {
  app = await openConsole();
  headers = bearer(await app.token('inventory:read', 'inventory:write'));
  await seedDomain(app.database, 'front.example', new Date());
  await seedDomain(app.database, 'backend.example', new Date());
  const { host, port } = await app.database.endpoint.findUniqueOrThrow({ where: { id: backend } });
  backendKey = `imap+implicit://${host}:${port}`;
});
afterAll(() => app.close());
beforeEach(() => app.database.declaration.deleteMany());

const read = async (id: string): Promise<unknown> => (await call(declaration.GET, { headers, params: { id } })).json();
const put = (id: string, json: unknown) => call(declaration.PUT, { method: 'PUT', headers, json, params: { id } });
const patch = (id: string, json: unknown) =>
  call(declaration.PATCH, { method: 'PATCH', headers, json, params: { id } });

test('nothing is declared of an endpoint until somebody does', async () => {
  expect(await read(front)).toEqual({ ...undeclared, declared_at: null, declared_by: null, stranded: false });
  const detail = await call(endpoint.GET, { headers, params: { id: front } });
  expect(await detail.json()).toMatchObject({ declaration: undeclared });
  for (const handler of [declaration.GET, declaration.PUT]) {
    const method = handler === declaration.GET ? 'GET' : 'PUT';
    const json = method === 'PUT' ? {} : undefined;
    expect((await call(handler, { method, headers, json, params: { id: 'none' } })).status).toBe(404);
  }
});

test('PUT says everything, PATCH a part', async () => {
  const said = await put(front, { expects_deep: true, front_of: backendKey, sni: 'MAIL.front.example' });
  expect(said.status).toBe(200);
  const kept = { ...undeclared, expects_deep: true, front_of: backendKey, sni: 'mail.front.example' };
  expect(await said.json()).toMatchObject({ ...kept, declared_by: 'poller' });
  await patch(front, { expects_deep: false });
  expect(await read(front)).toMatchObject({ ...kept, expects_deep: false });
  expect(await (await put(front, {})).json()).toMatchObject({ ...undeclared, declared_by: null });
});

test('each mistake is named where it is, and nothing is kept', async () => {
  const refused = await patch(front, { expects_deep: 'yes', sni: 'x y', try_injection: true });
  const body = problem.parse(await refused.json());
  expect(body.status).toBe(422);
  expect(body.errors.map(({ pointer }) => pointer)).toEqual(['/expects_deep', '/sni']);
  const elsewhere = problem.parse(await (await put(front, { front_of: 'imap+implicit://x.example:993' })).json());
  expect(elsewhere.errors).toEqual([
    { pointer: '/front_of', detail: `names imap+implicit://x.example:993, which is not among the watched endpoints` },
  ]);
  const inside = problem.parse(await (await put(front, { address: '10.1.2.3' })).json());
  expect(inside.errors.map(({ pointer }) => pointer)).toEqual(['/address']);
  expect((await put(front, [])).status).toBe(422);
  expect((await put(front, { sni: 'mail\u0000.front.example' })).status).toBe(422);
  expect(await read(front)).toMatchObject(undeclared);
});

test('a vantage without a living worker is told, where it is declared and on every page', async () => {
  const { database } = app;
  const now = new Date();
  expect(await (await put(backend, { vantage: 'inside', address: '10.1.2.3' })).json()).toMatchObject({
    stranded: true,
  });
  expect((await readHealth(now)).strandedVantages).toEqual([{ vantage: 'inside', endpoints: 1 }]);
  const worker = { id: 'w', vantage: 'inside', startedAt: now };
  await database.workerHeartbeat.create({ data: { ...worker, beatAt: new Date(now.getTime() - 60_000) } });
  expect(await read(backend)).toMatchObject({ stranded: true });
  await database.workerHeartbeat.update({ where: { id: 'w' }, data: { beatAt: now } });
  expect(await read(backend)).toMatchObject({ stranded: false });
  expect((await readHealth(now)).strandedVantages).toEqual([]);
  await database.workerHeartbeat.deleteMany();
  // Nobody watches the endpoint: nothing waits.
  await database.domainEndpoint.updateMany({ where: { endpointId: backend }, data: { removedAt: now } });
  expect((await readHealth(now)).strandedVantages).toEqual([]);
});

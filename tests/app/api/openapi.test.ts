import { readdirSync } from 'node:fs';
import { z } from 'zod';
import { preflightReport } from '#lib/model/preflight-schema.ts';
import { splitScanObservation } from '#lib/model/scan-span.ts';
import { splitZoneObservation } from '#lib/model/zone-span.ts';
import type { PreflightRequest } from '#lib/planner/preflight-request.ts';
import { joinPreflight } from '#lib/planner/preflight.ts';
import { requestPreflight } from '#prisma/commands/preflights.ts';
import { saveSpans } from '#workers/store/spans.ts';
import { apiAddresses } from '#app/_api/api-addresses.ts';
import { findDefinition } from '#app/_api/api-route.ts';
import * as description from '#app/api/v1/openapi.json/route.ts';
import * as plans from '#app/api/v1/plans/route.ts';
import { bearer, call, openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedDomain, seedIncident } from '#tests/app/support/seed.ts';
import { seedHolders, seedServer } from '#tests/support/census.ts';
import { createEngine } from '#tests/support/engine.ts';
import { findMistakes } from '#tests/support/json-schema.ts';
import { changeSessions, healthyEndpoint, testPki, trustedTls } from '#tests/support/observations.ts';
import { healthyScan } from '#tests/support/scan-observations.ts';
import { zoneSignedAt } from '#tests/support/zone-signed-at.ts';

const anySchema = z.record(z.string(), z.unknown());
const operationShape = z.object({
  operationId: z.string(),
  summary: z.string().min(5),
  description: z.string().optional(),
  tags: z.array(z.string()),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z
    .array(
      z.strictObject({
        name: z.string(),
        in: z.enum(['path', 'query', 'header']),
        required: z.boolean(),
        description: z.string().optional(),
        schema: anySchema,
      }),
    )
    .default([]),
  requestBody: z
    .strictObject({
      required: z.literal(true),
      content: z.strictObject({ 'application/json': z.strictObject({ schema: anySchema }) }),
    })
    .optional(),
  responses: z.record(
    z.string().regex(/^([1-5]\d\d|default)$/),
    z.union([
      z.strictObject({ $ref: z.literal('#/components/responses/Problem') }),
      z.strictObject({
        description: z.string(),
        content: z.strictObject({ 'application/json': z.strictObject({ schema: anySchema }) }).optional(),
      }),
    ]),
  ),
});
/** What OpenAPI 3.1.0 wants of a document, as far as ours goes (its sections 4.8.1 to 4.8.30). */
const documentShape = z.strictObject({
  openapi: z.literal('3.1.0'),
  jsonSchemaDialect: z.literal('https://json-schema.org/draft/2020-12/schema'),
  info: z.strictObject({ title: z.string(), version: z.string(), summary: z.string(), description: z.string() }),
  servers: z.array(z.strictObject({ url: z.url() })),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  paths: z.record(
    z.string().startsWith('/'),
    z.partialRecord(z.enum(['get', 'post', 'put', 'patch', 'delete']), operationShape.strict()),
  ),
  components: z.strictObject({
    securitySchemes: z.record(z.string(), z.looseObject({ type: z.enum(['http', 'apiKey']) })),
    responses: anySchema,
    schemas: z.record(z.string().regex(/^[A-Za-z0-9._-]+$/), anySchema),
  }),
});

let app: ConsoleUnderTest;
let headers: Record<string, string>;
let document: z.infer<typeof documentShape>;
/** A value for each `{name}` of a path, by path. */
const values = new Map<string, readonly Record<string, string>[]>();
const now = new Date();

beforeAll(async () => {
  app = await openConsole();
  const reading = ['incidents:read', 'inventory:read', 'findings:read', 'status:read', 'preflight:run'] as const;
  headers = bearer(await app.token(...reading, 'inventory:write'));
  const response = await call(description.GET, { headers });
  document = documentShape.parse(await response.json());
  await seedWorld();
}, 120_000);
afterAll(() => app.close());

/** Something of every kind, so that no list is empty. */
async function seedWorld(): Promise<void> {
  const { endpointId } = await seedDomain(app.database, 'example.com', now);
  const engine = createEngine(app.database);
  engine.clock.set(now.getTime());
  const watched = await engine.watch();
  const at = (observation: ReturnType<typeof healthyEndpoint>) => ({ ...observation, finishedAt: engine.clock.now() });
  engine.sight.endpoint = () => at(healthyEndpoint());
  await engine.runAll('probe');
  await engine.runAll('discover');
  engine.sight.endpoint = () =>
    at(changeSessions(healthyEndpoint(), () => ({ tls: trustedTls([testPki.root, testPki.intermediate]) })));
  await engine.runAll('probe');
  await saveSpans(app.database, {
    ...{ endpointId: watched.endpointId, domainId: null, zoneId: null, vantage: 'test', certificates: new Map() },
    ...{ pieces: splitScanObservation(healthyScan()).pieces, seenAt: now.getTime() },
  });
  const zone = { id: 'zone', name: 'zone.example', lastObservedAt: now, lastVerdict: 'fail' };
  await app.database.zone.create({ data: zone });
  await app.database.domainZone.create({
    data: { domainId: watched.domainId, zoneId: 'zone', firstSeen: now, lastSeen: now },
  });
  await saveSpans(app.database, {
    ...{ endpointId: null, domainId: null, zoneId: 'zone', vantage: 'test', certificates: new Map() },
    ...{ pieces: [splitZoneObservation(zoneSignedAt(now.getTime()))], seenAt: now.getTime() },
  });
  await seedIncident(app.database, { id: 'incident', state: 'acknowledged', endpointId, acknowledgedAt: now });
  await app.database.incidentEvent.create({
    data: { incidentId: 'incident', kind: 'opened', at: now, actor: 'latchwatch', data: { severity: 'error' } },
  });
  await app.database.externalRef.create({
    data: { incidentId: 'incident', system: 'jira', key: 'OPS-1', updatedAt: now, updatedBy: 'poller' },
  });
  const client = { client: 'Courier', version: '7', latched: ['tls12'], tlsVersion: 'TLSv1.3', lastDay: now };
  await seedHolders(
    app.database,
    ['a', 'b', 'c', 'd', 'e', 'f'].map((account) => ({ ...client, account })),
  );
  const server = await seedServer(app.database, { service: 'pop3' });
  const day = new Date(now.toISOString().slice(0, 10));
  await app.database.loginCount.create({
    data: { server, day, source: 1, logins: 90, named: 0, spokeOfLatches: 0, proxied: 0, proxiedWithoutTls: 0 },
  });
  const change = { op: 'disable_tls', versions: ['1.0'], hosts: ['mail.example.org'] };
  const plan = z
    .object({ id: z.string() })
    .parse(await (await call(plans.POST, { method: 'POST', headers, json: { change } })).json());
  const request: PreflightRequest = { changes: [{ op: 'unsign_zone', zone: 'example.org' }], service: null };
  const ask = () => app.database.$transaction((tx) => requestPreflight(tx, { request, actor: 'test', now }));
  const reasons = [{ verdict: 'pass', code: 'seen-in-a-test', text: 'It is so.', fix: null }] as const;
  const part = { reasons, breaks: 3, atRisk: 1, unknownShare: 0.5, earliestSafe: null, expiresAt: now.getTime() };
  engine.sight.preflight = () => ({ report: preflightReport(joinPreflight([part])), seen: [] });
  const answered = await ask();
  await engine.runDue('preflight');
  const waiting = await ask();
  values.set('/incidents/{id}', [{ id: 'incident' }]);
  values.set('/incidents/{id}/events', [{ id: 'incident' }]);
  values.set('/plans/{id}', [{ id: plan.id }]);
  values.set('/preflight/{id}', [{ id: answered }, { id: waiting }]);
  values.set('/discoveries/{id}', [{ id: 'discovery-example.com' }]);
  values.set('/domains/{name}', [{ name: 'example.com' }]);
  values.set('/endpoints/{id}', [{ id: endpointId }, { id: watched.endpointId }, { id: 'guess-example.com' }]);
  values.set('/endpoints/{id}/declaration', [{ id: endpointId }]);
  values.set('/zones/{name}', [{ name: 'zone.example' }]);
  values.set('/problems/{kind}', [{ kind: 'not-found' }]);
}

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );

test('every route of the tree is in the document, with every method that it takes', () => {
  const files = readdirSync('app/api/v1', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('/route.ts') && !path.startsWith('[...'))
    .map((path) => `/${path.replace(/\/route\.ts$/, '').replaceAll(/\[(\w+)\]/g, '{$1}')}`);
  expect(Object.keys(document.paths).toSorted()).toEqual(files.toSorted());
  for (const { path, handler } of apiAddresses) {
    const methods = Object.keys(findDefinition(handler) ?? {}).map((method) => method.toLowerCase());
    expect([path, Object.keys(document.paths[path] ?? {}).toSorted()]).toEqual([path, methods.toSorted()]);
  }
});

test('each operation has a name of its own, its path parameters, and no parameter twice', () => {
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, operation } of operations()) {
    const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
    expect([path, inPath.map(({ name }) => name)]).toEqual([path, wanted]);
    const keys = operation.parameters.map((parameter) => `${parameter.in} ${parameter.name}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const requirement of operation.security) {
      expect(Object.keys(document.components.securitySchemes)).toEqual(
        expect.arrayContaining(Object.keys(requirement)),
      );
    }
  }
});

test('whatever is referred to is there, and whatever is there is referred to', () => {
  const text = JSON.stringify(document);
  const used = new Set([...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name));
  expect([...used].toSorted()).toEqual(Object.keys(document.components.schemas).toSorted());
  expect(text).not.toContain('$defs');
});

test('words of one language for all: every member is in snake case', () => {
  const names = new Set<string>();
  JSON.stringify(document.components.schemas, (name, value: unknown) => {
    const properties = anySchema.safeParse(value);
    if (name === 'properties' && properties.success) Object.keys(properties.data).forEach((key) => names.add(key));
    return value;
  });
  expect(names.size).toBeGreaterThan(100);
  expect([...names].filter((name) => !/^[a-z0-9]+(_[a-z0-9]+)*$/.test(name))).toEqual([]);
});

test('every GET really answers what the document says', async () => {
  const checked: string[] = [];
  const mistakes: string[] = [];
  for (const { path, handler } of apiAddresses) {
    const operation = document.paths[path]?.get;
    if (operation === undefined) continue;
    const answer = operation.responses['200'];
    const schema =
      answer !== undefined && 'content' in answer ? answer.content?.['application/json'].schema : undefined;
    if (schema === undefined) throw new Error(`${path} says nothing of its answer`);
    const wanted = operation.parameters.filter(({ in: place, required }) => place === 'query' && required);
    const query = new URLSearchParams(wanted.map(({ name }) => [name, 'tls12']));
    for (const params of values.get(path) ?? [{}]) {
      const response = await call(handler, { headers, params, path: `/api/v1${path}?${query.toString()}` });
      expect([path, response.status]).toEqual([path, 200]);
      const json: unknown = await response.json();
      mistakes.push(...findMistakes(json, schema, { defs: document.components.schemas, at: path }));
      const list = z.object({ data: z.array(z.unknown()) }).safeParse(json);
      if (list.success && list.data.data.length === 0) mistakes.push(`${path} has nothing to look at`);
    }
    checked.push(path);
  }
  expect(mistakes).toEqual([]);
  expect(checked.length).toBeGreaterThan(20);
});

test('a problem is what the document says', async () => {
  const { Problem } = document.components.schemas;
  for (const answer of [
    await call(description.GET),
    await call(plans.POST, { method: 'POST', headers, json: { change: { op: 'x' } } }),
  ]) {
    expect(answer.ok).toBe(false);
    expect(findMistakes(await answer.json(), Problem ?? {}, { defs: document.components.schemas })).toEqual([]);
  }
});

test('the addresses in it are those of the console', () => {
  expect(document.servers).toEqual([{ url: `${publicUrl}/api/v1` }]);
});

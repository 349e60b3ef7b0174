import { z } from 'zod';
import { tokenScopes, type TokenScope } from '#prisma/commands/tokens.ts';
import { problems } from '#app/_api/problem.ts';
import { filesNamed } from '#tests/app/support/access-map.ts';
import { bearer, call, openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';

type Methods = Readonly<Record<string, TokenScope | 'any'>>;

/** Every address of the API, with the scope that each method needs. What is not here does not pass. */
const table: Readonly<Record<string, Methods>> = {
  'app/(console)/incidents/[id]/ticket/route.ts': { GET: 'incidents:read' },
  'app/(console)/incidents/export/route.ts': { GET: 'incidents:read' },
  'app/(console)/support/notice/file/route.ts': { GET: 'incidents:read' },
  'app/api/v1/[...rest]/route.ts': { GET: 'any', POST: 'any', PUT: 'any', PATCH: 'any', DELETE: 'any' },
  'app/(console)/certificates/[fingerprint]/pem/route.ts': { GET: 'inventory:read' },
  'app/(console)/certificates/export/route.ts': { GET: 'inventory:read' },
  'app/api/v1/certificates/route.ts': { GET: 'inventory:read' },
  'app/api/v1/changes/route.ts': { GET: 'findings:read' },
  'app/api/v1/commitments/route.ts': { GET: 'inventory:read' },
  'app/api/v1/discoveries/[id]/route.ts': { GET: 'inventory:read' },
  'app/api/v1/dnssec/route.ts': { GET: 'inventory:read' },
  'app/api/v1/domains/route.ts': { GET: 'inventory:read', POST: 'inventory:write' },
  'app/api/v1/domains/[name]/route.ts': { GET: 'inventory:read', DELETE: 'inventory:write' },
  'app/api/v1/domains/[name]/discover/route.ts': { POST: 'inventory:write' },
  'app/api/v1/endpoints/route.ts': { GET: 'inventory:read', POST: 'inventory:write' },
  'app/api/v1/endpoints/[id]/route.ts': { GET: 'inventory:read', DELETE: 'inventory:write' },
  'app/api/v1/endpoints/[id]/declaration/route.ts': {
    GET: 'inventory:read',
    PUT: 'inventory:write',
    PATCH: 'inventory:write',
  },
  'app/api/v1/endpoints/[id]/probe/route.ts': { POST: 'inventory:write' },
  'app/api/v1/endpoints/[id]/scan/route.ts': { POST: 'inventory:write' },
  'app/api/v1/finding-codes/route.ts': { GET: 'findings:read' },
  'app/api/v1/findings/route.ts': { GET: 'findings:read' },
  'app/api/v1/incidents/route.ts': { GET: 'incidents:read' },
  'app/api/v1/incidents/[id]/route.ts': { GET: 'incidents:read' },
  'app/api/v1/incident-events/route.ts': { GET: 'incidents:read' },
  'app/api/v1/incidents/[id]/ack/route.ts': { POST: 'incidents:ack' },
  'app/api/v1/incidents/[id]/comments/route.ts': { POST: 'incidents:ack' },
  'app/api/v1/incidents/[id]/events/route.ts': { GET: 'incidents:read' },
  'app/api/v1/incidents/[id]/external-refs/[system]/route.ts': { PUT: 'incidents:ack', DELETE: 'incidents:ack' },
  'app/api/v1/incidents/[id]/owner/route.ts': { PUT: 'incidents:ack' },
  'app/api/v1/incidents/[id]/silence/route.ts': { POST: 'incidents:silence' },
  'app/api/v1/openapi.json/route.ts': { GET: 'any' },
  'app/api/v1/status/route.ts': { GET: 'status:read' },
  'app/api/v1/latches/cohorts/route.ts': { GET: 'findings:read' },
  'app/api/v1/latches/summary/route.ts': { GET: 'findings:read' },
  'app/api/v1/plans/route.ts': { GET: 'findings:read', POST: 'inventory:write' },
  'app/api/v1/plans/[id]/route.ts': { GET: 'findings:read' },
  'app/api/v1/preflight/route.ts': { POST: 'preflight:run' },
  'app/api/v1/preflight/[id]/route.ts': { GET: 'preflight:run' },
  'app/api/v1/problems/[kind]/route.ts': { GET: 'any' },
  'app/api/v1/tlsa/route.ts': { GET: 'inventory:read' },
  'app/api/v1/zones/route.ts': { GET: 'inventory:read' },
  'app/api/v1/zones/[name]/route.ts': { GET: 'inventory:read' },
  'app/metrics/route.ts': { GET: 'status:read' },
  'app/(console)/domains/[name]/export/route.ts': { GET: 'inventory:read' },
};

/** Routes for people alone, which no token opens; tests/app/roles.test.ts tries them. */
const peopleRoutes = [
  'app/(console)/plan/export/route.ts',
  'app/(console)/settings/audit/export/route.ts',
  'app/find/items/route.ts',
  'app/live/route.ts',
  'app/live/setup/[id]/route.ts',
  'app/live/state/route.ts',
];

/** Routes that need no login, on purpose. */
const publicRoutes = [
  'app/feeds/certificates.ics/route.ts',
  'app/feeds/incidents.atom/route.ts',
  'app/healthz/route.ts',
  'app/readyz/route.ts',
  'app/login/oidc/route.ts',
  'app/api/auth/callback/oidc/route.ts',
];

type Handler = Parameters<typeof call>[0];
const isHandler = (value: unknown): value is Handler => typeof value === 'function';

async function handlerOf(path: string, method: string): Promise<Handler> {
  const route: unknown = await import(`#app/${path.slice('app/'.length)}`);
  const handler = z.record(z.string(), z.unknown()).parse({ ...Object(route) })[method];
  if (!isHandler(handler)) throw new Error(`${path} does not export ${method}`);
  return handler;
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
let app: ConsoleUnderTest;

beforeAll(async () => {
  app = await openConsole();
});
afterAll(async () => {
  await app.close();
});

test('every route of the tree is in the table, or public on purpose', () => {
  expect(filesNamed('route.ts')).toEqual([...Object.keys(table), ...peopleRoutes, ...publicRoutes].toSorted());
});

describe.each(Object.entries(table))('%s', (path, scopes) => {
  test('lets nobody in without credentials, nor with bad ones', async () => {
    for (const method of Object.keys(scopes)) {
      const handler = await handlerOf(path, method);
      for (const headers of [
        {},
        bearer('lw_wrong'),
        { authorization: 'Basic !' },
        { cookie: 'latchwatch.session_token=x.y' },
      ]) {
        const response = await call(handler, { method, headers });
        expect([method, response.status]).toEqual([method, 401]);
        expect(response.headers.get('www-authenticate')).toContain('Bearer');
        expect(response.headers.get('content-type')).toBe('application/problem+json');
      }
    }
  });

  test('wants its scope, and no other one will do', async () => {
    for (const [method, scope] of Object.entries(scopes)) {
      const handler = await handlerOf(path, method);
      const others = tokenScopes.filter((other) => other !== scope);
      const allOthers = await call(handler, { method, headers: bearer(await app.token(...others)) });
      const allowed = await call(handler, {
        method,
        headers: bearer(await (scope === 'any' ? app.token() : app.token(scope))),
      });
      expect([method, allOthers.status === 403]).toEqual([method, scope !== 'any']);
      expect([method, [401, 403].includes(allowed.status)]).toEqual([method, false]);
    }
  });

  test('answers other methods with 405 and what is allowed', async () => {
    for (const method of methods.filter((name) => scopes[name] === undefined)) {
      const response = await call(await handlerOf(path, method), { method });
      expect([method, response.status]).toEqual([method, 405]);
      expect(response.headers.get('allow')).toBe(
        ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
          .filter((name) => scopes[name === 'HEAD' ? 'GET' : name])
          .join(', '),
      );
    }
  });
});

describe('people', () => {
  const mutations = Object.entries(table).flatMap(([path, scopes]) =>
    Object.entries(scopes)
      .filter(([method, scope]) => method !== 'GET' && scope !== 'any')
      .map(([method]) => ({ path, method })),
  );
  let cookies: Readonly<Record<string, string>>;

  beforeAll(async () => {
    cookies = {
      viewer: await app.session('viewer'),
      operator: await app.session('operator'),
    };
  });

  test('a viewer sees but changes nothing', async () => {
    const cookie = cookies['viewer'] ?? '';
    const list = await call(await handlerOf('app/api/v1/domains/route.ts', 'GET'), { headers: { cookie } });
    expect(list.status).toBe(200);
    expect(mutations).toHaveLength(17);
    for (const { path, method } of mutations) {
      const response = await call(await handlerOf(path, method), { method, headers: { cookie, origin: publicUrl } });
      expect([path, method, response.status]).toEqual([path, method, 403]);
    }
  });

  test('a cookie is worth nothing when the request comes from elsewhere, or does not say from where', async () => {
    const cookie = cookies['operator'] ?? '';
    for (const { path, method } of mutations) {
      const handler = await handlerOf(path, method);
      for (const origin of [{}, { origin: 'https://evil.example' }, { origin: 'null' }]) {
        const response = await call(handler, { method, headers: { cookie, ...origin } });
        const { title } = z.object({ title: z.string() }).parse(await response.json());
        expect([path, response.status, title]).toEqual([path, 403, problems['foreign-origin'].title]);
      }
      const own = await call(handler, { method, headers: { cookie, origin: 'http://127.0.0.1:3000' } });
      expect([path, [401, 403].includes(own.status)]).toEqual([path, false]);
    }
  });

  test('an Authorization header decides alone, even beside a good cookie', async () => {
    const headers = { cookie: cookies['operator'] ?? '', ...bearer('lw_wrong') };
    const response = await call(await handlerOf('app/api/v1/domains/route.ts', 'GET'), { headers });
    expect(response.status).toBe(401);
  });

  test('the token may come as the password of HTTP Basic', async () => {
    const basic = Buffer.from(`anything:${await app.token('inventory:read')}`).toString('base64');
    const headers = { authorization: `Basic ${basic}` };
    const response = await call(await handlerOf('app/api/v1/domains/route.ts', 'GET'), { headers });
    expect(response.status).toBe(200);
  });

  test('a session that has ended opens nothing', async () => {
    const cookie = await app.session('approver');
    await app.database.session.updateMany({
      where: { user: { email: 'approver@example.org' } },
      data: { expiresAt: new Date(Date.now() - 1000) },
    });
    const response = await call(await handlerOf('app/api/v1/domains/route.ts', 'GET'), { headers: { cookie } });
    expect(response.status).toBe(401);
  });
});

import { z } from 'zod';
import * as codes from '#app/api/v1/finding-codes/route.ts';
import * as findings from '#app/api/v1/findings/route.ts';
import { allFindings } from '#lib/checks/registry.ts';
import { bearer, call, openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedDomain } from '#tests/app/support/seed.ts';

const page = z.object({
  data: z.array(z.looseObject({ rule: z.string() })),
  next_cursor: z.string().nullable(),
  has_more: z.boolean(),
});

const now = new Date('2026-11-24T04:00:00Z');
let app: ConsoleUnderTest;
let headers: Record<string, string>;

async function get(handler: typeof findings.GET, query = '') {
  const response = await call(handler, { path: `/x?${query}`, headers });
  expect(response.status).toBe(200);
  return page.parse(await response.json());
}

beforeAll(async () => {
  app = await openConsole();
  headers = bearer(await app.token('findings:read'));
  const { endpointId, domainId } = await seedDomain(app.database, 'example.org', now);
  await seedDomain(app.database, 'other.example', now);
  const seen = { firstSeen: now, lastSeen: now };
  const target = { host: 'mail.example.org', port: 993, service: 'IMAP, implicit TLS', address: '192.0.2.10' };
  await app.database.finding.createMany({
    data: [
      {
        ...{ id: 'F1', fingerprint: 'F1', code: 'tls-version-obsolete', verdict: 'info', endpointId, ...seen },
        ...{ verdictDraft: 'pass', verdictCurrent: 'crit', address: '192.0.2.10' },
        params: {
          ...{ ...target, version: 'TLSv1.1', cipher: 'X' },
          ...{ acceptedBy: 'a@example.org', acceptedUntil: Date.UTC(2027, 0, 1), acceptedReason: 'scanners' },
        },
      },
      {
        ...{ id: 'F2', fingerprint: 'F2', code: 'certificate-expiry', verdict: 'crit', endpointId, ...seen },
        ...{ address: '192.0.2.10', params: target },
      },
      {
        ...{ id: 'F3', fingerprint: 'F3', code: 'mx-missing', verdict: 'warn', domainId, ...seen },
        params: { domain: 'example.org' },
      },
      {
        ...{ id: 'F4', fingerprint: 'F4', code: 'unreachable', verdict: 'fail', endpointId: 'endpoint-other.example' },
        ...{ ...seen, params: target },
      },
      {
        ...{ id: 'F5', fingerprint: 'F5', code: 'unreachable', verdict: 'fail', endpointId, ...seen },
        ...{ params: target, endedAt: now },
      },
    ],
  });
});
afterAll(() => app.close());

test('living findings come in pages, with what both rule packs say and who accepts them', async () => {
  const rules: string[] = [];
  for (let cursor = ''; ;) {
    const { data, next_cursor: next, has_more: more } = await get(findings.GET, `limit=2${cursor}`);
    rules.push(...data.map(({ rule }) => rule));
    expect(more).toBe(next !== null);
    if (next === null) break;
    cursor = `&cursor=${next}`;
  }
  expect(rules).toEqual(['tls-version-obsolete', 'certificate-expiry', 'mx-missing', 'unreachable']);
  const { data } = await get(findings.GET, 'rule=tls-version-obsolete');
  expect(data).toMatchObject([
    {
      id: 'F1',
      verdict: 'info',
      packs: { draft: 'pass', current: 'crit' },
      accepted: { by: 'a@example.org', until: '2027-01-01T00:00:00.000Z', reason: 'scanners' },
      object_kind: 'endpoint',
      host: 'mail.example.org',
      port: 993,
      tls: 'implicit',
      address: '192.0.2.10',
      seed_section: '11.2',
      url: `${publicUrl}/endpoints/endpoint-example.org`,
    },
  ]);
});

test('a finding that both packs judge alike says so twice, and nobody accepts it', async () => {
  const { data } = await get(findings.GET, 'rule=certificate-expiry');
  expect(data).toMatchObject([{ verdict: 'crit', packs: { draft: 'crit', current: 'crit' }, accepted: null }]);
});

test('filters', async () => {
  const rulesOf = async (query: string) => (await get(findings.GET, query)).data.map(({ rule }) => rule);
  expect(await rulesOf('verdict=warn,crit')).toEqual(['certificate-expiry', 'mx-missing']);
  expect(await rulesOf('host=mail.other.example')).toEqual(['unreachable']);
  expect(await rulesOf('domain=example.org')).toEqual(['tls-version-obsolete', 'certificate-expiry', 'mx-missing']);
  expect(await rulesOf('rule=dnssec-bogus')).toEqual([]);
  for (const query of ['verdict=pass', 'rule=%27', 'limit=0', 'host=..']) {
    const response = await call(findings.GET, { path: `/x?${query}`, headers });
    expect([query, response.status]).toEqual([query, 422]);
  }
  expect((await call(findings.GET, { path: '/x?cursor=x', headers })).status).toBe(400);
});

test('the codes come with what is known of them, each once', async () => {
  const seen: string[] = [];
  for (let cursor = ''; ;) {
    const { data, next_cursor: next } = await get(codes.GET, `limit=50${cursor}`);
    seen.push(...data.map(({ rule }) => rule));
    if (next === null) break;
    cursor = `&cursor=${next}`;
  }
  expect(seen).toEqual(allFindings.map(({ code }) => code).toSorted());
  const { data } = await get(codes.GET, 'limit=200');
  for (const code of data) {
    expect([code['summary'], code['meaning'], code['fix']]).not.toContain('');
    expect(code['commands']).not.toEqual([]);
    expect(code['statements']).not.toEqual([]);
    expect(code['references']).not.toEqual([]);
  }
});

import { z } from 'zod';
import * as cohortsRoute from '#app/api/v1/latches/cohorts/route.ts';
import * as summaryRoute from '#app/api/v1/latches/summary/route.ts';
import { bearer, call, openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedHolders, seedServer } from '#tests/support/census.ts';

const now = new Date();
const longAgo = new Date(now.getTime() - 200 * 86_400_000);
let app: ConsoleUnderTest;
let token: string;

beforeAll(async () => {
  app = await openConsole();
  token = await app.token('findings:read');
  const client = { client: 'Courier', version: '7', latched: ['tls12'], supported: ['tls-cert'], lastDay: now };
  await seedHolders(app.database, [
    ...['a', 'b', 'c', 'd', 'e', 'f'].map((account) => ({ ...client, account, tlsVersion: 'TLSv1.3' })),
    { ...client, account: 'g', version: '8', latched: [], tlsVersion: 'TLSv1' },
    { ...client, account: 'h', version: '6', lastDay: longAgo },
  ]);
  const server = await seedServer(app.database, { service: 'pop3' });
  const day = new Date(now.toISOString().slice(0, 10));
  await app.database.loginCount.create({
    data: { server, day, source: 1, logins: 90, named: 0, spokeOfLatches: 0, proxied: 0, proxiedWithoutTls: 0 },
  });
});
afterAll(() => app.close());

const page = z.object({
  data: z.array(z.looseObject({ client: z.object({ name: z.string(), version: z.string() }) })),
  next_cursor: z.string().nullable(),
  has_more: z.boolean(),
});

const cohorts = (query: string) =>
  call(cohortsRoute.GET, { path: `/api/v1/latches/cohorts?${query}`, headers: bearer(token) });

test('the summary has numbers with their coverage, and none under five', async () => {
  const response = await call(summaryRoute.GET, { headers: bearer(token) });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    seen_within_days: 90,
    smallest_shown: 5,
    clients: 7,
    tags: [
      { tag: 'tls-cert', latched: 0, supported: 7, presumed: 0 },
      { tag: 'tls12', latched: 6, supported: 0, presumed: 0 },
    ],
    tls_versions: [
      { version: 'TLSv1.3', clients: 6 },
      { version: 'TLSv1', clients: null },
    ],
    coverage_days: 30,
    coverage: [
      {
        ...{ hosts: ['mail.example.org'], address: null, service: 'pop3', can_report: false },
        ...{ logins: 90, named: 0, spoke_of_latches: 0, proxied: 0, proxied_without_tls: 0 },
      },
    ],
  });
});

test('cohorts are told by version, server and last day seen, page by page', async () => {
  const first = await cohorts('tag=TLS12&limit=1');
  expect(first.status).toBe(200);
  const { data, next_cursor: cursor } = page.parse(await first.json());
  const server = { hosts: ['mail.example.org'], address: null, service: 'imap' };
  expect(data).toEqual([
    {
      ...{ client: { name: 'Courier', version: '6' }, server, last_seen_within_days: 400 },
      ...{ latched: null, supported: 0, presumed: 0 },
    },
  ]);
  const second = page.parse(await (await cohorts(`tag=tls12&limit=1&cursor=${cursor ?? ''}`)).json());
  expect(second).toMatchObject({ has_more: false, next_cursor: null });
  expect(second.data).toMatchObject([{ client: { version: '7' }, latched: 6, last_seen_within_days: 7 }]);
});

test('cohorts can be narrowed, and want a tag', async () => {
  for (const query of ['tag=tls12&host=other.example.org', 'tag=tls12&service=pop3', 'tag=tls12&client=Other']) {
    expect(page.parse(await (await cohorts(query)).json()).data).toEqual([]);
  }
  expect((await cohorts('')).status).toBe(422);
  expect((await cohorts('tag=tls12&service=gopher')).status).toBe(422);
  expect((await cohorts('tag=tls12&cursor=x')).status).toBe(400);
});

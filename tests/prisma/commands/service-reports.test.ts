import { readServiceReports } from '#prisma/commands/service-reports.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import { seedDomain } from '#tests/app/support/seed.ts';
import { seedClient, seedHolders, seedServer } from '#tests/support/census.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

const now = new Date('2026-11-25T12:00:00Z');
const minuteMs = 60_000;
const endpoint: EndpointTarget = { service: 'imap', tlsMode: 'implicit', host: 'mail.example.org', port: 993 };
const addresses = ['192.0.2.10'];
let store: TestDatabase;
let endpointId: string;

beforeAll(async () => {
  store = await createTestDatabase();
  ({ endpointId } = await seedDomain(store.database, 'example.org', now));
});
afterAll(() => store.close());

const read = (change: Partial<Parameters<typeof readServiceReports>[1]> = {}) =>
  readServiceReports(store.database, { endpointId, endpoint, addresses, now: now.getTime(), ...change });

async function fail(
  agoMinutes: number,
  what: { readonly network: string; readonly client?: string; readonly tag?: string; readonly address?: string },
): Promise<void> {
  const { network, client = 'Courier', tag = 'tls-cert', address } = what;
  const { database } = store;
  await database.latchFailure.create({
    data: {
      ...{ slot: new Date(now.getTime() - agoMinutes * minuteMs), network, tag, source: 1, reports: 30 },
      server: await seedServer(database, address === undefined ? {} : { host: '', address }),
      client: await seedClient(database, client, '7'),
    },
  });
}

it('says nothing of a service that nobody reported', async () => {
  await expect(read()).resolves.toBeNull();
  await seedServer(store.database, {});
  await expect(read()).resolves.toBeNull();
});

it('counts who failed lately, each client and network once, beside what was usual', async () => {
  await fail(0, { network: '192.0.2.0/24' });
  await fail(5, { network: '192.0.2.0/24' });
  await fail(5, { network: '192.0.2.0/24', client: 'Other' });
  await fail(10, { network: '', address: '192.0.2.10' });
  await fail(10, { network: '198.51.100.0/24', address: '192.0.2.99' });
  // Of the baseline: two steps, in one of them twice the same.
  await fail(600, { network: '203.0.113.0/24' });
  await fail(595, { network: '203.0.113.0/24' });
  await fail(1000, { network: '203.0.113.0/24' });
  // Neither: between the two, too old, still to come, another tag.
  await fail(30, { network: '203.0.113.0/24' });
  await fail(8 * 24 * 60, { network: '203.0.113.0/24' });
  await fail(-30, { network: '203.0.113.0/24' });
  await fail(700, { network: '203.0.113.0/24', tag: 'tls12' });
  await expect(read()).resolves.toEqual({
    ...{ failures: [{ tag: 'tls-cert', recent: 3, networks: 1, baseline: 2 }], faulty: false },
    ...{ knownSince: now.getTime() - 1000 * minuteMs, logins: 0, proxied: 0, proxiedWithoutTls: 0, cipherSeen: false },
  });
});

it('adds up the logins of a week, and sees whether a cipher was told', async () => {
  const { database } = store;
  const server = await seedServer(database, {});
  const counts = { server, source: 1, named: 1, spokeOfLatches: 1, proxied: 4, proxiedWithoutTls: 1 };
  await database.loginCount.createMany({
    data: ['2026-11-25', '2026-11-19', '2026-11-01'].map((day) => ({ ...counts, day: new Date(day), logins: 10 })),
  });
  await seedHolders(database, [
    { account: 'old', tlsVersion: 'TLSv1.3', cipher: 'X', lastDay: new Date('2026-11-01') },
  ]);
  await expect(read()).resolves.toMatchObject({ logins: 20, proxied: 8, proxiedWithoutTls: 2, cipherSeen: false });
  await seedHolders(database, [{ account: 'new', tlsVersion: 'TLSv1.3', cipher: 'X', lastDay: now }]);
  await expect(read()).resolves.toMatchObject({ cipherSeen: true, knownSince: Date.parse('2026-11-19') });
});

it('knows of a fault by other findings, not by those that reports make', async () => {
  const { database } = store;
  const finding = { endpointId, verdict: 'crit', params: {}, firstSeen: now, lastSeen: now };
  await database.finding.create({ data: { ...finding, id: 'spike', fingerprint: '1', code: 'latch-failure-spike' } });
  await expect(read()).resolves.toMatchObject({ faulty: false });
  await database.finding.create({ data: { ...finding, id: 'expired', fingerprint: '2', code: 'certificate-expiry' } });
  await expect(read()).resolves.toMatchObject({ faulty: true });
});

it('tells it at one endpoint of the service', async () => {
  const { database } = store;
  const other = await database.endpoint.create({
    data: { id: 'starttls', service: 'imap', tlsMode: 'starttls', host: endpoint.host, port: 143 },
  });
  await database.domainEndpoint.create({
    data: { domainId: 'domain-example.org', endpointId: other.id, origin: 'srv', firstSeen: now, lastSeen: now },
  });
  await expect(
    read({ endpointId: other.id, endpoint: { ...endpoint, tlsMode: 'starttls', port: 143 } }),
  ).resolves.toBeNull();
  await expect(read()).resolves.not.toBeNull();
});

import { failureMapRow, signalItems } from '#app/_queries/signal-items.ts';
import { readSignals } from '#app/_queries/signals.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedDomain } from '#tests/app/support/seed.ts';
import { seedClient, seedServer } from '#tests/support/census.ts';

const now = new Date('2026-11-25T12:07:00Z');
const slotMs = 300_000;
let app: ConsoleUnderTest;

async function fail(
  agoMinutes: number,
  what: { readonly network: string; readonly client: string; readonly tag?: string; readonly service?: 'submission' },
): Promise<void> {
  const { database } = app;
  const { network, client, tag = 'tls-cert', service = 'imap' } = what;
  const slot = new Date(Math.floor((now.getTime() - agoMinutes * 60_000) / slotMs) * slotMs);
  const server = await seedServer(database, { service });
  const row = { slot, server, network, client: await seedClient(database, client, '1'), tag, source: 1 };
  await database.latchFailure.create({ data: { ...row, reports: 9 } });
}

beforeAll(async () => {
  app = await openConsole();
  await seedDomain(app.database, 'example.org', now);
  for (const network of [1, 2, 3, 4, 5, 6]) await fail(2, { network: `10.0.${String(network)}.0/24`, client: 'A' });
  await fail(2, { network: '10.0.1.0/24', client: 'B' });
  await fail(100, { network: '10.0.1.0/24', client: 'B', tag: 'tls12' });
  await fail(2, { network: '10.9.9.0/24', client: 'A', service: 'submission' });
});
afterAll(() => app.close());

test('what may be an interception comes first: many networks, while our own probe sees the server in order', async () => {
  const signals = await readSignals({ tag: null, by: 'network', now });
  expect(signals.tags).toEqual(['tls-cert', 'tls12']);
  expect(signals.servers.map(({ server }) => server.service)).toEqual(['imap', 'submission']);
  expect(signalItems(signals, 'operator')).toMatchObject([
    { server: 'IMAP mail.example.org', tag: 'tls-cert', clients: '7', networks: '6', meaning: 'path' },
    { server: 'Submission mail.example.org', tag: 'tls-cert', clients: '1', networks: '1', meaning: null },
  ]);
  const [imap] = signals.servers;
  expect(imap?.own.at(-1)).toBe('good');
  expect(imap?.all.cells.at(-1)).toEqual({ clients: 7, level: 'spike' });
  expect(imap?.rows[0]).toMatchObject({ who: '10.0.1.0/24' });
  expect(imap?.rows).toHaveLength(6);
});

test('rows may be programs, and one tag', async () => {
  const { servers } = await readSignals({ tag: 'tls12', by: 'client', now });
  expect(servers.map(({ rows }) => rows.map(({ who }) => who))).toEqual([['B 1']]);
  expect(servers[0]?.now).toEqual([]);
});

test('a viewer sees no number under five', async () => {
  const signals = await readSignals({ tag: null, by: 'network', now });
  expect(signalItems(signals, 'viewer').map(({ clients, networks }) => [clients, networks])).toEqual([
    ['7', '6'],
    ['<5', '<5'],
  ]);
  const [row] = signals.servers[0]?.rows ?? [];
  if (row === undefined) throw new Error('no row');
  expect(failureMapRow(row, 'viewer').cells.at(-1)?.clients).toBe('<5');
});

test('a fault that our probes see makes it ours', async () => {
  const { database } = app;
  await database.finding.create({
    data: {
      ...{ id: 'f', fingerprint: 'f', code: 'certificate-expiry', verdict: 'crit', endpointId: 'endpoint-example.org' },
      ...{ params: {}, firstSeen: now, lastSeen: now },
    },
  });
  const { servers } = await readSignals({ tag: null, by: 'network', now });
  expect(servers[0]?.now).toMatchObject([{ meaning: 'own-fault' }]);
});

test('what many networks say is not cut off for the many words of one', async () => {
  const { database } = app;
  const slot = new Date(Math.floor((now.getTime() - 120_000) / slotMs) * slotMs);
  const clients = await Promise.all(
    Array.from({ length: 9 }, (_, index) => seedClient(database, `Flood ${String(index)}`, '1')),
  );
  for (let index = 1; index <= 8; index += 1) {
    const server = await seedServer(database, { address: `192.0.2.${String(100 + index)}` });
    const rows = clients.map((client) => ({
      client,
      network: '203.0.113.0/24',
      tag: 'tls-cert',
      source: 1,
      reports: 1,
    }));
    await database.latchFailure.createMany({ data: rows.map((row) => ({ ...row, slot, server })) });
  }
  const signals = await readSignals({ tag: null, by: 'network', now });
  expect(signals.servers).toHaveLength(8);
  const told = signalItems(signals, 'operator').map(({ clients: of, networks }) => [of, networks]);
  expect(told).toContainEqual(['7', '6']);
  expect(told.filter(([, networks]) => networks === '1')).toHaveLength(7);
  // Ten in all: one flooded one, and the one where a single client spoke.
  expect(signals.left).toBe(2);
});

import { listOwnOutages } from '#app/_queries/own-outages.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';

let app: ConsoleUnderTest;
beforeAll(async () => {
  app = await openConsole();
});
afterAll(() => app.close());

const now = new Date('2026-11-26T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

async function watch(name: string, lastVerdict: string, lastProbedAt: Date): Promise<void> {
  const { database } = app;
  await database.endpoint.create({
    data: {
      id: name,
      service: 'imap',
      tlsMode: 'implicit',
      host: `${name}.example.org`,
      port: 993,
      lastVerdict,
      lastProbedAt,
    },
  });
  const seen = { firstSeen: minutesAgo(60), lastSeen: now };
  await database.domainEndpoint.create({ data: { domainId: 'd', endpointId: name, origin: 'manual', ...seen } });
}

test('an own outage that lasts is listed with the endpoints that it hides', async () => {
  const { database } = app;
  await database.domain.create({ data: { id: 'd', name: 'example.org', createdBy: 'test' } });
  await watch('held', 'inconclusive', minutesAgo(3));
  await watch('fine', 'pass', minutesAgo(3));
  await watch('long-unknown', 'inconclusive', minutesAgo(30));
  const since = minutesAgo(5).getTime();
  const detail = { verdict: 'network', since, resolverAnsweredAt: null, networkAnsweredAt: since };
  const canary = (vantage: string, at: Date, said: object) =>
    database.vitalSign.create({ data: { name: 'canary', vantage, at, detail: { ...detail, ...said } } });
  await canary('vienna', minutesAgo(1), {});
  await canary('graz', minutesAgo(1), { verdict: 'fine' });
  // No worker of this place lives any more: that is said elsewhere.
  await canary('linz', minutesAgo(10), {});
  await canary('from-the-future', minutesAgo(1), { verdict: 'confused' });
  expect(await listOwnOutages(now)).toEqual([{ vantage: 'vienna', what: 'network', since, endpoints: 1 }]);
});

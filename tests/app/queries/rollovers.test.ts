import { listRolloverEndpoints } from '#app/_queries/rollovers.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedDomain } from '#tests/app/support/seed.ts';

const now = new Date('2026-11-25T12:00:00Z');
let app: ConsoleUnderTest;
beforeAll(async () => {
  app = await openConsole();
});
afterAll(() => app.close());

test('offers watched endpoints that have TLSA records now, and nothing else', async () => {
  const { database } = app;
  const { domainId } = await seedDomain(database, 'example.org', now);
  await database.observationSpan.deleteMany({ where: { kind: 'tlsa' } });
  const found = (records: unknown) => ({ lookup: { ok: true, facts: { records } } });
  const endpoint = async (
    host: string,
    looks: readonly { readonly facts: object; readonly newest: boolean }[],
    dismissed = false,
  ) => {
    await database.endpoint.create({ data: { id: host, service: 'imap', tlsMode: 'implicit', host, port: 993 } });
    await database.domainEndpoint.create({
      data: { domainId, endpointId: host, origin: 'manual', firstSeen: now, lastSeen: now, dismissed },
    });
    const seen = { evidence: {}, evidenceAt: now, firstSeen: now, lastSeen: now, vantage: 'local', kind: 'tlsa' };
    await database.observationSpan.createMany({
      data: looks.map((look, index) => ({
        ...{ id: `${host} ${String(index)}`, endpointId: host, hash: String(index) },
        ...{ ...seen, ...look },
      })),
    });
  };
  const records = found([{ usage: 3 }]);
  await endpoint('b.example.org', [{ facts: records, newest: true }]);
  await endpoint('a.example.org', [
    { facts: found([]), newest: false },
    { facts: records, newest: true },
  ]);
  await endpoint('empty.example.org', [
    { facts: records, newest: false },
    { facts: found([]), newest: true },
  ]);
  await endpoint('odd.example.org', [{ facts: found({ 0: 'no list' }), newest: true }]);
  await endpoint('failed.example.org', [{ facts: { lookup: { ok: false } }, newest: true }]);
  await endpoint('dismissed.example.org', [{ facts: records, newest: true }], true);
  const [a, b] = ['a.example.org', 'b.example.org'].map((id) => ({ id, text: `${id}:993` }));
  expect(await listRolloverEndpoints(null)).toEqual({ endpoints: [a, b], cut: false });
  // The one that somebody comes from stands first; one without records is not offered for that.
  expect(await listRolloverEndpoints('b.example.org')).toEqual({ endpoints: [b, a], cut: false });
  expect(await listRolloverEndpoints('empty.example.org')).toEqual({ endpoints: [a, b], cut: false });
});

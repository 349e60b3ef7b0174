import { startZoneServer, type Zone } from '#tests/workers/net/dns/zone-server.ts';
import type { NameServer } from '#tests/workers/net/dns/scripted-name-server.ts';
import { createPlainLookUp } from '#workers/net/dns/lookup.ts';
import { createQuery } from '#workers/net/dns/query.ts';
import { observeTlsa } from '#workers/probes/tlsa.ts';

const servers: NameServer[] = [];
const owner = '_993._tcp.mail.example.org';

async function observe(zone: Zone, passes: boolean | null) {
  const server = await startZoneServer(zone);
  servers.push(server);
  return observeTlsa({
    host: 'mail.example.org',
    port: 993,
    query: createQuery(createPlainLookUp({ servers: [server.server], timeoutMs: 20_000 })),
    resolverPassesSignatures: () => Promise.resolve(passes),
  });
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe('TLSA records of a port', () => {
  it('are looked up at the port and host', async () => {
    const seen = await observe({ records: [{ name: owner, type: 'TLSA', data: [3, 1, 1, 0xab, 0xcd] }] }, true);
    expect(seen).toMatchObject({
      owner,
      lookup: { ok: true, facts: { records: [{ usage: 3, selector: 1, matchingType: 1, data: 'abcd' }] } },
      resolverPassesSignatures: true,
    });
  });

  it('may be absent', async () => {
    const seen = await observe({ records: [] }, null);
    expect(seen).toMatchObject({
      lookup: { ok: true, facts: { rcode: 'NXDOMAIN', records: [] } },
      resolverPassesSignatures: null,
    });
  });

  it('may get no answer, which is not absence', async () => {
    const seen = await observe({ records: [], failing: [`TLSA ${owner}`] }, false);
    expect(seen).toMatchObject({
      lookup: { ok: false, failure: { reason: 'temporary' } },
      resolverPassesSignatures: false,
    });
  });
});

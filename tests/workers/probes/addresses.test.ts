import { addressOctets, nameOctets, type RecordToSend } from '#tests/lib/dns/message-builder.ts';
import type { NameServer } from '#tests/workers/net/dns/scripted-name-server.ts';
import { startZoneServer, type Zone } from '#tests/workers/net/dns/zone-server.ts';
import { createPlainLookUp } from '#workers/net/dns/lookup.ts';
import { createQuery } from '#workers/net/dns/query.ts';
import { resolveAddresses } from '#workers/probes/addresses.ts';

const servers: NameServer[] = [];

async function resolveIn(zone: Zone, host = 'mail.example.org') {
  const server = await startZoneServer(zone);
  servers.push(server);
  return resolveAddresses(host, createQuery(createPlainLookUp({ servers: [server.server], timeoutMs: 20_000 })));
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const name = 'mail.example.org';
const a = (address: string): RecordToSend => ({ name, type: 'A', data: addressOctets(address) });
const aaaa = (address: string): RecordToSend => ({ name, type: 'AAAA', data: addressOctets(address) });

describe('addresses of a host', () => {
  it('are both families in numerical order, each once', async () => {
    const seen = await resolveIn({
      records: [aaaa('2001:db8::10'), aaaa('2001:db8::2'), a('192.0.2.10'), a('192.0.2.9'), a('192.0.2.9')],
    });
    expect(seen.ok && seen.facts.list).toEqual(['192.0.2.9', '192.0.2.10', '2001:db8::2', '2001:db8::10']);
    expect(seen.ok && seen.facts.lookups.map(({ type }) => type)).toEqual(['A', 'AAAA']);
    expect(seen.ok && 'missing' in seen.facts).toBe(false);
  });

  it('may be of one family', async () => {
    const seen = await resolveIn({ records: [aaaa('2001:db8::1')] });
    expect(seen.ok && seen.facts.list).toEqual(['2001:db8::1']);
  });

  it.each([
    ['nxdomain', { records: [] }],
    ['no-address', { records: [{ name, type: 'TXT', data: nameOctets('x') }] }],
    ['temporary', { records: [], failing: [`A ${name}`, `AAAA ${name}`] }],
    // An empty answer of one family says nothing about the other.
    ['temporary', { records: [], failing: [`AAAA ${name}`] }],
    ['temporary', { records: [], failing: [`A ${name}`] }],
  ] as const)('that are not there have a reason: %s', async (reason, zone) => {
    expect(await resolveIn(zone)).toMatchObject({ ok: false, failure: { stage: 'resolve', reason } });
  });

  it.each([
    ['AAAA', [a('192.0.2.1')]],
    ['A', [aaaa('2001:db8::1')]],
  ] as const)('of one family are kept where the other failed, and the gap is told: %s', async (type, records) => {
    const seen = await resolveIn({ records, failing: [`${type} ${name}`] });
    expect(seen).toMatchObject({ ok: true, facts: { missing: { type, failure: { reason: 'temporary' } } } });
    expect(seen.ok && seen.facts.list).toHaveLength(1);
    expect(seen.ok && seen.facts.lookups).toHaveLength(1);
  });
});

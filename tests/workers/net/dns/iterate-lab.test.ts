import { performance } from 'node:perf_hooks';
import { addressesOf } from '#lib/dns/referral.ts';
import { rcodeName, recordTypes, type RecordType } from '#lib/dns/types.ts';
import { dnsAddresses } from '#tests/lab/addresses.ts';
import { machinesInDns } from '#tests/lab/domain-types.ts';
import { labDomains } from '#tests/lab/domains.ts';
import { sharedLab } from '#tests/support/shared-lab.ts';
import { createSource, type Source } from '#workers/net/dns/source.ts';
import { name } from './authority.ts';

/* Iteration from the lab's root through real name servers. */

let source: Source;

beforeAll(async () => {
  const { environment } = await sharedLab();
  const created = await createSource({
    settings: {
      resolver: null,
      rootHints: environment['LATCHWATCH_ROOT_HINTS'] ?? null,
      allowAddresses: (environment['LATCHWATCH_ALLOW_ADDRESSES'] ?? '').split(','),
    },
  });
  if (!created.ok) throw new Error(created.error);
  source = created.value;
});

async function ask(text: string, type: RecordType) {
  const question = { name: name(text), type: recordTypes[type] };
  const reply = await source.iterate.ask(question, { deadline: performance.now() + 20_000 });
  if (!reply.ok) throw new Error(`${type} ${text}: ${reply.failure.said ?? reply.failure.reason}`);
  const { message, zone, server } = reply.facts;
  const types = [...message.answer, ...message.authority].map((record) => record.type);
  return {
    message,
    server,
    line: `${rcodeName(message.rcode)} ${zone.toString()}`,
    isSigned: types.includes(recordTypes.RRSIG),
    hasAnswer: message.answer.some((record) => record.type === recordTypes[type]),
  };
}

it('starts at the servers of the hints file', async () => {
  expect(await source.describe()).toMatchObject({ kind: 'iterate' });
  const keys = await ask('.', 'DNSKEY');
  expect([keys.line, keys.server, keys.hasAnswer]).toEqual(['NOERROR .', `${dnsAddresses.root}:53`, true]);
  expect(await ask('nothing-like-it', 'A')).toMatchObject({ line: 'NXDOMAIN .', isSigned: true });
});

it.each(labDomains.map((domain) => [domain.name, domain] as const))('reaches %s', async (_, domain) => {
  expect(await ask(domain.name, 'SOA')).toMatchObject({ line: `NOERROR ${domain.name}`, hasAnswer: true });
  const ds = await ask(domain.name, 'DS');
  expect(ds).toMatchObject({ line: 'NOERROR test', server: `${dnsAddresses.topLevel}:53`, isSigned: true });
  expect((await ask(`nothing-like-it.${domain.name}`, 'MX')).line).toBe(`NXDOMAIN ${domain.name}`);
  for (const { hosts, address } of machinesInDns(domain)) {
    for (const host of hosts) {
      expect(addressesOf((await ask(host, 'A')).message.answer, name(host))).toContain(address);
      expect(await ask(host, 'AAAA')).toMatchObject({ hasAnswer: false });
      const isMailServer = domain.servers.some((server) => server.hosts.includes(host));
      expect((await ask(`_993._tcp.${host}`, 'TLSA')).hasAnswer).toBe(isMailServer && domain.tlsa !== 'none');
    }
  }
});

it('asks the parent for DS where both zones are on one server', async () => {
  // The root delegates test. to the server that has dnssec.test. too.
  expect(await ask('dnssec.test', 'DS')).toMatchObject({ line: 'NOERROR test', hasAnswer: true, isSigned: true });
  expect((await ask('dnssec.test', 'SOA')).line).toBe('NOERROR dnssec.test');
});

it('knows who serves a zone', async () => {
  const [domain] = labDomains;
  const seen = await source.iterate.delegationOf(name(domain?.name ?? ''), { deadline: performance.now() + 20_000 });
  if (!seen.ok) throw new Error(seen.failure.said);
  const { parent, parentNameServers, childNameServers, servers, unresolved } = seen.facts;
  expect(String(parent)).toBe('test');
  expect(parentNameServers?.map(String)).toEqual(childNameServers?.map(String));
  expect(servers.flatMap(({ addresses }) => addresses)).toContain(dnsAddresses.zones);
  expect(unresolved).toEqual([]);
});

import { addressOctets, mxOctets, srvOctets, type RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { endpointKey } from '#lib/model/endpoint.ts';
import type { NameServer } from '#tests/workers/net/dns/scripted-name-server.ts';
import { startZoneServer, type Zone } from '#tests/workers/net/dns/zone-server.ts';
import { createPlainLookUp } from '#workers/net/dns/lookup.ts';
import { createQuery } from '#workers/net/dns/query.ts';
import { discoverDomain, type DiscoveryProgress } from '#workers/probes/discover.ts';

const servers: NameServer[] = [];

async function discoverIn(zone: Zone, domain = 'example.org') {
  const server = await startZoneServer(zone);
  servers.push(server);
  const progress: DiscoveryProgress[] = [];
  let now = 1_000;
  const observation = await discoverDomain({
    domain,
    query: createQuery(createPlainLookUp({ servers: [server.server], timeoutMs: 20_000 })),
    clock: { now: () => (now += 1_000) },
    vantage: 'here',
    onProgress: (step) => progress.push(step),
  });
  return { observation, progress, server };
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const srv = (label: string, target: string, port: number): RecordToSend => ({
  name: `${label}._tcp.example.org`,
  type: 'SRV',
  data: srvOctets({ priority: 0, weight: 1, port, target }),
});
const address = (name: string, text: string): RecordToSend => ({
  name,
  type: text.includes(':') ? 'AAAA' : 'A',
  data: addressOctets(text),
});

const zone: Zone = {
  records: [
    { name: 'example.org', type: 'MX', data: mxOctets(10, 'mx.example.net') },
    address('mx.example.net', '192.0.2.25'),
    srv('_imaps', 'imap.example.net', 993),
    srv('_submissions', 'gone.example.net', 465),
    address('imap.example.net', '192.0.2.1'),
    address('imap.example.net', '2001:db8::1'),
    address('pop.example.org', '192.0.2.2'),
  ],
};

describe('discovery', () => {
  it('finds what SRV and MX name and what can be guessed, with addresses', async () => {
    const { observation } = await discoverIn(zone);
    expect(observation.endpoints.map(({ target, origin }) => `${origin} ${endpointKey(target)}`)).toEqual([
      'srv imap+implicit://imap.example.net:993',
      'guess pop3+implicit://pop.example.org:995',
      'guess pop3+starttls://pop.example.org:110',
      'srv submission+implicit://gone.example.net:465',
      'mx smtp+starttls://mx.example.net:25',
    ]);
    const addresses = Object.fromEntries(observation.hosts.map((host) => [host.host, host.addresses]));
    expect(addresses['imap.example.net']).toEqual({ ok: true, facts: ['192.0.2.1', '2001:db8::1'] });
    expect(addresses['gone.example.net']).toMatchObject({ ok: false, failure: { reason: 'nxdomain' } });
    expect(observation).toMatchObject({ domain: 'example.org', vantage: 'here', startedAt: 2_000, finishedAt: 3_000 });
    expect(observation.srv).toHaveLength(7);
  });

  it('tells each step once, and how many there will be', async () => {
    const { progress } = await discoverIn(zone);
    expect(progress.map(({ done }) => done)).toEqual(progress.map((_, index) => index + 1));
    expect(progress.at(-1)).toMatchObject({ done: progress.length, total: progress.length });
    expect(progress.map(({ question, outcome }) => `${question}: ${outcome}`)).toEqual(
      expect.arrayContaining([
        'MX example.org: 1 record',
        'SRV _imaps._tcp.example.org: 1 record',
        'SRV _pop3._tcp.example.org: no such name',
        'addresses of imap.example.net: 192.0.2.1, 2001:db8::1',
        'addresses of gone.example.net: no such name',
        'TLSA _25._tcp.mx.example.net: no such name',
      ]),
    );
  });

  it('shows a domain that does not exist, and asks no further', async () => {
    const { observation, server } = await discoverIn({ records: [] });
    expect(observation.mx).toMatchObject({ ok: true, facts: { rcode: 'NXDOMAIN', records: [] } });
    expect(observation).toMatchObject({ hosts: [], endpoints: [] });
    expect(server.queries).toHaveLength(8);
  });

  it('keeps what was answered beside what was not, and guesses nothing for the latter', async () => {
    const { observation } = await discoverIn({ ...zone, failing: ['SRV _pop3._tcp.example.org', 'MX example.org'] });
    expect(observation.mx).toMatchObject({ ok: false, failure: { reason: 'temporary' } });
    expect(observation.endpoints.map(({ target }) => endpointKey(target))).toEqual([
      'imap+implicit://imap.example.net:993',
      'submission+implicit://gone.example.net:465',
    ]);
  });

  it('asks for the TLSA records of MX hosts, those that are preferred first', async () => {
    const exchanges = Array.from({ length: 12 }, (_, index) => `mx${String(index)}.example.net`);
    const { observation, server } = await discoverIn({
      records: [
        ...exchanges.map(
          (host, index) => ({ name: 'example.org', type: 'MX', data: mxOctets(90 - index, host) }) as const,
        ),
        { name: 'example.org', type: 'MX', data: mxOctets(0, '192.0.2.1') },
        { name: '_25._tcp.mx11.example.net', type: 'TLSA', data: [3, 1, 1, 0xab, 0xcd] },
      ],
      failing: ['TLSA _25._tcp.mx10.example.net'],
    });
    expect(observation.mxTlsa.map(({ host }) => host)).toEqual(exchanges.toReversed().slice(0, 10));
    const [found, failed, absent] = observation.mxTlsa;
    expect(found).toMatchObject({
      owner: '_25._tcp.mx11.example.net',
      lookup: { ok: true, facts: { records: [{ usage: 3, selector: 1, matchingType: 1, data: 'abcd' }] } },
    });
    expect(failed?.lookup).toMatchObject({ ok: false, failure: { reason: 'temporary' } });
    expect(absent?.lookup).toMatchObject({ ok: true, facts: { records: [] } });
    const asked = server.queries.flatMap(({ message }) => message.questions.map(({ name }) => name.toString()));
    expect(asked.filter((name) => name.startsWith('_25.'))).toHaveLength(10);
  });

  it('does not ask for a target that no host can be called', async () => {
    const { observation, server } = await discoverIn({ records: [srv('_imaps', '192.0.2.1', 993)] });
    expect(observation.hosts).toContainEqual({
      host: '192.0.2.1',
      addresses: {
        ok: false,
        failure: { stage: 'resolve', reason: 'no-address', said: 'not a name that a host can have' },
      },
    });
    expect(server.queries.some(({ message }) => message.questions[0]?.name.toString() === '192.0.2.1')).toBe(false);
  });
});

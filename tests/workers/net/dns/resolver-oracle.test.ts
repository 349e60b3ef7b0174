import type { MxRecord, SrvRecord, TlsaRecord } from '#lib/model/observation.ts';
import { srvQuestions } from '#lib/srv/locate.ts';
import { dnsAddresses } from '#tests/lab/addresses.ts';
import { dig } from '#tests/lab/clients.ts';
import { machinesInDns } from '#tests/lab/domain-types.ts';
import { labDomains } from '#tests/lab/domains.ts';
import { sharedLab } from '#tests/support/shared-lab.ts';
import { createPlainLookUp } from '#workers/net/dns/lookup.ts';
import { createQuery } from '#workers/net/dns/query.ts';
import { createResolverSource } from '#workers/net/dns/resolver-source.ts';
import { discoverDomain } from '#workers/probes/discover.ts';

/* Our codec and transport against a real recursive resolver and real zones, with dig as the second opinion. */

const options = { servers: [{ address: dnsAddresses.resolver, port: 53 }], timeoutMs: 20_000 };
const query = createQuery(createPlainLookUp(options));

beforeAll(async () => {
  await sharedLab();
});

const dotted = (name: string) => (name === '.' ? '.' : `${name}.`);
const showMx = ({ preference, exchange }: MxRecord) => `${preference} ${dotted(exchange)}`;
const showSrv = ({ priority, weight, port, target }: SrvRecord) => `${priority} ${weight} ${port} ${dotted(target)}`;
const showTlsa = ({ usage, selector, matchingType, data }: TlsaRecord) =>
  `${usage} ${selector} ${matchingType} ${data.toUpperCase()}`;

/** Each question with our records in dig's words. */
function questionsOf(domain: (typeof labDomains)[number]) {
  const hosts = domain.servers.flatMap((server) => server.hosts);
  return [
    { name: domain.name, type: 'MX', ask: () => query(domain.name, 'MX'), show: showMx },
    ...srvQuestions(domain.name).map(({ owner }) => ({
      name: owner,
      type: 'SRV',
      ask: () => query(owner, 'SRV'),
      show: showSrv,
    })),
    ...hosts.flatMap((host) => [
      { name: host, type: 'A', ask: () => query(host, 'A'), show: String },
      { name: host, type: 'AAAA', ask: () => query(host, 'AAAA'), show: String },
      { name: `_993._tcp.${host}`, type: 'TLSA', ask: () => query(`_993._tcp.${host}`, 'TLSA'), show: showTlsa },
    ]),
  ];
}

/** Host and address of each A record, from the table that the lab's zones are made from. */
function addressesOf({ records }: (typeof labDomains)[number]): readonly (readonly [string, string])[] {
  const written = records.flatMap((line) => {
    const [owner = '', type, address = ''] = line.split(' ');
    return type === 'A' ? [[owner.replace(/\.$/, ''), address] as const] : [];
  });
  // Some domains are hosted by another one of the lab.
  const hosting = labDomains.flatMap(machinesInDns);
  return [...hosting.flatMap(({ hosts, address }) => hosts.map((host) => [host, address] as const)), ...written];
}

// A resolver that validates has nothing to tell of a bogus zone.
const told = labDomains.filter((domain) => domain.dnssec !== 'bogus');

describe.each(told.map((domain) => [domain.name, domain] as const))('%s', (_, domain) => {
  it('is told as dig tells it', async () => {
    for (const { name, type, ask, show } of questionsOf(domain)) {
      const [ours, theirs] = [await ask(), await dig(dnsAddresses.resolver, name, type)];
      if (!ours.ok) throw new Error(`${type} ${name}: ${ours.failure.said ?? ours.failure.reason}`);
      const { rcode, ad, signaturesPresent } = ours.facts;
      expect({ name, type, rcode, ad, signaturesPresent }).toEqual({
        name,
        type,
        rcode: theirs.status,
        ad: theirs.ad,
        signaturesPresent: domain.dnssec === 'secure',
      });
      const answers = theirs.records.map((line) => line.replace(`${dotted(name)} ${type} `, ''));
      expect(ours.facts.records.map((record) => show(record)).sort()).toEqual(answers.sort());
    }
  });

  it('is discovered with the addresses that the lab gave it', async () => {
    const seen = await discoverDomain({ domain: domain.name, query, clock: { now: () => 0 }, vantage: 'test' });
    const given = addressesOf(domain);
    expect(seen.endpoints.length).toBeGreaterThan(0);
    for (const { target } of seen.endpoints) {
      const addresses = seen.hosts.find(({ host }) => host === target.host)?.addresses;
      expect(addresses?.ok === true ? addresses.facts : []).toEqual(
        given.filter(([host]) => host === target.host).map(([, address]) => address),
      );
    }
  });
});

it('hears that a real resolver passes signatures', async () => {
  expect(await createResolverSource(options).capability()).toMatchObject({ dnssec: 'passes' });
});

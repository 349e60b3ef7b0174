import { performance } from 'node:perf_hooks';
import { createAddressGuard } from '#lib/model/address.ts';
import { parseCidr } from '#lib/model/ip-address.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { issueCertificate } from '#tests/support/certificates.ts';
import { addressOctets, type RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { startScriptedServer, type ScriptedServer, type ScriptStep } from '#tests/support/scripted-server.ts';
import type { NameServer } from '#tests/workers/net/dns/scripted-name-server.ts';
import { startZoneServer } from '#tests/workers/net/dns/zone-server.ts';
import { createDial } from '#workers/net/dial.ts';
import { createPlainLookUp } from '#workers/net/dns/lookup.ts';
import { createQuery } from '#workers/net/dns/query.ts';
import type { ConnectionLimit, Dial } from '#workers/ports.ts';
import {
  declaredWay,
  maxAddresses,
  probeEndpoint,
  type EndpointProbe,
  type EndpointProgress,
} from '#workers/probes/endpoint.ts';
import { createTrustStore, type TrustStore } from '#workers/probes/trust-store.ts';

const host = 'mail.example.test';
const loopback = parseCidr('127.0.0.0/8');
const dial = createDial({ guard: createAddressGuard(loopback.ok ? [loopback.value] : []) });
const free: ConnectionLimit = async (_address, _deadline, work) => work();
const script: readonly ScriptStep[] = [
  { send: '220 mx ESMTP\r\n' },
  { expect: 'EHLO latchwatch.invalid' },
  { send: '250-mx\r\n250 PIPELINING\r\n' },
  { expect: 'QUIT' },
  { send: '221 bye\r\n' },
  { close: true },
];

let trust: TrustStore;
const servers: ScriptedServer[] = [];
const nameServers: NameServer[] = [];

beforeAll(async () => {
  const store = await createTrustStore({ caFile: null });
  if (!store.ok) throw new Error(store.error);
  trust = store.value;
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  await Promise.all(nameServers.splice(0).map((server) => server.close()));
});

/** The same server on each of the addresses, at one port. */
async function serveAt(...addresses: readonly string[]): Promise<number> {
  let port = 0;
  for (const address of addresses) {
    const server = await startScriptedServer(script, { address, port });
    servers.push(server);
    port = server.port;
  }
  return port;
}

async function look(
  addresses: readonly string[],
  change: Partial<EndpointProbe> & { readonly port: number },
): Promise<EndpointObservation> {
  const records = addresses.map((address): RecordToSend => ({ name: host, type: 'A', data: addressOctets(address) }));
  const nameServer = await startZoneServer({ records });
  nameServers.push(nameServer);
  const { port, ...rest } = change;
  const target: EndpointTarget = { service: 'smtp', tlsMode: 'starttls', host, port };
  return probeEndpoint({
    target,
    query: createQuery(createPlainLookUp({ servers: [nameServer.server], timeoutMs: 5000 })),
    resolverPassesSignatures: async () => Promise.resolve(true),
    dial,
    limit: free,
    trust,
    clock: { now: () => 1000 },
    vantage: 'test-bench',
    ...rest,
  });
}

describe('an endpoint', () => {
  it('is looked at on every address, in their order, with its TLSA records', async () => {
    const addresses = ['127.0.0.11', '127.0.0.12', '127.0.0.13'];
    const port = await serveAt('127.0.0.11', '127.0.0.13');
    const progress: EndpointProgress[] = [];
    const observation = await look(addresses, { port, onProgress: (step) => progress.push(step) });
    expect(observation).toMatchObject({
      endpoint: { host, port },
      vantage: 'test-bench',
      startedAt: 1000,
      addresses: { ok: true, facts: { list: addresses } },
      tlsa: { owner: `_${port}._tcp.${host}`, resolverPassesSignatures: true },
    });
    expect(observation.sessions.map(({ address, failure }) => [address, failure?.reason])).toEqual([
      ['127.0.0.11', 'not-advertised'],
      ['127.0.0.12', 'refused'],
      ['127.0.0.13', 'not-advertised'],
    ]);
    expect(progress.map(({ kind }) => kind)).toEqual(['addresses', 'session', 'session', 'session']);
  });

  it('is looked at on the one address that was asked for, without asking DNS for others', async () => {
    const port = await serveAt('127.0.0.11');
    const { addresses, sessions } = await look([], { port, address: '127.0.0.11' });
    expect(addresses).toEqual({ ok: true, facts: { list: ['127.0.0.11'], lookups: [] } });
    expect(sessions.map(({ address }) => address)).toEqual(['127.0.0.11']);
  });

  it('is looked at where and by the name that an operator declared, while its TLSA records stay those of the host', async () => {
    const { keyPem, pem } = issueCertificate({ commonName: 'mail.example.test', dnsNames: ['mail.example.test'] });
    const server = await startScriptedServer([
      { startTls: { key: keyPem, cert: pem } },
      { send: '* BYE [UNAVAILABLE] later\r\n' },
      { close: true },
    ]);
    servers.push(server);
    const target: EndpointTarget = {
      service: 'imap',
      tlsMode: 'implicit',
      host: 'backend.example.test',
      port: server.port,
    };
    const way = declaredWay({ address: server.address, serverName: 'mail.example.test' });
    const { sessions, tlsa } = await look(['127.0.0.99'], { port: server.port, target, ...way });
    expect(sessions.map(({ address, tls }) => [address, tls?.serverName])).toEqual([
      [server.address, 'mail.example.test'],
    ]);
    expect(server.serverNames).toEqual(['mail.example.test']);
    expect(tlsa?.owner).toBe(`_${server.port}._tcp.backend.example.test`);
    expect(declaredWay({ address: null, serverName: null })).toEqual({});
  });

  it('may be an address itself, which has no TLSA records', async () => {
    const port = await serveAt('127.0.0.11');
    const target: EndpointTarget = { service: 'smtp', tlsMode: 'starttls', host: '127.0.0.11', port };
    const { sessions, tlsa } = await look([], { port, target });
    expect(sessions).toHaveLength(1);
    expect(tlsa).toBeNull();
  });

  it('without a name in DNS has no sessions', async () => {
    const { addresses, sessions } = await look([], { port: 25 });
    expect(addresses).toMatchObject({ ok: false, failure: { reason: 'nxdomain' } });
    expect(sessions).toEqual([]);
  });

  it('that others keep busy is put down as our own affair', async () => {
    const { sessions } = await look(['127.0.0.11'], { port: 25, limit: async () => Promise.resolve(null) });
    expect(sessions).toMatchObject([{ address: '127.0.0.11', failure: { stage: 'connect', reason: 'busy' } }]);
  });

  it('is not called silent when we ran out of time before we looked', async () => {
    const refuseToBeAsked: Dial = () => {
      throw new Error('connected');
    };
    const { sessions } = await look(['127.0.0.11'], {
      port: 25,
      dial: refuseToBeAsked,
      deadline: performance.now() + 1000,
    });
    expect(sessions).toMatchObject([{ failure: { reason: 'busy' } }]);
  });

  it('gives each of many addresses its share of the time, and a few of them at once', async () => {
    const addresses = Array.from({ length: 12 }, (_, index) => `127.0.1.${index + 1}`);
    const shares: number[] = [];
    let open = 0;
    let mostOpen = 0;
    const silent: Dial = async ({ deadline }) => {
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      shares.push(deadline - performance.now());
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return { ok: false, failure: { stage: 'connect', reason: 'timeout' } };
    };
    const { sessions } = await look(addresses, { port: 25, dial: silent });
    expect(sessions).toHaveLength(12);
    expect(mostOpen).toBe(4);
    // A third of what is left for the first four: nobody may use up the time of those behind.
    expect(Math.max(...shares.slice(0, 4))).toBeLessThanOrEqual(20_000 / 3);
    expect(Math.max(...shares.slice(8))).toBeGreaterThan(20_000 / 3);
  });

  it('with more addresses than anybody needs is looked at on the first of them', async () => {
    const addresses = Array.from({ length: maxAddresses + 8 }, (_, index) => `127.0.1.${index + 1}`);
    const { addresses: seen, sessions } = await look(addresses, { port: 1 });
    expect(sessions).toHaveLength(maxAddresses);
    expect(seen.ok && seen.facts.list).toEqual(addresses.slice(0, maxAddresses));
    expect(seen.ok && seen.facts.lookups[0]?.records).toHaveLength(addresses.length);
  });
});

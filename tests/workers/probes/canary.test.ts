import { createServer } from 'node:net';
import { once } from 'node:events';
import type { ServerAddress } from '#lib/dns/server-address.ts';
import { createDial } from '#workers/net/dial.ts';
import { createSource } from '#workers/net/dns/source.ts';
import { createCanaries, type CanaryOptions } from '#workers/probes/canary.ts';
import { a, name, ns, startAuthorities } from '#tests/workers/net/dns/authority.ts';
import {
  answerTo,
  startNameServer,
  type NameServer,
  type UdpScript,
} from '#tests/workers/net/dns/scripted-name-server.ts';
import { resolverScript, rootAnswers } from '#tests/workers/net/dns/scripted-resolver.ts';
import { freePort } from '#tests/support/product.ts';

const running: NameServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function start(udp: UdpScript): Promise<NameServer> {
  const server = await startNameServer({ udp });
  running.push(server);
  return server;
}

/** Knows the root and says NXDOMAIN to everything else, as a resolver with a way out does. */
const whole: UdpScript = (query, reply, from) =>
  query.questions[0]?.name.isRoot === true
    ? resolverScript(rootAnswers)(query, reply, from)
    : reply(answerTo(query, { rcode: 'NXDOMAIN' }));
/** Has the root in memory and finds nothing new. */
const cutOff: UdpScript = (query, reply, from) =>
  query.questions[0]?.name.isRoot === true
    ? resolverScript(rootAnswers)(query, reply, from)
    : reply(answerTo(query, { rcode: 'SERVFAIL' }));
const refusing: UdpScript = (query, reply) => reply(answerTo(query, { rcode: 'REFUSED' }));

async function canaries(options: Partial<CanaryOptions> & { readonly resolver?: ServerAddress }) {
  const resolver = options.resolver ?? { address: '127.0.0.1', port: await freePort() };
  const settings = { resolver: `${resolver.address}:${String(resolver.port)}`, rootHints: null, allowAddresses: [] };
  const source = await createSource({ settings });
  if (!source.ok) throw new Error(source.error);
  return createCanaries({
    ...{ source: source.value, resolvers: [resolver], roots: [], servers: [], random: () => 0 },
    dial: createDial({ guard: (address) => ({ allowed: true, address }) }),
    ...options,
  });
}

describe('the resolver', () => {
  it('answers where it knows the root, and new names where a run went wrong', async () => {
    const server = await start(whole);
    const ask = await canaries({ resolver: server.server });
    expect(await ask({ careful: false })).toEqual({
      ...{ resolver: true, network: null, networkSaid: null },
      resolverSaid: `127.0.0.1:${String(server.server.port)} answers`,
    });
    const asked = server.queries.length;
    await ask({ careful: false });
    expect(server.queries).toHaveLength(asked + 1);
    await ask({ careful: true });
    const names = server.queries.map(({ message }) => message.questions[0]?.name.toString() ?? '');
    const fresh = names.filter((text) => text.endsWith('.root-servers.net'));
    expect(fresh).toHaveLength(2);
    expect(new Set(fresh).size).toBe(2);
  });

  it('does not when it remembers the root and finds nothing new, if it ever did', async () => {
    let script: UdpScript = whole;
    const server = await start((query, reply, from) => script(query, reply, from));
    const ask = await canaries({ resolver: server.server });
    await ask({ careful: false });
    script = cutOff;
    expect(await ask({ careful: false })).toMatchObject({ resolver: true });
    const cut = await ask({ careful: true });
    expect(cut.resolver).toBe(false);
    expect(cut.resolverSaid).toContain('finds no new names');
    const never = await canaries({ resolver: (await start(cutOff)).server });
    expect(await never({ careful: true })).toMatchObject({ resolver: true });
  });

  it.each<[string, UdpScript | null]>([
    ['is gone', null],
    ['refuses the root', refusing],
  ])('does not when it %s', async (_name, script) => {
    const ask = await canaries(script === null ? {} : { resolver: (await start(script)).server });
    expect(await ask({ careful: true })).toMatchObject({ resolver: false });
  });
});

it('asks root name servers where lookups begin there', async () => {
  const rootAt = '127.54.7.2';
  const zones = [{ apex: '.', records: [ns('.', 'ns.root'), a('ns.root', rootAt)] }];
  const authorities = await startAuthorities({ [rootAt]: zones });
  const source = await createSource({
    settings: { resolver: null, rootHints: null, allowAddresses: ['127.54.7.0/24'] },
    publicRoot: [{ host: name('ns.root'), addresses: [{ address: rootAt, port: authorities.port }] }],
    ownResolvers: () => Promise.resolve([]),
    port: authorities.port,
  });
  if (!source.ok) throw new Error(source.error);
  const ask = await canaries({ source: source.value, resolvers: [], roots: source.value.roots });
  expect(await ask({ careful: false })).toMatchObject({ resolver: true, network: true });
  await authorities.close();
  expect(await ask({ careful: true })).toMatchObject({ resolver: false, network: false });
});

describe('the network', () => {
  it('answers where any root server does, whatever it says', async () => {
    const gone = { address: '127.0.0.1', port: await freePort() };
    const root = await start(refusing);
    const ask = await canaries({ roots: [gone, root.server] });
    expect(await ask({ careful: false })).toMatchObject({
      network: true,
      networkSaid: `127.0.0.1:${String(root.server.port)} answers`,
    });
  });

  it('answers where a named server takes a connection, and not where all refuse', async () => {
    const listener = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const bound = listener.address();
    const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
    const servers = [
      { address: '127.0.0.1', port: await freePort() },
      { address: '127.0.0.1', port },
    ];
    const ask = await canaries({ servers });
    expect(await ask({ careful: false })).toMatchObject({ network: true });
    listener.close();
    await once(listener, 'close');
    const look = await ask({ careful: false });
    expect(look.network).toBe(false);
    for (const server of servers) expect(look.networkSaid).toContain(`127.0.0.1:${String(server.port)}`);
  });
});

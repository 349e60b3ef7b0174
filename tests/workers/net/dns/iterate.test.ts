import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { rcodeName, recordTypes, type RecordType } from '#lib/dns/types.ts';
import { addressesOf } from '#lib/dns/referral.ts';
import type { AddressGuard } from '#lib/model/address.ts';
import { createAskServer } from '#workers/net/dns/ask-server.ts';
import { createIterate, type Iterate } from '#workers/net/dns/iterate.ts';
import { framed, answerTo, startNameServer, type NameServer } from './scripted-name-server.ts';
import {
  a,
  aaaa,
  authoritativeAnswer,
  name,
  ns,
  startAuthorities,
  type Authorities,
  type AuthorityZone,
  type Behaviour,
} from './authority.ts';

/* A tree of zones on loopback: the root at .1, test. at .2, zones at .3 and further. */

const [rootAt, testAt, zonesAt, otherAt] = ['127.54.0.1', '127.54.0.2', '127.54.0.3', '127.54.0.4'];

const running: (Authorities | NameServer)[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

const everyAddress: AddressGuard = (address) => ({ allowed: true, address });
const patientMs = 20_000;

interface Tree {
  readonly iterate: Iterate;
  readonly authorities: Authorities;
}

async function grow(behaviours: Readonly<Record<string, Behaviour>>, guard = everyAddress): Promise<Tree> {
  const authorities = await startAuthorities(behaviours);
  running.push(authorities);
  const { port } = authorities;
  const iterate = createIterate({
    hints: [{ host: name('ns.root'), addresses: [{ address: rootAt, port }] }],
    askServer: createAskServer({ guard, limit: null }),
    port,
    hasIpv6Route: () => Promise.resolve(false),
  });
  return { iterate, authorities };
}

const rootZone = (...records: AuthorityZone['records']): AuthorityZone => ({
  apex: '.',
  records: [ns('.', 'ns.root'), a('ns.root', rootAt), ns('test', 'ns.test'), a('ns.test', testAt), ...records],
});
const testZone = (...records: AuthorityZone['records']): AuthorityZone => ({
  apex: 'test',
  records: [ns('test', 'ns.test'), a('ns.test', testAt), ...records],
});
const delegated = (zone: string, address: string) => [ns(zone, `ns.${zone}`), a(`ns.${zone}`, address)];
const leaf = (apex: string, ...records: AuthorityZone['records']): AuthorityZone => ({
  apex,
  records: [...delegated(apex, zonesAt), a(`mail.${apex}`, '192.0.2.25'), ...records],
});

/** What came, in one line: rcode, zone, addresses; or the failure. */
async function told(iterate: Iterate, text: string, type: RecordType, timeoutMs = patientMs): Promise<string> {
  const reply = await iterate.ask(
    { name: name(text), type: recordTypes[type] },
    { deadline: performance.now() + timeoutMs },
  );
  if (!reply.ok) return `${reply.failure.reason}: ${reply.failure.said ?? ''}`;
  const { message, zone } = reply.facts;
  return [rcodeName(message.rcode), zone.toString(), ...addressesOf(message.answer, name(text))].join(' ');
}

const plain = {
  [rootAt]: [rootZone()],
  [testAt]: [testZone(...delegated('a.test', zonesAt))],
  [zonesAt]: [leaf('a.test')],
};

describe('iteration', () => {
  it('goes from the root down, and remembers the way', async () => {
    const { iterate, authorities } = await grow(plain);
    expect(await told(iterate, 'mail.a.test', 'A')).toBe('NOERROR a.test 192.0.2.25');
    expect(await told(iterate, 'mail.a.test', 'MX')).toBe('NOERROR a.test');
    expect(await told(iterate, 'nothing.a.test', 'A')).toBe('NXDOMAIN a.test');
    expect([rootAt, testAt, zonesAt].map((address) => authorities.at(address).queries.length)).toEqual([1, 1, 3]);
    expect(authorities.at(zonesAt).queries[0]?.message).toMatchObject({
      recursionDesired: false,
      edns: { dnssecOk: true, payloadOctets: 1232 },
    });
  });

  it('goes the whole way again for a fresh answer', async () => {
    const { iterate, authorities } = await grow(plain);
    await told(iterate, 'mail.a.test', 'A');
    const question = { name: name('mail.a.test'), type: recordTypes.A };
    await iterate.ask(question, { deadline: performance.now() + patientMs, fresh: true });
    expect([rootAt, testAt].map((address) => authorities.at(address).queries.length)).toEqual([2, 2]);
  });

  it('asks the parent for DS, and not the servers of the zone that it knows', async () => {
    const { iterate, authorities } = await grow(plain);
    await told(iterate, 'mail.a.test', 'A');
    expect(await told(iterate, 'a.test', 'DS')).toBe('NOERROR test');
    expect(authorities.at(zonesAt).queries).toHaveLength(1);
    expect(await told(iterate, '.', 'DS')).toBe('NOERROR .');
  });

  it('asks the parent for DS where one server has parent and child', async () => {
    const zones = [
      testZone(...delegated('a.test', testAt)),
      { ...leaf('a.test'), records: delegated('a.test', testAt) },
    ];
    const { iterate } = await grow({ [rootAt]: [rootZone()], [testAt]: zones });
    expect(await told(iterate, 'a.test', 'DS')).toBe('NOERROR test');
    expect(await told(iterate, 'nothing.a.test', 'A')).toBe('NXDOMAIN a.test');
  });

  it('finds a parent that lies between two zones of one server', async () => {
    // The server of test. has b.a.test too, but not a.test, which says whether b.a.test is signed.
    const parent: AuthorityZone = {
      apex: 'a.test',
      records: [...delegated('a.test', zonesAt), ...delegated('b.a.test', testAt)],
    };
    const child: AuthorityZone = { apex: 'b.a.test', records: delegated('b.a.test', testAt) };
    const { iterate } = await grow({
      [rootAt]: [rootZone()],
      [testAt]: [testZone(...delegated('a.test', zonesAt)), child],
      [zonesAt]: [parent],
    });
    expect(await told(iterate, 'b.a.test', 'DS')).toBe('NOERROR a.test');
  });

  it('looks up servers without glue, and takes no glue from outside of the zone asked', async () => {
    // test. says that ns.elsewhere.example is at otherAt, where a liar listens; its own zone says zonesAt.
    const { iterate, authorities } = await grow({
      [rootAt]: [rootZone(...delegated('example', zonesAt))],
      [testAt]: [testZone(ns('a.test', 'ns.elsewhere.example'), a('ns.elsewhere.example', otherAt))],
      [zonesAt]: [
        { apex: 'example', records: [...delegated('example', zonesAt), a('ns.elsewhere.example', zonesAt)] },
        leaf('a.test'),
      ],
      [otherAt]: [leaf('a.test', a('mail.a.test', '203.0.113.66'))],
    });
    expect(await told(iterate, 'mail.a.test', 'A')).toBe('NOERROR a.test 192.0.2.25');
    expect(authorities.at(otherAt).queries).toHaveLength(0);
  });

  it('ends where servers hang on each other in a circle', async () => {
    const { iterate, authorities } = await grow({
      [rootAt]: [rootZone()],
      [testAt]: [testZone(ns('a.test', 'ns.b.test'), ns('b.test', 'ns.a.test'))],
    });
    expect(await told(iterate, 'mail.a.test', 'A')).toMatch(/^dns: no server of a.test .*hangs on itself/);
    expect(authorities.at(testAt).queries.length).toBeLessThan(20);
  });

  it('ends where every name server leads to further ones, after a bounded number of questions', async () => {
    // Whatever is asked is delegated to five hosts of zones that are delegated the same way.
    const endless: Behaviour = (query, reply) => {
      const asked = query.questions[0]?.name.toString() ?? '';
      const zone = asked.split('.').slice(-2).join('.');
      const seed = zone.replace('.test', '');
      reply(answerTo(query, { authority: [1, 2, 3, 4, 5].map((index) => ns(zone, `ns.${seed}${index}.test`)) }));
    };
    const { iterate, authorities } = await grow({ [rootAt]: [rootZone()], [testAt]: endless });
    expect(await told(iterate, 'mail.a.test', 'A')).toMatch(/^(dns|limit): /);
    expect(authorities.at(testAt).queries.length).toBeLessThanOrEqual(64);
  });
});

describe('servers that are no use', () => {
  const bad: Readonly<Record<string, readonly [Behaviour, RegExp]>> = {
    refuses: [[leaf('other.test')], /REFUSED/],
    'says SERVFAIL': [(query, reply) => reply(answerTo(query, { rcode: 'SERVFAIL' })), /SERVFAIL/],
    'refers upwards': [
      (query, reply) => reply(answerTo(query, { authority: [ns('.', 'ns.root')] })),
      /refers to \., which is not on the way/,
    ],
    'refers to its own zone': [
      (query, reply) => reply(answerTo(query, { authority: [ns('a.test', 'ns.a.test')] })),
      /refers to a\.test, which is not on the way/,
    ],
    'is not authoritative': [
      (query, reply) => reply(answerTo(query, { answer: [a('mail.a.test', '203.0.113.66')] })),
      /is not authoritative/,
    ],
  };
  const twoServers = testZone(...delegated('a.test', zonesAt), ns('a.test', 'ns2.a.test'), a('ns2.a.test', otherAt));

  it.each(Object.entries(bad))('are passed over: one that %s', async (_, [behaviour]) => {
    // Several times: chance decides who is asked first.
    for (let round = 0; round < 4; round += 1) {
      const { iterate, authorities } = await grow({
        [rootAt]: [rootZone()],
        [testAt]: [twoServers],
        [zonesAt]: behaviour,
        [otherAt]: [leaf('a.test')],
      });
      expect(await told(iterate, 'mail.a.test', 'A')).toBe('NOERROR a.test 192.0.2.25');
      await authorities.close();
      running.splice(0);
    }
  });

  it.each(Object.entries(bad))('are named where there is no other: one that %s', async (_, [behaviour, said]) => {
    const { iterate } = await grow({ ...plain, [zonesAt]: behaviour });
    expect(await told(iterate, 'mail.a.test', 'A')).toMatch(said);
  });

  it('that are silent leave time for the others, and are asked last from then on', async () => {
    const { iterate, authorities } = await grow({
      [rootAt]: [rootZone()],
      [testAt]: [twoServers],
      [zonesAt]: () => undefined,
      [otherAt]: [leaf('a.test')],
    });
    for (let round = 0; round < 20; round += 1) {
      expect(await told(iterate, 'mail.a.test', 'A')).toBe('NOERROR a.test 192.0.2.25');
    }
    // Left to chance it would be ten times.
    expect(authorities.at(zonesAt).queries.length).toBeLessThan(6);
  });

  it('that are all silent end at the deadline, which says so', async () => {
    const { iterate } = await grow({ ...plain, [zonesAt]: () => undefined });
    expect(await told(iterate, 'mail.a.test', 'A', 300)).toMatch(/^timeout: /);
  });

  it('are not asked where the guard refuses their address', async () => {
    const guard: AddressGuard = (address) =>
      address === zonesAt ? { allowed: false, why: 'not this one' } : { allowed: true, address };
    const { iterate, authorities } = await grow(plain, guard);
    expect(await told(iterate, 'mail.a.test', 'A')).toMatch(/^dns: .*not this one/);
    expect(authorities.at(zonesAt).queries).toHaveLength(0);
  });

  it('are found anew after the zone moved', async () => {
    let address = zonesAt;
    const { iterate } = await grow({
      ...plain,
      [testAt]: (query, reply) =>
        reply(answerTo(query, authoritativeAnswer([testZone(...delegated('a.test', address))], query))),
      [zonesAt]: (query, reply) =>
        reply(
          answerTo(query, address === zonesAt ? authoritativeAnswer([leaf('a.test')], query) : { rcode: 'REFUSED' }),
        ),
      [otherAt]: [leaf('a.test')],
    });
    expect(await told(iterate, 'mail.a.test', 'A')).toMatch(/^NOERROR/);
    address = otherAt;
    expect(await told(iterate, 'mail.a.test', 'A')).toMatch(/^REFUSED/);
    expect(await told(iterate, 'mail.a.test', 'A')).toMatch(/^NOERROR/);
  });
});

describe('what is not an answer', () => {
  it('from another id or another source is not heard', async () => {
    const forger = createSocket('udp4');
    forger.bind(0, zonesAt);
    await once(forger, 'listening');
    const { iterate } = await grow({
      ...plain,
      [zonesAt]: (query, reply, from) => {
        const lie = { authoritative: true, answer: [a('mail.a.test', '203.0.113.66')] };
        reply(answerTo(query, { ...lie, id: query.id ^ 1 }));
        forger.send(answerTo(query, lie), from.port, from.address, () => {
          reply(answerTo(query, authoritativeAnswer([leaf('a.test')], query)));
        });
      },
    });
    expect(await told(iterate, 'mail.a.test', 'A')).toBe('NOERROR a.test 192.0.2.25');
    forger.close();
  });

  it('when cut off is asked for by TCP', async () => {
    const server = await startNameServer(
      {
        udp: (query, reply) => reply(answerTo(query, { truncated: true, authoritative: true })),
        tcp: (query, socket) =>
          void socket.end(framed(answerTo(query, { authoritative: true, answer: [a('big', '192.0.2.1')] }))),
      },
      rootAt,
    );
    running.push(server);
    const iterate = createIterate({
      hints: [{ host: name('ns.root'), addresses: [server.server] }],
      askServer: createAskServer({ guard: everyAddress, limit: null }),
    });
    expect(await told(iterate, 'big', 'A')).toBe('NOERROR . 192.0.2.1');
    expect(server.queries.map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
  });
});

describe('the delegation of a zone', () => {
  it('has every server with every address, what parent and zone say, and who has no address', async () => {
    const { iterate } = await grow({
      [rootAt]: [rootZone()],
      [testAt]: [
        testZone(
          ...delegated('a.test', zonesAt),
          ns('a.test', 'old.a.test'),
          a('old.a.test', otherAt),
          ns('a.test', 'gone.test'),
        ),
      ],
      [zonesAt]: [
        leaf('a.test', ns('a.test', 'new.a.test'), a('new.a.test', otherAt), aaaa('new.a.test', '2001:db8::5')),
      ],
    });
    const seen = await iterate.delegationOf(name('a.test'), { deadline: performance.now() + patientMs });
    if (!seen.ok) throw new Error(seen.failure.said);
    const { zone, parent, servers, parentNameServers, childNameServers, unresolved } = seen.facts;
    expect([zone, parent].map(String)).toEqual(['a.test', 'test']);
    expect(parentNameServers?.map(String)).toEqual(['ns.a.test', 'old.a.test', 'gone.test']);
    expect(childNameServers?.map(String)).toEqual(['ns.a.test', 'new.a.test']);
    expect(servers.map(({ host, addresses }) => `${host.toString()} ${addresses.join(' ')}`)).toEqual([
      `new.a.test ${otherAt} 2001:db8::5`,
      `ns.a.test ${zonesAt}`,
      `old.a.test ${otherAt}`,
    ]);
    expect(unresolved.map(({ host, failure }) => `${host.toString()} ${failure.reason}`)).toEqual([
      'gone.test nxdomain',
    ]);
  });

  it('names the servers of the parent', async () => {
    const { iterate } = await grow(plain);
    const options = { deadline: performance.now() + patientMs };
    const seen = await iterate.parentServers(name('a.test'), options);
    expect(seen.ok && String(seen.facts.zone)).toBe('test');
    expect(
      seen.ok && seen.facts.servers.map(({ host, addresses }) => `${host.toString()} ${addresses.join()}`),
    ).toEqual([`ns.test ${testAt}`]);
    expect(await iterate.parentServers(name('.'), options)).toMatchObject({ ok: false });
  });

  it('is told where one server has parent and child, without the NS set at the parent', async () => {
    const child = { apex: 'a.test', records: delegated('a.test', testAt) };
    const { iterate } = await grow({
      [rootAt]: [rootZone()],
      [testAt]: [testZone(...delegated('a.test', testAt)), child],
    });
    const seen = await iterate.delegationOf(name('a.test'), { deadline: performance.now() + patientMs });
    expect(seen.ok && [String(seen.facts.parent), seen.facts.parentNameServers]).toEqual(['test', null]);
    expect(seen.ok && seen.facts.servers.map(({ addresses }) => addresses)).toEqual([[testAt]]);
  });

  it('of the root has no parent', async () => {
    const { iterate } = await grow(plain);
    const seen = await iterate.delegationOf(name('.'), { deadline: performance.now() + patientMs });
    expect(seen.ok && [seen.facts.parent, seen.facts.childNameServers?.map(String)]).toEqual([null, ['ns.root']]);
  });

  it('does not exist for a name that is no zone', async () => {
    const { iterate } = await grow(plain);
    const seen = await iterate.delegationOf(name('mail.a.test'), { deadline: performance.now() + patientMs });
    expect(seen.ok ? '' : seen.failure.said).toBe('mail.a.test is no zone of its own');
  });

  it('keeps what the parent says where no server of the zone answers', async () => {
    const { iterate } = await grow({ ...plain, [zonesAt]: [leaf('other.test')] });
    const seen = await iterate.delegationOf(name('a.test'), { deadline: performance.now() + patientMs });
    expect(seen.ok && [seen.facts.parentNameServers?.map(String), seen.facts.childNameServers]).toEqual([
      ['ns.a.test'],
      null,
    ]);
    expect(seen.ok && seen.facts.servers.map(({ addresses }) => addresses)).toEqual([[zonesAt]]);
  });
});

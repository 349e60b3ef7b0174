import { createAskServer } from '#workers/net/dns/ask-server.ts';
import { createCachedResolve } from '#workers/net/dns/cache.ts';
import { createIterate } from '#workers/net/dns/iterate.ts';
import { createValidator } from '#workers/net/dns/validator.ts';
import { decodeMessage } from '#lib/dns/message.ts';
import type { ZoneObservation, ZoneServer } from '#lib/model/zone-observation.ts';
import type { ZoneNames } from '#lib/model/zone-questions.ts';
import { observeZone } from '#workers/probes/zone.ts';
import type { SecondOpinion } from '#workers/ports.ts';
import { dayMs, testNow } from '#tests/support/certificates.ts';
import { createSettableClock } from '#tests/support/settable-clock.ts';
import {
  buildMessage,
  mxOctets,
  nameOctets,
  optRecord,
  u16,
  type RecordToSend,
} from '#tests/lib/dns/message-builder.ts';
import {
  a,
  aaaa,
  name,
  ns,
  startAuthorities,
  type Authorities,
  type Behaviour,
} from '#tests/workers/net/dns/authority.ts';
import { createSigningKey, type SignedAnswers } from './signed-zone.ts';

/* The root at .1, two name servers of example.org at .2 and .3. */

const [rootAt, firstAt, secondAt] = ['127.55.0.1', '127.55.0.2', '127.55.0.3'];
const zone = 'example.org';
const names: ZoneNames = {
  zone,
  domains: [zone],
  endpoints: [{ host: 'mail.example.org', port: 25 }],
  cuts: [],
};

const soa = (serial: number): RecordToSend => ({
  name: zone,
  type: 'SOA',
  data: [
    ...nameOctets('ns1.example.org'),
    ...nameOctets('hostmaster.example.org'),
    ...[serial, 7200, 900, 604_800, 300].flatMap((value) => [...u16(value >> 16), ...u16(value & 0xffff)]),
  ],
});
const content = (serial = 7): readonly RecordToSend[] => [
  soa(serial),
  ns(zone, 'ns1.example.org'),
  ns(zone, 'ns2.example.org'),
  a('ns1.example.org', firstAt),
  a('ns2.example.org', secondAt),
  { name: zone, type: 'MX', data: mxOctets(10, 'mail.example.org') },
  a('mail.example.org', '192.0.2.1'),
  { name: '_25._tcp.mail.example.org', type: 'TLSA', data: [3, 1, 1, ...Array.from({ length: 32 }, () => 0xab)] },
];
const inDate = { inception: testNow - dayMs, expiration: testNow + 13 * dayMs };
const outOfDate = { inception: testNow - 15 * dayMs, expiration: testNow - dayMs };
const rootZone = (...more: readonly RecordToSend[]): Behaviour => [
  {
    apex: '.',
    records: [
      ...[ns('.', 'ns.root'), a('ns.root', rootAt)],
      ...[ns(zone, 'ns1.example.org'), a('ns1.example.org', firstAt)],
      ...[ns(zone, 'ns2.example.org'), a('ns2.example.org', secondAt)],
      ...more,
    ],
  },
];

const running: Authorities[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((authorities) => authorities.close()));
});

const key = createSigningKey(zone);
const server = (change: Partial<SignedAnswers> = {}) => key.answer({ records: content(), ...inDate, ...change });

async function look(
  behaviours: { readonly root?: Behaviour; readonly first?: Behaviour; readonly second?: Behaviour },
  options: {
    readonly names?: ZoneNames;
    readonly secondOpinion?: SecondOpinion;
    readonly patienceMs?: number;
  } = {},
): Promise<{ readonly observation: ZoneObservation; readonly authorities: Authorities }> {
  const authorities = await startAuthorities({
    [rootAt]: behaviours.root ?? rootZone(),
    [firstAt]: behaviours.first ?? server(),
    [secondAt]: behaviours.second ?? server(),
  });
  running.push(authorities);
  const { port } = authorities;
  const askServer = createAskServer({ guard: (address) => ({ allowed: true, address }), limit: null });
  const iterate = createIterate({
    hints: [{ host: name('ns.root'), addresses: [{ address: rootAt, port }] }],
    ...{ askServer, port, random: () => 0, hasIpv6Route: () => Promise.resolve(false) },
  });
  const clock = createSettableClock(testNow);
  const observation = await observeZone(options.names ?? names, {
    validator: createValidator({
      resolve: createCachedResolve(iterate.ask),
      capability: () => Promise.resolve({ dnssec: 'passes', said: 'test' }),
      anchors: [key.anchor],
      clock,
    }),
    delegationOf: iterate.delegationOf,
    askServer,
    serverPort: port,
    patienceMs: options.patienceMs ?? 2000,
    hasIpv6Route: () => Promise.resolve(false),
    secondOpinion: options.secondOpinion ?? null,
    clock,
    vantage: 'test',
  });
  return { observation, authorities };
}

const states = ({ answers }: ZoneServer) =>
  new Set(answers.map(({ answer }) => (answer.ok ? answer.facts.dnssec.state : answer.failure.reason)));
const factsOf = ({ answers }: ZoneServer, type: string) => {
  const answer = answers.find(({ question }) => question.type === type)?.answer;
  if (answer?.ok !== true) throw new Error(`no answer to ${type}`);
  return answer.facts;
};
const at = ({ servers }: ZoneObservation, address: string): ZoneServer => {
  const found = servers.find((one) => one.address === address);
  if (found === undefined) throw new Error(address);
  return found;
};

describe('a look at a zone', () => {
  it('validates every question, and asks every server each of them', async () => {
    const { observation, authorities } = await look({});
    const { questions, validations, servers } = observation;
    expect(questions.slice(0, 2)).toEqual([
      { name: zone, type: 'SOA' },
      { name: zone, type: 'DNSKEY' },
    ]);
    expect(validations.map(({ name: owner, type, result }) => [owner, type, result.state])).toEqual(
      questions.map((question) => [question.name, question.type, 'secure']),
    );
    expect(servers.map(({ host, address }) => [host, address])).toEqual([
      ['ns1.example.org', firstAt],
      ['ns2.example.org', secondAt],
    ]);
    for (const one of servers) {
      expect(one.answers.map(({ question }) => question)).toEqual(questions);
      expect(states(one)).toEqual(new Set(['secure']));
    }
    expect(factsOf(at(observation, firstAt), 'SOA')).toMatchObject({
      authoritative: true,
      transport: 'udp',
      soa: { serial: 7, expireSeconds: 604_800, minimumSeconds: 300 },
    });
    expect(factsOf(at(observation, firstAt), 'MX')).toMatchObject({
      records: ['10 mail.example.org'],
      ttlSeconds: 300,
      signatures: [{ type: 'MX', status: 'valid', expiration: inDate.expiration }],
    });
    expect(factsOf(at(observation, firstAt), 'TXT')).toMatchObject({ records: [], denial: { mechanism: 'nsec' } });
    expect(observation).toMatchObject({
      parentNameServers: ['ns1.example.org', 'ns2.example.org'],
      nameServers: ['ns1.example.org', 'ns2.example.org'],
      ...{ unresolved: [], opinions: [], clock: { trusted: true } },
    });
    expect(authorities.at(secondAt).queries.every(({ message }) => !message.recursionDesired)).toBe(true);
    expect('unasked' in observation).toBe(false);
  });

  it('names the one server whose signatures have expired', async () => {
    const { observation } = await look({ second: server({ records: content(6), ...outOfDate }) });
    expect(states(at(observation, firstAt))).toEqual(new Set(['secure']));
    expect(states(at(observation, secondAt))).toEqual(new Set(['bogus']));
    // As a resolver finds that asks the other server then.
    expect(new Set(observation.validations.map(({ result }) => result.state))).toEqual(new Set(['secure']));
    expect(factsOf(at(observation, secondAt), 'MX')).toMatchObject({
      dnssec: { reason: 'signature-expired' },
      signatures: [{ status: 'signature-expired' }],
    });
    expect(factsOf(at(observation, secondAt), 'SOA').soa?.serial).toBe(6);
  });

  it('soon leaves a server alone that never answers', async () => {
    const { observation, authorities } = await look({ second: () => undefined });
    expect(states(at(observation, secondAt))).toEqual(new Set(['timeout']));
    expect(states(at(observation, firstAt))).toEqual(new Set(['secure']));
    const asked = observation.questions.length;
    expect(at(observation, secondAt).answers).toHaveLength(asked);
    expect(authorities.at(secondAt).queries.length).toBeLessThan(asked);
  });

  it('goes on with a server that answers all but one type', async () => {
    const { observation } = await look({ second: server({ dropped: ['TLSA'] }) }, { patienceMs: 100 });
    const { answers } = at(observation, secondAt);
    expect(answers.filter(({ answer }) => !answer.ok).map(({ question }) => question.type)).toEqual(['TLSA']);
  });

  it('says that a server is lame, and which name server has no address', async () => {
    const { observation } = await look({
      root: rootZone(ns(zone, 'ns9.example.org')),
      second: (query, reply) => reply(buildMessage({ id: query.id, question: questionOf(query), rcode: 'REFUSED' })),
    });
    expect(factsOf(at(observation, secondAt), 'SOA')).toMatchObject({
      rcode: 'REFUSED',
      authoritative: false,
      soa: null,
    });
    expect(states(at(observation, secondAt))).toEqual(new Set(['indeterminate']));
    expect(observation.unresolved).toMatchObject([{ host: 'ns9.example.org' }]);
    expect(observation.parentNameServers).toContain('ns9.example.org');
    expect(observation.nameServers).not.toContain('ns9.example.org');
  });

  it('does not call a server silent that this machine has no way to', async () => {
    const both = [...content(), aaaa('ns2.example.org', '2001:db8::53')];
    const { observation } = await look({ first: server({ records: both }), second: server({ records: both }) });
    expect(states(at(observation, '2001:db8::53'))).toEqual(new Set(['unreachable']));
  });

  it('of a zone that nobody serves tells that nobody could be asked', async () => {
    const { observation } = await look({
      root: (query, reply) => reply(buildMessage({ id: query.id, question: questionOf(query), rcode: 'REFUSED' })),
    });
    expect(observation.servers).toEqual([]);
    expect(observation.nameServers).toBeNull();
    expect(observation.parentNameServers).toBeNull();
    expect(new Set(observation.validations.map(({ result }) => result.state))).toEqual(new Set(['indeterminate']));
  });

  it('keeps what a resolver says as a second opinion', async () => {
    const secondOpinion: SecondOpinion = {
      server: '127.0.0.53:53',
      ask: ({ name: owner, type }) => {
        const additional = [optRecord([[15, [0, 6, ...Buffer.from('no key')]]])];
        const question = { name: owner.toString(), type };
        const wire = buildMessage({ id: 1, question, additional, rcode: 'SERVFAIL', authenticData: false });
        const message = decodeMessage(wire);
        if (!message.ok) throw new Error(message.error);
        return Promise.resolve({ ok: true, facts: { message: message.value, server: '127.0.0.53:53' } });
      },
    };
    const { observation } = await look({}, { secondOpinion });
    expect(observation.opinions).toHaveLength(observation.questions.length);
    expect(observation.opinions[0]).toEqual({
      question: { name: zone, type: 'SOA' },
      server: '127.0.0.53:53',
      answer: { ok: true, facts: { rcode: 'SERVFAIL', ad: false, extendedErrors: ['6: DNSSEC Bogus (no key)'] } },
    });
  });
});

function questionOf(query: {
  readonly questions: readonly { readonly name: { toString(): string }; readonly type: number }[];
}) {
  const [question] = query.questions;
  return question === undefined ? null : { name: question.name.toString(), type: question.type };
}

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { parseName } from '#lib/dns/name.ts';
import { rdataOctets } from '#lib/dns/message.ts';
import { rcodeName, recordTypes } from '#lib/dns/types.ts';
import { createTransport, type Ask } from '#workers/net/dns/transport.ts';
import { addressOctets, optRecord } from '#tests/lib/dns/message-builder.ts';
import {
  answerTo,
  framed,
  startNameServer,
  type NameServer,
  type TcpScript,
  type UdpScript,
} from './scripted-name-server.ts';

const servers: NameServer[] = [];

async function start(
  script: { readonly udp?: UdpScript; readonly tcp?: TcpScript },
  host?: string,
): Promise<NameServer> {
  const server = await startNameServer(script, host);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const address = { name: 'example.org', type: 'A', data: addressOctets('192.0.2.1') } as const;
const good: UdpScript = (query, reply) => reply(answerTo(query, { answer: [address] }));

function askExample(ask: Ask) {
  const name = parseName('example.org');
  if (!name.ok) throw new Error(name.error);
  return ask({ name: name.value, type: recordTypes.A });
}

/** Long where an answer must come, short where the test waits for the end of patience. */
const patientMs = 20_000;
const impatientMs = 300;

async function answerCount(ask: Ask): Promise<number | string> {
  const answer = await askExample(ask);
  return answer.ok ? answer.facts.message.answer.length : `${answer.failure.reason}: ${answer.failure.said ?? ''}`;
}

describe('DNS over UDP', () => {
  it('asks with recursion, EDNS, the DO bit and 1232 octets, from a new port and with a new id each time', async () => {
    const server = await start({ udp: good });
    const ask = createTransport({ servers: [server.server], timeoutMs: patientMs });
    for (let round = 0; round < 8; round += 1) expect(await answerCount(ask)).toBe(1);
    expect(server.queries[0]?.message).toMatchObject({
      recursionDesired: true,
      checkingDisabled: false,
      edns: { dnssecOk: true, payloadOctets: 1232, version: 0 },
    });
    expect(new Set(server.queries.map(({ fromPort }) => fromPort)).size).toBeGreaterThan(1);
    expect(new Set(server.queries.map(({ message }) => message.id)).size).toBeGreaterThan(1);
  });

  it('asks servers on IPv6 too', async () => {
    const server = await start({ udp: good }, '::1');
    const answer = await askExample(createTransport({ servers: [server.server], timeoutMs: patientMs }));
    expect(answer.ok && answer.facts.server).toBe(`[::1]:${server.server.port}`);
  });

  it.each<[string, UdpScript]>([
    ['a wrong id', (query, reply) => reply(answerTo(query, { id: query.id ^ 1, answer: [address, address] }))],
    [
      'a wrong name',
      (query, reply) =>
        reply(answerTo(query, { question: { name: 'evil.example', type: 1 }, answer: [address, address] })),
    ],
    [
      'a wrong type',
      (query, reply) =>
        reply(answerTo(query, { question: { name: 'example.org', type: 28 }, answer: [address, address] })),
    ],
    ['our own query', (query, reply) => reply(query.wire)],
    ['garbage', (_, reply) => reply(Uint8Array.from([1, 2, 3]))],
    ['an empty datagram', (_, reply) => reply(new Uint8Array(0))],
  ])('is not taken in by %s, and waits for the true answer', async (_, lie) => {
    const server = await start({
      udp: (query, reply, from) => {
        lie(query, reply, from);
        good(query, reply, from);
      },
    });
    expect(await answerCount(createTransport({ servers: [server.server], timeoutMs: patientMs }))).toBe(1);
    expect(server.queries).toHaveLength(1);
  });

  it('does not hear what comes from another source', async () => {
    const forger = createSocket('udp4');
    forger.bind(0, '127.0.0.1');
    await once(forger, 'listening');
    const server = await start({
      udp: (query, reply, from) => {
        forger.send(answerTo(query, { answer: [address, address] }), from.port, from.address, () => {
          good(query, reply, from);
        });
      },
    });
    expect(await answerCount(createTransport({ servers: [server.server], timeoutMs: patientMs }))).toBe(1);
    forger.close();
  });

  it('asks a silent server twice, then says timeout, and what it ignored', async () => {
    const server = await start({ udp: (_, reply) => reply(Uint8Array.from([0])) });
    const answer = await askExample(createTransport({ servers: [server.server], timeoutMs: 2000 }));
    expect(answer.ok ? null : answer.failure).toMatchObject({ stage: 'resolve', reason: 'timeout' });
    expect(answer.ok ? '' : answer.failure.said).toContain('1 datagrams did not answer the question');
    expect(server.queries).toHaveLength(2);
  });

  it('says that nobody listens', async () => {
    const server = await start({});
    await server.close();
    servers.splice(0);
    expect(await answerCount(createTransport({ servers: [server.server], timeoutMs: patientMs }))).toBe(
      `dns: 127.0.0.1:${server.server.port}: ECONNREFUSED`,
    );
  });

  it('says so to everybody who asks at the same time', async () => {
    const server = await start({});
    await server.close();
    servers.splice(0);
    const ask = createTransport({ servers: [server.server], timeoutMs: patientMs });
    const names = Array.from({ length: 50 }, (_, index) => parseName(`n${index}.example.org`));
    const answers = await Promise.all(
      names.map((name) =>
        name.ok ? ask({ name: name.value, type: recordTypes.A }) : Promise.reject(new Error(name.error)),
      ),
    );
    expect(answers.map((answer) => (answer.ok ? 'answered' : answer.failure.said))).toEqual(
      names.map(() => `127.0.0.1:${server.server.port}: ECONNREFUSED`),
    );
  });

  it('shares ports among many questions at a time, with an id of its own for each', async () => {
    const server = await start({
      // The answer repeats the question's first label, so that a mix-up would show.
      udp: (query, reply) => {
        const label = query.questions[0]?.name.toString().split('.')[0] ?? '';
        reply(answerTo(query, { answer: [{ ...address, type: 'TXT', data: [label.length, ...Buffer.from(label)] }] }));
      },
    });
    const ask = createTransport({ servers: [server.server], timeoutMs: patientMs });
    const labels = Array.from({ length: 300 }, (_, index) => `n${index}`);
    const answers = await Promise.all(
      labels.map((label) => {
        const name = parseName(`${label}.example.org`);
        return name.ok ? ask({ name: name.value, type: recordTypes.TXT }) : Promise.reject(new Error(name.error));
      }),
    );
    const texts = answers.map((answer) => {
      const record = answer.ok ? answer.facts.message.answer[0] : undefined;
      return record === undefined ? null : Buffer.from(rdataOctets(record.rdata)).subarray(1).toString();
    });
    expect(texts).toEqual(labels);
    const ports = new Map<number, number[]>();
    for (const { fromPort, message } of server.queries) {
      ports.set(fromPort, [...(ports.get(fromPort) ?? []), message.id]);
    }
    expect(ports.size).toBeLessThan(labels.length);
    for (const ids of ports.values()) expect(ids.length).toBeLessThanOrEqual(64);
  });

  it('stops when the program does, and asks no more', async () => {
    const abort = new AbortController();
    const server = await start({ udp: () => abort.abort() });
    const ask = createTransport({ servers: [server.server], timeoutMs: patientMs, signal: abort.signal });
    expect(await answerCount(ask)).toBe('dns: stopped before an answer came');
    expect(await answerCount(ask)).toBe('dns: stopped before an answer came');
    expect(server.queries).toHaveLength(1);
  });

  it('says that no server is configured', async () => {
    expect(await answerCount(createTransport({ servers: [], timeoutMs: impatientMs }))).toBe(
      'dns: no name server is configured',
    );
  });
});

describe('several servers', () => {
  it('are asked in order until one answers', async () => {
    const silent = await start({});
    const failing = await start({
      udp: (query, reply) => reply(answerTo(query, { rcode: 'SERVFAIL', additional: [optRecord()] })),
    });
    const working = await start({ udp: good });
    const ask = createTransport({ servers: [silent, failing, working].map(({ server }) => server), timeoutMs: 15_000 });
    const answer = await askExample(ask);
    expect(answer.ok && answer.facts.server).toBe(`127.0.0.1:${working.server.port}`);
    expect([silent, failing, working].map(({ queries }) => queries.length)).toEqual([1, 1, 1]);
  });

  it('give an error as the answer where none knows better, each asked once', async () => {
    const refusing = await start({ udp: (query, reply) => reply(answerTo(query, { rcode: 'REFUSED' })) });
    const failing = await start({ udp: (query, reply) => reply(answerTo(query, { rcode: 'SERVFAIL' })) });
    const ask = createTransport({ servers: [refusing.server, failing.server], timeoutMs: patientMs });
    const answer = await askExample(ask);
    expect(answer.ok && rcodeName(answer.facts.message.rcode)).toBe('REFUSED');
    expect([refusing.queries.length, failing.queries.length]).toEqual([1, 1]);
  });

  it('without EDNS are asked again without it', async () => {
    const old = await start({
      udp: (query, reply, from) => {
        if (query.edns === null) good(query, reply, from);
        else reply(answerTo(query, { rcode: 'FORMERR', question: null }));
      },
    });
    expect(await answerCount(createTransport({ servers: [old.server], timeoutMs: patientMs }))).toBe(1);
    expect(old.queries.map(({ message }) => message.edns === null)).toEqual([false, true]);
  });
});

describe('DNS over TCP', () => {
  const cutOff: UdpScript = (query, reply) => reply(answerTo(query, { truncated: true }));
  const many = Array.from({ length: 2000 }, () => address);

  it('is asked where the answer over UDP was cut off, and takes 64 KiB in pieces', async () => {
    const server = await start({
      udp: cutOff,
      tcp: (query, socket) => {
        const octets = framed(answerTo(query, { answer: many }));
        socket.write(octets.subarray(0, 1));
        socket.write(octets.subarray(1, 20_000));
        socket.end(octets.subarray(20_000));
      },
    });
    expect(await answerCount(createTransport({ servers: [server.server], timeoutMs: patientMs }))).toBe(many.length);
    expect(server.queries.map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
  });

  it.each<[string, TcpScript, string]>([
    [
      'closes in the middle',
      (query, socket) => void socket.end(framed(answerTo(query, { answer: [address] })).subarray(0, 20)),
      'closed before',
    ],
    ['resets', (_, socket) => void socket.resetAndDestroy(), 'ECONNRESET'],
    [
      'answers another question',
      (query, socket) => void socket.end(framed(answerTo(query, { id: query.id ^ 1 }))),
      'another question',
    ],
    ['sends garbage', (_, socket) => void socket.end(framed(Uint8Array.from([1, 2, 3]))), 'shorter than a header'],
    [
      'cuts off again',
      (query, socket) => void socket.end(framed(answerTo(query, { truncated: true }))),
      'even over TCP',
    ],
  ])('that %s is a failure that says so', async (_, tcp, said) => {
    const server = await start({ udp: cutOff, tcp });
    expect(await answerCount(createTransport({ servers: [server.server], timeoutMs: patientMs }))).toContain(said);
    expect(server.queries.map(({ transport }) => transport)).toEqual(['udp', 'tcp', 'udp', 'tcp']);
  });

  it('that never answers runs into the deadline', async () => {
    const server = await start({ udp: cutOff });
    expect(await answerCount(createTransport({ servers: [server.server], timeoutMs: impatientMs }))).toContain(
      'timeout',
    );
  });

  it('leaves the next server its turn', async () => {
    const broken = await start({ udp: cutOff, tcp: (_, socket) => void socket.resetAndDestroy() });
    const working = await start({ udp: good });
    const ask = createTransport({ servers: [broken.server, working.server], timeoutMs: patientMs });
    expect(await answerCount(ask)).toBe(1);
  });
});

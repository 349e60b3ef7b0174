import { parseName } from '#lib/dns/name.ts';
import { decodeMessage } from '#lib/dns/message.ts';
import type { MessageToSend, RecordToSend } from '#tests/lib/dns/message-builder.ts';
import {
  addressOctets,
  mxOctets,
  nameOctets,
  optRecord,
  rrsigOctets,
  srvOctets,
} from '#tests/lib/dns/message-builder.ts';
import { createPlainLookUp } from '#workers/net/dns/lookup.ts';
import { createQuery } from '#workers/net/dns/query.ts';
import type { Query } from '#workers/ports.ts';
import { answerTo, startNameServer, type NameServer, type UdpScript } from './scripted-name-server.ts';

const servers: NameServer[] = [];

async function queryOf(udp: UdpScript): Promise<{ readonly query: Query; readonly server: NameServer }> {
  const server = await startNameServer({
    udp,
    // Big answers come by TCP in life; here one script serves both.
    tcp: (message, socket) =>
      udp(message, (wire) => void socket.end(wire), { address: '', family: 'IPv4', port: 0, size: 0 }),
  });
  servers.push(server);
  return { query: createQuery(createPlainLookUp({ servers: [server.server], timeoutMs: 20_000 })), server };
}

const answering =
  (message: Partial<MessageToSend>): UdpScript =>
  (query, reply) =>
    reply(answerTo(query, message));

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const a = (name: string, address: string, ttlSeconds = 300): RecordToSend => ({
  name,
  type: 'A',
  ttlSeconds,
  data: addressOctets(address),
});

describe('lookups', () => {
  it('hold all that the answer said, with its bytes', async () => {
    const { query, server } = await queryOf(
      answering({
        authenticData: true,
        answer: [
          { name: 'mail.example.org', type: 'CNAME', ttlSeconds: 60, data: nameOctets('Host.example.net') },
          a('host.example.net', '192.0.2.1', 300),
          a('host.example.net', '192.0.2.2', 120),
          { name: 'host.example.net', type: 'RRSIG', data: rrsigOctets('A', 'example.net') },
          a('unrelated.example', '203.0.113.1'),
        ],
      }),
    );
    const lookup = await query('mail.example.org', 'A');
    if (!lookup.ok) throw new Error(lookup.failure.said);
    const { wire, ...facts } = lookup.facts;
    expect(facts).toEqual({
      name: 'mail.example.org',
      type: 'A',
      rcode: 'NOERROR',
      records: ['192.0.2.1', '192.0.2.2'],
      ttlSeconds: 60,
      aliases: ['host.example.net'],
      ad: true,
      signaturesPresent: true,
      dnssec: { state: 'indeterminate', why: 'not validated', reason: 'not-validated' },
      server: `127.0.0.1:${server.server.port}`,
    });
    const kept = decodeMessage(Buffer.from(wire, 'base64'));
    expect(kept.ok && kept.value.answer).toHaveLength(5);
  });

  it('read MX, SRV, TLSA and TXT into the shapes of the ports', async () => {
    const { query } = await queryOf((message, reply) => {
      const name = message.questions[0]?.name.toString() ?? '';
      const data: Readonly<Record<string, RecordToSend>> = {
        mx: { name, type: 'MX', data: mxOctets(10, 'MX.Example.org') },
        nullmx: { name, type: 'MX', data: mxOctets(0, '.') },
        srv: { name, type: 'SRV', data: srvOctets({ priority: 1, weight: 2, port: 993, target: 'IMAP.example.org' }) },
        tlsa: { name, type: 'TLSA', data: [3, 1, 1, 0xab] },
        txt: { name, type: 'TXT', data: [2, 0x61, 0x62] },
      };
      const record = data[name];
      reply(answerTo(message, { answer: record === undefined ? [] : [record] }));
    });
    const records = await Promise.all([
      query('mx', 'MX'),
      query('nullmx', 'MX'),
      query('srv', 'SRV'),
      query('tlsa', 'TLSA'),
      query('txt', 'TXT'),
    ]);
    expect(records.map((lookup) => lookup.ok && lookup.facts.records)).toEqual([
      [{ preference: 10, exchange: 'mx.example.org' }],
      [{ preference: 0, exchange: '.' }],
      [{ priority: 1, weight: 2, port: 993, target: 'imap.example.org' }],
      [{ usage: 3, selector: 1, matchingType: 1, data: 'ab' }],
      ['ab'],
    ]);
  });

  it.each([
    ['NXDOMAIN', { rcode: 'NXDOMAIN' }],
    ['NOERROR', {}],
  ] as const)('without records are an answer: %s', async (rcode, message) => {
    const { query } = await queryOf(answering(message));
    const lookup = await query('example.org', 'A');
    expect(lookup).toMatchObject({
      ok: true,
      facts: { rcode, records: [], ttlSeconds: null, signaturesPresent: false },
    });
  });

  it('never become secure because a resolver says AD', async () => {
    const { query } = await queryOf(answering({ authenticData: true, answer: [a('example.org', '192.0.2.1')] }));
    expect(await query('example.org', 'A')).toMatchObject({ facts: { ad: true, dnssec: { state: 'indeterminate' } } });
  });

  it.each([
    ['temporary', { rcode: 'SERVFAIL', additional: [optRecord([[15, [0, 6]]])] }, 'SERVFAIL, DNSSEC Bogus (EDE 6)'],
    ['dns', { rcode: 'REFUSED' }, 'REFUSED'],
    ['dns', { additional: [optRecord([], { extendedRcode: 1 })] }, 'BADVERS'],
    ['dns', { answer: [{ name: 'example.org', type: 'CNAME', data: nameOctets('example.org') }] }, 'circle'],
    ['limit', { answer: Array.from({ length: 65 }, (_, index) => a('example.org', `192.0.2.${index}`)) }, '65 records'],
    ['protocol', { answer: [{ name: 'example.org', type: 'A', data: [1, 2, 3] }] }, 'not 4 octets'],
  ] as const)('that got no usable answer are a failure: %s', async (reason, message, said) => {
    const { query } = await queryOf(answering(message));
    const lookup = await query('example.org', 'A');
    expect(lookup.ok ? null : lookup.failure).toMatchObject({ stage: 'resolve', reason });
    expect(lookup.ok ? '' : lookup.failure.said).toContain(said);
  });

  it('keep the good records beside one that cannot be read, and say so', async () => {
    const bad: RecordToSend = { name: 'example.org', type: 'A', data: [1, 2, 3] };
    const { query } = await queryOf(answering({ answer: [bad, a('example.org', '192.0.2.1')] }));
    expect(await query('example.org', 'A')).toMatchObject({
      ok: true,
      facts: { records: ['192.0.2.1'], unreadable: ['A data is not 4 octets long'] },
    });
  });

  it('of names that DNS cannot hold are not sent', async () => {
    const { query, server } = await queryOf(answering({}));
    expect(await query('a..b', 'A')).toMatchObject({ ok: false, failure: { stage: 'resolve', reason: 'dns' } });
    expect(parseName('a..b').ok).toBe(false);
    expect(server.queries).toHaveLength(0);
  });

  it('that are equal and in flight share one exchange', async () => {
    const { query, server } = await queryOf(answering({ answer: [a('example.org', '192.0.2.1')] }));
    const lookups = await Promise.all([
      query('example.org', 'A'),
      query('example.org', 'A'),
      query('example.org', 'AAAA'),
    ]);
    expect(lookups.map((lookup) => lookup.ok && lookup.facts.records.length)).toEqual([1, 1, 0]);
    expect(server.queries).toHaveLength(2);
    await query('example.org', 'A');
    expect(server.queries).toHaveLength(3);
  });
});

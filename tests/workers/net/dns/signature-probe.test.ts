import type { MessageToSend } from '#tests/lib/dns/message-builder.ts';
import { rrsigOctets, soaOctets } from '#tests/lib/dns/message-builder.ts';
import { createSignatureProbe } from '#workers/net/dns/signature-probe.ts';
import { answerTo, startNameServer, type NameServer } from './scripted-name-server.ts';

const servers: NameServer[] = [];

async function probeOf(message: Partial<MessageToSend> | null) {
  const server = await startNameServer({
    udp: (query, reply) => {
      if (message !== null) reply(answerTo(query, message));
    },
  });
  servers.push(server);
  return {
    server,
    probe: createSignatureProbe({ servers: [server.server], timeoutMs: message === null ? 200 : 20_000 }),
  };
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const soa = { name: '.', type: 'SOA', data: soaOctets('a.root-servers.net') } as const;
const signature = { name: '.', type: 'RRSIG', data: rrsigOctets('SOA', '.') } as const;

describe('whether a resolver passes signatures', () => {
  it.each([
    ['yes, where they come', { answer: [soa, signature] }, true],
    ['no, where the answer comes without', { answer: [soa] }, false],
    ['unknown, where the root has no SOA', {}, null],
    ['unknown, where it says SERVFAIL', { rcode: 'SERVFAIL' }, null],
    ['unknown, where it is silent', null, null],
  ] as const)('%s', async (_, message, expected) => {
    const { probe } = await probeOf(message);
    expect(await probe()).toBe(expected);
  });

  it('is asked once, by concurrent and later callers together', async () => {
    const { probe, server } = await probeOf({ answer: [soa, signature] });
    expect(await Promise.all([probe(), probe()])).toEqual([true, true]);
    expect(await probe()).toBe(true);
    expect(server.queries).toHaveLength(1);
    expect(server.queries[0]?.message.edns?.dnssecOk).toBe(true);
  });
});

import { performance } from 'node:perf_hooks';
import { recordTypes } from '#lib/dns/types.ts';
import type { MessageToSend } from '#tests/lib/dns/message-builder.ts';
import { createResolverSource } from '#workers/net/dns/resolver-source.ts';
import { name } from './authority.ts';
import { startNameServer, type NameServer, type UdpScript } from './scripted-name-server.ts';
import { childAnswersDs, exampleAnswers, resolverScript, rootAnswers, stripped } from './scripted-resolver.ts';

const servers: NameServer[] = [];

async function start(udp: UdpScript): Promise<NameServer> {
  const server = await startNameServer({ udp });
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const answering = (changed: Readonly<Record<string, Partial<MessageToSend>>>) =>
  resolverScript({ ...rootAnswers, ...exampleAnswers, ...changed });
const stripping = resolverScript(
  Object.fromEntries(
    Object.entries({ ...rootAnswers, ...exampleAnswers }).map(([key, answer]) => [key, stripped(answer)]),
  ),
);
const question = { name: name('example.org'), type: recordTypes.A };
const soon = () => ({ deadline: performance.now() + 20_000 });

describe('what a resolver can do', () => {
  it.each<[string, 'passes' | 'strips' | 'unknown', UdpScript, RegExp]>([
    ['all comes', 'passes', answering({}), /hands out signatures and proofs/],
    ['nothing signed comes', 'strips', stripping, /SOA of the root comes without RRSIG and without the DO bit/],
    [
      'denials come without proof',
      'strips',
      answering({ 'MX .': stripped(rootAnswers['MX .'] ?? {}) }),
      /MX of the root comes without a signed NSEC/,
    ],
    [
      'keys come unsigned',
      'strips',
      answering({ 'DNSKEY .': stripped(rootAnswers['DNSKEY .'] ?? {}) }),
      /DNSKEY of the root comes without RRSIG/,
    ],
    [
      'the child answers for DS',
      'strips',
      answering({ 'DS first': childAnswersDs }),
      /DS of first comes from the zone itself/,
    ],
    [
      'DS comes unsigned',
      'strips',
      answering({ 'DS first': stripped(rootAnswers['DS first'] ?? {}) }),
      /without RRSIG/,
    ],
    [
      'the root cannot be asked for',
      'strips',
      resolverScript(exampleAnswers),
      /said REFUSED when asked for SOA of the root/,
    ],
    ['some of it fails', 'unknown', answering({ 'DNSKEY .': { rcode: 'SERVFAIL' } }), /said SERVFAIL/],
    ['the root has no SOA', 'strips', answering({ 'SOA .': {} }), /without the record itself/],
  ])('where %s: %s', async (_, dnssec, script, said) => {
    const server = await start(script);
    const capability = await createResolverSource({ servers: [server.server] }).capability();
    expect(capability.dnssec).toBe(dnssec);
    expect(capability.said).toMatch(said);
  });

  it('is unknown where it is silent', async () => {
    const server = await start(() => undefined);
    const capability = await createResolverSource({ servers: [server.server], timeoutMs: 200 }).capability();
    expect(capability.dnssec).toBe('unknown');
    expect(capability.said).toContain('did not answer');
  });

  it('is looked at once, by concurrent and later callers together', async () => {
    const server = await start(answering({}));
    const source = createResolverSource({ servers: [server.server] });
    await Promise.all([source.capability(), source.capability(), source.resolve(question, soon())]);
    await source.capability();
    expect(server.queries).toHaveLength(5);
  });
});

describe('answers of a resolver', () => {
  it('are asked for with recursion, DO and without its own validation', async () => {
    const server = await start(answering({}));
    const reply = await createResolverSource({ servers: [server.server] }).resolve(question, soon());
    expect(reply.ok && reply.facts.message.answer).toHaveLength(2);
    expect(server.queries.at(-1)?.message).toMatchObject({
      recursionDesired: true,
      checkingDisabled: true,
      edns: { dnssecOk: true },
    });
  });

  it('are none where it strips signatures: a failure that says so, and no question for the name', async () => {
    const server = await start(stripping);
    const reply = await createResolverSource({ servers: [server.server] }).resolve(question, soon());
    expect(reply).toMatchObject({ ok: false, failure: { stage: 'resolve', reason: 'dns' } });
    expect(reply.ok ? '' : reply.failure.said).toContain('without RRSIG');
    expect(server.queries.some(({ message }) => message.questions[0]?.name.equals(question.name) === true)).toBe(false);
  });

  it('come from the one that passes them, where another strips them', async () => {
    const [bad, good] = [await start(stripping), await start(answering({}))];
    const source = createResolverSource({ servers: [bad.server, good.server] });
    const reply = await source.resolve(question, soon());
    expect(reply.ok && reply.facts.server).toBe(`127.0.0.1:${good.server.port}`);
    expect(await source.capability()).toMatchObject({ dnssec: 'passes' });
  });
});

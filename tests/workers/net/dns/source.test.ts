import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { recordTypes } from '#lib/dns/types.ts';
import { createSource } from '#workers/net/dns/source.ts';
import { a, name, ns, startAuthorities } from './authority.ts';
import { startNameServer } from './scripted-name-server.ts';
import { exampleAnswers, resolverScript, rootAnswers } from './scripted-resolver.ts';

const plain = { resolver: null, rootHints: null, allowAddresses: [] };
const soon = () => ({ deadline: performance.now() + 20_000 });
const question = { name: name('example.org'), type: recordTypes.A };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchwatch-hints-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function hintsFile(text: string): Promise<string> {
  const path = join(folder, `hints-${text.length}`);
  await writeFile(path, text);
  return path;
}

it('asks the resolver that the setting names, once for equal questions, and says so', async () => {
  const server = await startNameServer({ udp: resolverScript({ ...rootAnswers, ...exampleAnswers }) });
  const source = await createSource({ settings: { ...plain, resolver: `127.0.0.1:${server.server.port}` } });
  if (!source.ok) throw new Error(source.error);
  const { resolve, describe: describeSource, capability } = source.value;
  const replies = await Promise.all([resolve(question, soon()), resolve(question, soon())]);
  expect(replies.map((reply) => reply.ok)).toEqual([true, true]);
  expect(server.queries.filter(({ message }) => message.questions[0]?.name.equals(question.name))).toHaveLength(1);
  expect(await describeSource()).toEqual({
    kind: 'resolver',
    said: `asks 127.0.0.1:${server.server.port}, as LATCHWATCH_RESOLVER says`,
  });
  expect(await capability()).toMatchObject({ dnssec: 'passes' });
  await server.close();
});

describe('the public root', () => {
  const rootAt = '127.54.1.2';
  const zones = [{ apex: '.', records: [ns('.', 'ns.root'), a('ns.root', rootAt), a('example.org', '192.0.2.1')] }];

  it('is asked from the top; while it cannot be reached the resolvers of the system step in', async () => {
    const resolver = await startNameServer({ udp: resolverScript({ ...rootAnswers, ...exampleAnswers }) });
    let authorities = await startAuthorities({ [rootAt]: zones });
    const { port } = authorities;
    let now = 0;
    const source = await createSource({
      settings: { ...plain, allowAddresses: ['127.54.1.0/24'] },
      publicRoot: [{ host: name('ns.root'), addresses: [{ address: rootAt, port }] }],
      ownResolvers: () => Promise.resolve([resolver.server]),
      now: () => now,
      port,
    });
    if (!source.ok) throw new Error(source.error);
    const { resolve, describe: describeSource, capability } = source.value;
    const answeredBy = async () => {
      const reply = await resolve(question, { ...soon(), fresh: true });
      return reply.ok ? reply.facts.server : reply.failure;
    };
    expect(await answeredBy()).toBe(`${rootAt}:${port}`);
    expect(await capability()).toMatchObject({ dnssec: 'passes' });
    await authorities.close();
    now += 300_000;
    expect(await answeredBy()).toBe(`127.0.0.1:${resolver.server.port}`);
    const { kind, said } = await describeSource();
    expect(kind).toBe('resolver');
    expect(said).toMatch(/the system's, because the root cannot be reached: .*ECONNREFUSED/);
    authorities = await startAuthorities({ [rootAt]: zones }, port);
    expect(await answeredBy()).toBe(`127.0.0.1:${resolver.server.port}`);
    now += 300_000;
    expect(await answeredBy()).toBe(`${rootAt}:${port}`);
    await Promise.all([authorities.close(), resolver.close()]);
  });
});

describe('a root of the operator', () => {
  const rootAt = '127.54.1.1';
  const zones = [{ apex: '.', records: [ns('.', 'ns.root'), a('ns.root', rootAt), a('example.org', '192.0.2.1')] }];
  const hints = `. NS ns.root.\nns.root. A ${rootAt}\n`;
  it('is asked from the top, where its address is allowed', async () => {
    const authorities = await startAuthorities({ [rootAt]: zones });
    const settings = { ...plain, rootHints: await hintsFile(hints), allowAddresses: ['127.54.1.0/24'] };
    const { port } = authorities;
    const source = await createSource({ settings, port });
    if (!source.ok) throw new Error(source.error);
    expect(await source.value.describe()).toMatchObject({ kind: 'iterate' });
    expect(await source.value.resolve(question, soon())).toMatchObject({ facts: { server: `${rootAt}:${port}` } });
    await authorities.close();
  });

  it('is not given up for the resolvers of the system, which know another root', async () => {
    const source = await createSource({ settings: { ...plain, rootHints: await hintsFile(hints) } });
    if (!source.ok) throw new Error(source.error);
    const { kind, said } = await source.value.describe();
    expect(kind).toBe('iterate');
    expect(said).toContain(`cannot reach the root of LATCHWATCH_ROOT_HINTS`);
    expect(said).toContain('LATCHWATCH_ALLOW_ADDRESSES');
    expect(await source.value.resolve(question, soon())).toMatchObject({ ok: false });
  });

  it('that cannot be read is a sentence', async () => {
    const bad = await createSource({ settings: { ...plain, rootHints: await hintsFile('<html>') } });
    expect(bad.ok ? '' : bad.error).toMatch(/^LATCHWATCH_ROOT_HINTS \(.*\) cannot be used: line 1: .*\.$/);
    const missing = await createSource({ settings: { ...plain, rootHints: join(folder, 'missing') } });
    expect(missing.ok ? '' : missing.error).toMatch(/cannot be read: ENOENT/);
  });
});

import { performance } from 'node:perf_hooks';
import { decodeMessage } from '#lib/dns/message.ts';
import { recordTypes } from '#lib/dns/types.ts';
import type { DnsReply } from '#lib/dnssec/steps.ts';
import { addressOctets, buildMessage, soaOctets, type MessageToSend } from '#tests/lib/dns/message-builder.ts';
import { createCachedResolve } from '#workers/net/dns/cache.ts';
import { unanswered } from '#workers/net/dns/exchange.ts';
import type { Resolve } from '#workers/net/dns/resolve.ts';
import { createTtlCache } from '#workers/net/dns/ttl-cache.ts';
import { name } from './authority.ts';

const question = { name: name('example.org'), type: recordTypes.A };
const soon = () => ({ deadline: performance.now() + 20_000 });

function replyOf(parts: Partial<MessageToSend>): DnsReply {
  const message = decodeMessage(buildMessage({ id: 1, question: { name: 'example.org', type: 1 }, ...parts }));
  if (!message.ok) throw new Error(message.error);
  return { ok: true, facts: { message: message.value, server: '192.0.2.53:53' } };
}

const record = (ttlSeconds: number) =>
  ({ name: 'example.org', type: 'A', ttlSeconds, data: addressOctets('192.0.2.1') }) as const;
// The last number of this SOA record is 5.
const soa = (ttlSeconds: number) => ({ name: 'example.org', type: 'SOA', ttlSeconds, data: soaOctets('org') }) as const;

/** A source that gives this reply, counts, and a clock that stands. */
function counting(reply: DnsReply) {
  let now = 0;
  let asked = 0;
  const source: Resolve = () => {
    asked += 1;
    return Promise.resolve(reply);
  };
  const resolve = createCachedResolve(source, { now: () => now });
  return {
    resolve,
    asked: () => asked,
    advance: (ms: number) => {
      now += ms;
    },
  };
}

describe('remembered answers', () => {
  it.each<[string, DnsReply, number]>([
    ['for the smallest TTL', replyOf({ answer: [record(30), record(20)] }), 20],
    ['for a minute at most', replyOf({ answer: [record(86_400)] }), 60],
    ['for the last number of SOA where there is none', replyOf({ rcode: 'NXDOMAIN', authority: [soa(3600)] }), 5],
    ['for the TTL of SOA where that is smaller', replyOf({ authority: [soa(2)] }), 2],
    ['for three seconds where a denial has no SOA', replyOf({}), 3],
    ['for three seconds where a server said an error', replyOf({ rcode: 'SERVFAIL', answer: [record(60)] }), 3],
    ['for three seconds where nobody answered', unanswered('timeout', 'silent'), 3],
  ])('are good %s', async (_, reply, seconds) => {
    const { resolve, asked, advance } = counting(reply);
    await resolve(question, soon());
    advance(seconds * 1000 - 1);
    expect(await resolve({ ...question, name: name('EXAMPLE.org') }, soon())).toEqual(reply);
    expect(asked()).toBe(1);
    advance(1);
    await resolve(question, soon());
    expect(asked()).toBe(2);
  });

  it('are not kept with a TTL of zero', async () => {
    const { resolve, asked } = counting(replyOf({ answer: [record(0)] }));
    await resolve(question, soon());
    await resolve(question, soon());
    expect(asked()).toBe(2);
  });

  it('are told apart by name and type, and passed over when asked to', async () => {
    const { resolve, asked } = counting(replyOf({ answer: [record(60)] }));
    await resolve(question, soon());
    await resolve({ ...question, type: recordTypes.MX }, soon());
    await resolve({ ...question, name: name('www.example.org') }, soon());
    expect(asked()).toBe(3);
    await resolve(question, { ...soon(), fresh: true });
    expect(asked()).toBe(4);
    await resolve(question, soon());
    expect(asked()).toBe(4);
  });
});

describe('equal questions in flight', () => {
  it('share one answer', async () => {
    const { resolve, asked } = counting(replyOf({ answer: [record(0)] }));
    await Promise.all(Array.from({ length: 50 }, () => resolve(question, soon())));
    expect(asked()).toBe(1);
  });

  it('do not wait for longer than their own deadline, and go on when another ran out of time', async () => {
    const never = new Promise<DnsReply>(() => undefined);
    const good = replyOf({ answer: [record(60)] });
    const finish: ((reply: DnsReply) => void)[] = [];
    const held = new Promise<DnsReply>((resolve) => finish.push(resolve));
    const replies = [held, Promise.resolve(good), never];
    const resolve = createCachedResolve(() => replies.shift() ?? never);
    const hasty = resolve(question, { deadline: performance.now() });
    const patient = resolve(question, soon());
    const impatient = await resolve(question, { deadline: performance.now() });
    expect(impatient).toMatchObject({ ok: false, failure: { reason: 'timeout' } });
    finish[0]?.(unanswered('timeout', 'no time left'));
    expect(await hasty).toMatchObject({ ok: false });
    expect(await patient).toBe(good);
  });

  it('end when the program stops', async () => {
    const resolve = createCachedResolve(() => new Promise<DnsReply>(() => undefined));
    const abort = new AbortController();
    void resolve(question, soon());
    const joined = resolve(question, { ...soon(), signal: abort.signal });
    abort.abort();
    expect(await joined).toMatchObject({ ok: false, failure: { said: 'stopped before an answer came' } });
  });
});

describe('the memory', () => {
  it('is bounded: what was used least recently goes', () => {
    const cache = createTtlCache<number>({ maxWeight: 10, weigh: (value) => value });
    cache.set('a', 4, 1000);
    cache.set('b', 4, 1000);
    expect(cache.get('a')).toBe(4);
    cache.set('c', 4, 1000);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([4, undefined, 4]);
    cache.set('too heavy', 11, 1000);
    expect(['a', 'too heavy', 'c'].map((key) => cache.get(key))).toEqual([4, undefined, 4]);
    cache.set('a', 6, 1000);
    expect(['a', 'c'].map((key) => cache.get(key))).toEqual([6, 4]);
  });
});

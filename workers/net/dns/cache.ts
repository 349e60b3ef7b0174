import { performance } from 'node:perf_hooks';
import { decodeMessage, type Message } from '#lib/dns/message.ts';
import { parseSoa } from '#lib/dns/rdata/soa.ts';
import { rcodes, recordTypes } from '#lib/dns/types.ts';
import type { DnsQuestion, DnsReply } from '#lib/dnssec/steps.ts';
import { stopped, unanswered } from './exchange.ts';
import type { Resolve, ResolveOptions } from './resolve.ts';
import { createTtlCache } from './ttl-cache.ts';

/**
 * A monitor has to see a change in its next run, so nothing is believed for longer than a minute, whatever its TTL.
 * That still lets the thousands of names of one run share the DS and DNSKEY records above them.
 */
const maxTtlSeconds = 60;
/** A failure may be over the next moment; this only stops a run from meeting the same one again and again. */
const failureTtlSeconds = 3;

const maxOctets = 16 * 1024 * 1024;
/** What an entry takes besides its message. */
const entryOctets = 300;

export interface CacheOptions {
  /** Milliseconds that never go backwards; `performance.now()` by default. */
  readonly now?: () => number;
}

/**
 * Remembers answers by name and type for their TTL (negative ones as RFC 2308 says), in bounded memory, and lets equal
 * questions in flight share one answer. `fresh` neither reads what is remembered nor joins others.
 */
export function createCachedResolve(resolve: Resolve, { now = () => performance.now() }: CacheOptions = {}): Resolve {
  const cache = createTtlCache<Kept>({ maxWeight: maxOctets, weigh, now });
  const inFlight = new Map<string, Promise<DnsReply>>();

  const ask = async (key: string, question: DnsQuestion, options: ResolveOptions): Promise<DnsReply> => {
    const reply = await resolve(question, options);
    // A caller who ran out of time, or was told to stop, learned nothing about the name.
    if (reply.ok || !isOver(options)) cache.set(key, keep(reply), ttlSecondsOf(reply, question) * 1000);
    return reply;
  };

  return async (question, options) => {
    const key = `${question.type} ${question.name.key()}`;
    if (options.fresh === true) return ask(key, question, options);
    for (;;) {
      const known = cache.get(key);
      if (known !== undefined) return recall(known);
      const running = inFlight.get(key);
      if (running === undefined) break;
      const shared = await within(running, options);
      // Who began it may have had less time than we have, or was told to stop.
      if (shared.ok || isOver(options)) return shared;
    }
    const exchange = ask(key, question, options).finally(() => inFlight.delete(key));
    inFlight.set(key, exchange);
    return exchange;
  };
}

/** What came, or a failure when the caller's own time is over. */
async function within(running: Promise<DnsReply>, { deadline, signal }: ResolveOptions): Promise<DnsReply> {
  return new Promise((resolve, reject) => {
    const settle = (reply: DnsReply) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      resolve(reply);
    };
    const stop = () => settle(unanswered('dns', stopped));
    const timer = setTimeout(
      () => settle(unanswered('timeout', 'no answer in time')),
      Math.max(0, deadline - performance.now()),
    );
    signal?.addEventListener('abort', stop);
    running.then(settle, reject);
  });
}

function isOver({ deadline, signal }: ResolveOptions): boolean {
  return signal?.aborted === true || performance.now() >= deadline;
}

/** Messages are kept as they came: decoded they take twenty times as much. */
type Kept = { readonly wire: Uint8Array; readonly server: string } | { readonly failed: DnsReply };

function keep(reply: DnsReply): Kept {
  return reply.ok ? { wire: reply.facts.message.wire, server: reply.facts.server } : { failed: reply };
}

function recall(kept: Kept): DnsReply {
  if ('failed' in kept) return kept.failed;
  const message = decodeMessage(kept.wire);
  // It was read before.
  if (!message.ok) throw new Error(message.error);
  return { ok: true, facts: { message: message.value, server: kept.server } };
}

function weigh(kept: Kept): number {
  return entryOctets + ('wire' in kept ? kept.wire.length : 0);
}

function ttlSecondsOf(reply: DnsReply, question: DnsQuestion): number {
  if (!reply.ok) return failureTtlSeconds;
  const { message } = reply.facts;
  if (message.rcode !== rcodes.NOERROR && message.rcode !== rcodes.NXDOMAIN) return failureTtlSeconds;
  const isPositive = message.answer.some((record) => record.type === question.type);
  const ttls = message.answer.map((record) => record.ttlSeconds);
  return Math.min(maxTtlSeconds, ...ttls, ...(isPositive ? [] : [negativeTtlSeconds(message)]));
}

/** RFC 2308 section 5: the smaller of the SOA record's TTL and its last number; a denial without one is hardly kept. */
function negativeTtlSeconds(message: Message): number {
  const record = message.authority.find((candidate) => candidate.type === recordTypes.SOA);
  const soa = record === undefined ? null : parseSoa(record.rdata);
  if (record === undefined || soa?.ok !== true) return failureTtlSeconds;
  return Math.min(record.ttlSeconds, soa.value.minimumSeconds);
}

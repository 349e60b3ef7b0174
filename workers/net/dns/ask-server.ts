import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { encodeQuery } from '#lib/dns/encode-query.ts';
import type { Message } from '#lib/dns/message.ts';
import { formatServerAddress, type ServerAddress } from '#lib/dns/server-address.ts';
import { rcodes } from '#lib/dns/types.ts';
import type { DnsQuestion } from '#lib/dnssec/steps.ts';
import type { AddressGuard } from '#lib/model/address.ts';
import type { Seen } from '#lib/model/observation.ts';
import type { Dial } from '#workers/ports.ts';
import { createDial } from '../dial.ts';
import { stopped, unanswered, type ExchangeOutcome } from './exchange.ts';
import type { ServerLimit } from './server-limit.ts';
import { exchangeOverTcp } from './tcp-exchange.ts';
import { createUdpExchange, type UdpExchange } from './udp-exchange.ts';

export interface ServerQuestion extends DnsQuestion {
  readonly server: ServerAddress;
  readonly recursionDesired: boolean;
  readonly checkingDisabled: boolean;
  /** `performance.now()` value after which to give up. */
  readonly deadline: number;
  /** Time for the server alone, when our own limit has let the question go; all up to the deadline by default. */
  readonly patienceMs?: number;
  /** Ends the wait early: the program stops. */
  readonly signal?: AbortSignal | undefined;
}

export interface ServerReply {
  readonly message: Message;
  /** `tcp` where the answer over UDP was cut off. */
  readonly transport: 'udp' | 'tcp';
  /** From the first datagram to the whole answer, without the wait for our own limit. */
  readonly durationMs: number;
}

/**
 * One question to one server, with EDNS, the DO bit and 1232 octets; by TCP where the answer was cut off (RFC 7766),
 * and without EDNS where the server does not know it (RFC 6891 section 6.2.2). A failure has the stage `resolve` and
 * the reason `timeout`, `dns`, `blocked` (the guard refused the address) or `busy` (our own limit).
 */
export type AskServer = (question: ServerQuestion) => Promise<Seen<ServerReply>>;

export interface AskServerOptions {
  readonly guard: AddressGuard;
  /** Null for servers that the operator named. */
  readonly limit: ServerLimit | null;
}

/** The one way to a name server. */
export function createAskServer({ guard, limit }: AskServerOptions): AskServer {
  const ports: Ports = { dial: createDial({ guard }), udp: createUdpExchange() };
  return async (question) => {
    const verdict = guard(question.server.address);
    if (!verdict.allowed) return { ok: false, failure: { stage: 'resolve', reason: 'blocked', said: verdict.why } };
    const { deadline, signal } = question;
    if (signal?.aborted === true) return unanswered('dns', stopped);
    const work = () => ask(question, ports);
    const reply = limit === null ? await work() : await limit({ address: verdict.address, deadline, signal }, work);
    if (reply !== null) return reply;
    const said = `${formatServerAddress(question.server)} gets no more questions from us at a time`;
    return { ok: false, failure: { stage: 'resolve', reason: 'busy', said } };
  };
}

interface Ports {
  readonly dial: Dial;
  readonly udp: UdpExchange;
}

async function ask(question: ServerQuestion, ports: Ports): Promise<Seen<ServerReply>> {
  const startedAt = performance.now();
  const deadline = Math.min(question.deadline, startedAt + (question.patienceMs ?? Infinity));
  const limited = { ...question, deadline };
  const first = await exchange(limited, { ports, edns: { dnssecOk: true } });
  const { outcome, transport } = refusesEdns(first.outcome) ? await exchange(limited, { ports, edns: null }) : first;
  if (!outcome.ok) return outcome;
  return { ok: true, facts: { message: outcome.facts, transport, durationMs: performance.now() - startedAt } };
}

function refusesEdns(outcome: ExchangeOutcome): boolean {
  if (!outcome.ok || outcome.facts.edns !== null) return false;
  return outcome.facts.rcode === rcodes.FORMERR || outcome.facts.rcode === rcodes.NOTIMP;
}

interface Exchange {
  readonly ports: Ports;
  readonly edns: { readonly dnssecOk: boolean } | null;
}

async function exchange(
  question: ServerQuestion,
  { ports, edns }: Exchange,
): Promise<{ readonly outcome: ExchangeOutcome; readonly transport: 'udp' | 'tcp' }> {
  const id = randomInt(0x10000);
  const { server, name, type, deadline, signal, recursionDesired, checkingDisabled } = question;
  const wire = encodeQuery({ id, name, type, recursionDesired, checkingDisabled, edns });
  const query = { server, id, name, type, wire, deadline, signal };
  const outcome = await ports.udp(query);
  return outcome.ok && outcome.facts.truncated
    ? { outcome: await exchangeOverTcp(query, ports.dial), transport: 'tcp' }
    : { outcome, transport: 'udp' };
}

import { setMaxListeners } from 'node:events';
import { performance } from 'node:perf_hooks';
import type { Message } from '#lib/dns/message.ts';
import { formatServerAddress, type ServerAddress } from '#lib/dns/server-address.ts';
import { rcodes } from '#lib/dns/types.ts';
import type { DnsQuestion, DnsReply } from '#lib/dnssec/steps.ts';
import { createAskServer, type AskServer } from './ask-server.ts';
import { stopped, unanswered } from './exchange.ts';

export interface Answer {
  readonly message: Message;
  /** `address:port` that it came from. */
  readonly server: string;
}

/**
 * One question to the configured servers. `ok` with any rcode means that a server answered; a failure has the stage
 * `resolve` and the reason `timeout` or `dns`.
 */
export type Ask = (question: DnsQuestion) => Promise<DnsReply>;

export interface TransportOptions {
  /** Recursive resolvers in order of preference; at least one. Exempt from the address guard by being configured. */
  readonly servers: readonly ServerAddress[];
  /** For one question in all, over every server, retry and fallback. */
  readonly timeoutMs: number;
  /** Ends every question that is on its way, and those to come, when the program stops. */
  readonly signal?: AbortSignal;
}

/** Time for one question where nobody is in a hurry: enough for a resolver that has to ask its way from the root. */
export const lookupTimeoutMs = 5000;

/** Each server is asked at most this often for one question. */
const rounds = 2;

/** Asks recursive resolvers, which validate for themselves and say so by the AD bit. */
export function createTransport({ servers, timeoutMs, signal }: TransportOptions): Ask {
  // One listener a question in flight: no leak, however many.
  if (signal !== undefined) setMaxListeners(0, signal);
  const askServer = createResolverAskServer(servers);
  return async (question) =>
    askResolvers({
      question,
      servers,
      askServer,
      checkingDisabled: false,
      deadline: performance.now() + timeoutMs,
      signal,
    });
}

/** Asks these servers and no others, without our own limit: the operator named them. */
export function createResolverAskServer(servers: readonly ServerAddress[]): AskServer {
  return createAskServer({
    limit: null,
    guard: (address) =>
      servers.some((server) => server.address === address)
        ? { allowed: true, address }
        : { allowed: false, why: `${address} is no configured name server` },
  });
}

export interface ResolversQuestion {
  readonly question: DnsQuestion;
  /** In order of preference. */
  readonly servers: readonly ServerAddress[];
  readonly askServer: AskServer;
  /** CD (RFC 4035 section 3.2.2): the resolver hands out what it did not find valid. */
  readonly checkingDisabled: boolean;
  /** `performance.now()` value for the question in all. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Asks recursive resolvers in turn, with recursion. A server that stays silent is asked again, one that answered with
 * an error is not: the next one is asked, and its error is the answer if nobody knows better.
 */
export async function askResolvers(asked: ResolversQuestion): Promise<DnsReply> {
  const { question, servers, askServer, checkingDisabled, deadline, signal } = asked;
  const turns = Array.from({ length: rounds }, () => servers).flat();
  const answered = new Set<ServerAddress>();
  let errorAnswer: Answer | null = null;
  let failure: DnsReply = unanswered('dns', 'no name server is configured');
  for (const [index, server] of turns.entries()) {
    if (signal?.aborted === true) return unanswered('dns', stopped);
    if (answered.has(server)) continue;
    const turnsLeft = turns.slice(index).filter((other) => !answered.has(other)).length;
    const turnDeadline = performance.now() + (deadline - performance.now()) / turnsLeft;
    const reply = await askServer({
      ...{ name: question.name, type: question.type, server, recursionDesired: true, checkingDisabled },
      ...{ deadline: turnDeadline, signal },
    });
    if (!reply.ok) {
      failure = reply;
      continue;
    }
    const { message } = reply.facts;
    const answer = { message, server: formatServerAddress(server) };
    if (isConclusive(message)) return { ok: true, facts: answer };
    answered.add(server);
    errorAnswer ??= answer;
  }
  return errorAnswer === null ? failure : { ok: true, facts: errorAnswer };
}

function isConclusive(message: Message): boolean {
  return message.rcode === rcodes.NOERROR || message.rcode === rcodes.NXDOMAIN;
}

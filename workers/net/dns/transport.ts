import { randomInt } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { performance } from 'node:perf_hooks';
import { encodeQuery } from '#lib/dns/encode-query.ts';
import type { Message } from '#lib/dns/message.ts';
import type { Name } from '#lib/dns/name.ts';
import { formatServerAddress, type ServerAddress } from '#lib/dns/server-address.ts';
import { rcodes } from '#lib/dns/types.ts';
import type { Seen } from '#lib/model/observation.ts';
import type { Dial } from '#workers/ports.ts';
import { createDial } from '../dial.ts';
import { stopped, unanswered, type ExchangeOutcome } from './exchange.ts';
import { exchangeOverTcp } from './tcp-exchange.ts';
import { exchangeOverUdp } from './udp-exchange.ts';

export interface Answer {
  readonly message: Message;
  /** `address:port` that it came from. */
  readonly server: string;
}

/**
 * One question to the configured servers. `ok` with any rcode means that a server answered; a failure has the stage
 * `resolve` and the reason `timeout` or `dns`.
 */
export type Ask = (question: { readonly name: Name; readonly type: number }) => Promise<Seen<Answer>>;

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

/**
 * Asks by UDP with EDNS and the DO bit, by TCP where the answer was cut off, and without EDNS where a server does not
 * know it. A server that stays silent is asked again, one that answered with an error is not: the next one is asked,
 * and its error is the answer if nobody knows better.
 */
export function createTransport({ servers, timeoutMs, signal }: TransportOptions): Ask {
  // One listener a question in flight: no leak, however many.
  if (signal !== undefined) setMaxListeners(0, signal);
  const dial = createDial({
    guard: (address) =>
      servers.some((server) => server.address === address)
        ? { allowed: true, address }
        : { allowed: false, why: `${address} is no configured name server` },
  });
  return async (question) => {
    const deadline = performance.now() + timeoutMs;
    const turns = Array.from({ length: rounds }, () => servers).flat();
    const answered = new Set<ServerAddress>();
    let errorAnswer: Answer | null = null;
    let failure = unanswered('dns', 'no name server is configured');
    for (const [index, server] of turns.entries()) {
      if (signal?.aborted === true) return unanswered('dns', stopped);
      if (answered.has(server)) continue;
      const turnsLeft = turns.slice(index).filter((other) => !answered.has(other)).length;
      const turnDeadline = performance.now() + (deadline - performance.now()) / turnsLeft;
      const outcome = await askServer({ ...question, server, deadline: turnDeadline, signal }, dial);
      if (!outcome.ok) {
        failure = outcome;
        continue;
      }
      const answer = { message: outcome.facts, server: formatServerAddress(server) };
      if (isConclusive(outcome.facts)) return { ok: true, facts: answer };
      answered.add(server);
      errorAnswer ??= answer;
    }
    return errorAnswer === null ? failure : { ok: true, facts: errorAnswer };
  };
}

interface Turn {
  readonly name: Name;
  readonly type: number;
  readonly server: ServerAddress;
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
}

async function askServer(turn: Turn, dial: Dial): Promise<ExchangeOutcome> {
  const outcome = await exchange(turn, { dial, edns: { dnssecOk: true } });
  const refusesEdns =
    outcome.ok &&
    outcome.facts.edns === null &&
    (outcome.facts.rcode === rcodes.FORMERR || outcome.facts.rcode === rcodes.NOTIMP);
  return refusesEdns ? exchange(turn, { dial, edns: null }) : outcome;
}

async function exchange(
  turn: Turn,
  { dial, edns }: { readonly dial: Dial; readonly edns: { readonly dnssecOk: boolean } | null },
): Promise<ExchangeOutcome> {
  const id = randomInt(0x10000);
  const wire = encodeQuery({
    id,
    name: turn.name,
    type: turn.type,
    recursionDesired: true,
    checkingDisabled: false,
    edns,
  });
  const outcome = await exchangeOverUdp({ ...turn, id, wire });
  return outcome.ok && outcome.facts.truncated ? exchangeOverTcp({ ...turn, id, wire }, dial) : outcome;
}

function isConclusive(message: Message): boolean {
  return message.rcode === rcodes.NOERROR || message.rcode === rcodes.NXDOMAIN;
}

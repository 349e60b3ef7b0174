import { performance } from 'node:perf_hooks';
import type { Message } from '#lib/dns/message.ts';
import type { Name } from '#lib/dns/name.ts';
import { presentRdata } from '#lib/dns/present.ts';
import { parseSoa } from '#lib/dns/rdata/soa.ts';
import { formatServerAddress, type ServerAddress } from '#lib/dns/server-address.ts';
import { rcodeName, recordTypes } from '#lib/dns/types.ts';
import type { DnsQuestion, DnsReply } from '#lib/dnssec/steps.ts';
import type { Validated } from '#lib/dnssec/validate.ts';
import type { Validation } from '#lib/model/dnssec.ts';
import type { Seen } from '#lib/model/observation.ts';
import type { ServerAnswer } from '#lib/model/zone-observation.ts';
import type { AskedQuestion } from './zone-question.ts';
import { outOfTime } from './zone-time.ts';
import { mapBounded } from '#workers/net/map-bounded.ts';
import type { AskServer, ServerReply } from '#workers/net/dns/ask-server.ts';
import type { Validator } from '#workers/net/dns/validator.ts';

/** Questions that one server has from one run at a time. */
const maxParallel = 2;
/** Time for one datagram and its answer; a question that stays unanswered is sent once more. */
const usualPatienceMs = 2_500;
const attempts = 2;
/** A server that has answered nothing so far is not asked more than this. */
const maxUnanswered = 2;

export interface ZoneServerProbe {
  readonly zone: Name;
  readonly server: ServerAddress;
  readonly questions: readonly AskedQuestion[];
  readonly askServer: AskServer;
  readonly validator: Validator;
  /** For one datagram and its answer; 2.5 s by default. */
  readonly patienceMs?: number;
  /** `performance.now()` value. */
  readonly deadline: number;
}

/** What one server said to one question, and the whole of its validation; null where it said nothing. */
export interface ValidatedAnswer {
  readonly answer: ServerAnswer;
  readonly validation: Validation | null;
}

/**
 * Asks one authoritative server every question itself (RD=0) and validates each answer on its own. Where the keys of the
 * zone are not known yet, those that this server hands out are tried: another server's fault must not become its own.
 */
export async function askZoneServer(probe: ZoneServerProbe): Promise<readonly ValidatedAnswer[]> {
  const { zone, questions, validator, deadline } = probe;
  const ask = createAsk(probe);
  const isKeys = ({ name, type }: DnsQuestion) => type === recordTypes.DNSKEY && name.equals(zone);
  const keys = questions.find(({ asked }) => isKeys(asked));
  // First, so that they are there when they are needed.
  const keysReply = keys === undefined ? null : await ask(keys.asked);
  const known = (wanted: DnsQuestion) =>
    isKeys(wanted) && keysReply?.ok === true ? seenReply(probe.server, keysReply.facts) : null;
  return mapBounded(questions, maxParallel, async (item) => {
    const { question, asked } = item;
    const reply = item === keys && keysReply !== null ? keysReply : await ask(asked);
    if (!reply.ok) return { answer: { question, answer: reply }, validation: null };
    const seen = seenReply(probe.server, reply.facts);
    const validated = await validator.validateReply(asked, seen, { deadline, known });
    const facts = answerFacts(reply.facts, { asked, zone, validated });
    return { answer: { question, answer: { ok: true, facts } }, validation: validated.validation };
  });
}

function seenReply(server: ServerAddress, { message }: ServerReply): DnsReply {
  return { ok: true, facts: { message, server: formatServerAddress(server) } };
}

/** Asks until the server has left too many questions without any answer. */
function createAsk(probe: ZoneServerProbe): (question: DnsQuestion) => Promise<Seen<ServerReply>> {
  let answered = 0;
  let unanswered = 0;
  return async (question) => {
    if (answered === 0 && unanswered >= maxUnanswered) {
      const said = `not asked: the server did not answer ${unanswered} questions before`;
      return { ok: false, failure: { stage: 'resolve', reason: 'timeout', said } };
    }
    const reply = await askPatiently(probe, question);
    if (reply.ok) answered += 1;
    else if (reply.failure.reason === 'timeout') unanswered += 1;
    return reply;
  };
}

async function askPatiently(
  { server, askServer, deadline, patienceMs = usualPatienceMs }: ZoneServerProbe,
  question: DnsQuestion,
): Promise<Seen<ServerReply>> {
  for (let attempt = 1; ; attempt += 1) {
    if (performance.now() >= deadline)
      return { ok: false, failure: { stage: 'resolve', reason: 'busy', said: outOfTime } };
    const flags = { recursionDesired: false, checkingDisabled: false };
    const reply = await askServer({ ...question, ...flags, server, deadline, patienceMs });
    if (reply.ok || reply.failure.reason !== 'timeout' || attempt === attempts) return reply;
  }
}

type AnswerFacts = Extract<ServerAnswer['answer'], { readonly ok: true }>['facts'];

function answerFacts(
  { message, transport, durationMs }: ServerReply,
  about: { readonly asked: DnsQuestion; readonly zone: Name; readonly validated: Validated },
): AnswerFacts {
  const { asked, zone } = about;
  const { validation } = about.validated;
  const records = recordsOf(message, { asked, zone });
  const ttls = records.map(({ ttlSeconds }) => ttlSeconds);
  const [soa] = asked.type === recordTypes.SOA ? records : [];
  const parsed = soa === undefined ? null : parseSoa(soa.rdata);
  return {
    rcode: rcodeName(message.rcode),
    authoritative: message.authoritative,
    transport,
    durationMs: Math.round(durationMs),
    records: [...new Set(records.map(presentRdata))].toSorted(),
    ttlSeconds: ttls.length === 0 ? null : Math.min(...ttls),
    signatures: [...validation.signatures, ...(validation.denial?.signatures ?? [])],
    dnssec: validation.result,
    denial: validation.denial,
    soa:
      parsed?.ok === true
        ? {
            serial: parsed.value.serial,
            expireSeconds: parsed.value.expireSeconds,
            minimumSeconds: parsed.value.minimumSeconds,
          }
        : null,
    wire: Buffer.from(message.wire).toString('base64'),
  };
}

/** Records of the asked type that are the zone's own: what a server adds about the target of an alias elsewhere is not. */
function recordsOf(message: Message, { asked, zone }: { readonly asked: DnsQuestion; readonly zone: Name }) {
  return message.answer.filter(({ name, type }) => type === asked.type && name.isSubdomainOf(zone));
}

import { followAliases } from '#lib/dns/alias-chain.ts';
import { explainRcode } from '#lib/dns/extended-error-text.ts';
import type { Message, ResourceRecord } from '#lib/dns/message.ts';
import { showName } from '#lib/dns/show-name.ts';
import { rcodeName, rcodes } from '#lib/dns/types.ts';
import type { DnsQuestion } from '#lib/dnssec/steps.ts';
import { notValidated, type Dnssec } from '#lib/model/dnssec.ts';
import type { FailureReason, Seen } from '#lib/model/observation.ts';
import type { Validator } from './validator.ts';
import { createTransport, type TransportOptions } from './transport.ts';

/** An answer that can be used: NOERROR or NXDOMAIN. */
export interface LookedUp {
  readonly message: Message;
  /** Mnemonic: that of the message, or what was proven where its header contradicts it. */
  readonly rcode: string;
  /** `address:port` that sent it. */
  readonly server: string;
  /** Of the asked type, at the end of the alias chain. */
  readonly records: readonly ResourceRecord[];
  /** The CNAME and DNAME records followed. */
  readonly hops: readonly ResourceRecord[];
  /** Their targets, as endpoints hold names. */
  readonly aliases: readonly string[];
  readonly dnssec: Dnssec;
  /** Apex of the zone that holds the answer; null where that is not known. */
  readonly zone: string | null;
}

/** Asks one question. A failure has the stage `resolve`; `temporary` is SERVFAIL. */
export type LookUp = (question: DnsQuestion) => Promise<Seen<LookedUp>>;

/** Answers of recursive resolvers as they come, validated by nobody here. */
export function createPlainLookUp(options: TransportOptions): LookUp {
  const ask = createTransport(options);
  return async (question) => {
    const answer = await ask(question);
    if (!answer.ok) return answer;
    const { message, server } = answer.facts;
    const refused = refusal({ message, server });
    if (refused !== null) return refused;
    const chain = followAliases(message, question);
    if (!chain.ok) return failed('dns', chain.error);
    const { hops, aliases, records } = chain.value;
    const rcode = rcodeName(message.rcode);
    return {
      ok: true,
      facts: {
        message,
        rcode,
        server,
        records,
        hops,
        aliases: aliases.map(showName),
        dnssec: notValidated,
        zone: null,
      },
    };
  };
}

/**
 * Answers with the verdict of our own validator. What is bogus is handed out all the same, marked as such: the servers
 * that it names are looked at, for their users may be told the same. `plain` steps in for a source that strips DNSSEC.
 */
export function createValidatedLookUp(validator: Validator, plain: LookUp): LookUp {
  return async (question) => {
    const { validation, message, records, aliases, unanswered } = await validator.validate(question, {});
    const { result, server, zone, hops } = validation;
    if (result.state === 'indeterminate' && result.reason === 'resolver-strips-dnssec') {
      const answer = await plain(question);
      return answer.ok ? { ok: true, facts: { ...answer.facts, dnssec: result } } : answer;
    }
    if (message === null || server === null) {
      return unanswered === null ? failed('dns', 'no answer came') : { ok: false, failure: unanswered };
    }
    const refused = refusal({ message, server });
    if (refused !== null) return refused;
    if (unanswered !== null) return { ok: false, failure: unanswered };
    const rcode = validation.rcode ?? rcodeName(message.rcode);
    const facts = {
      message,
      rcode,
      server,
      records,
      hops: aliases,
      aliases: hops.map(({ to }) => to),
      dnssec: result,
      zone,
    };
    return { ok: true, facts };
  };
}

function refusal({ message, server }: Pick<LookedUp, 'message' | 'server'>): Seen<never> | null {
  switch (message.rcode) {
    case rcodes.NOERROR:
    case rcodes.NXDOMAIN:
      return null;
    case rcodes.SERVFAIL:
      return failed('temporary', `${server} said ${explainRcode(message)}`);
    default:
      return failed('dns', `${server} said ${explainRcode(message)}`);
  }
}

/** A lookup without a usable answer. */
export function failed(reason: FailureReason, said: string): Seen<never> {
  return { ok: false, failure: { stage: 'resolve', reason, said: said.slice(0, 512) } };
}

import { performance } from 'node:perf_hooks';
import { algorithms } from '#lib/dnssec/algorithms.ts';
import type { TrustAnchor } from '#lib/dnssec/anchors.ts';
import type { DnsQuestion, DnsReply, Steps } from '#lib/dnssec/steps.ts';
import { validate, type Validated } from '#lib/dnssec/validate.ts';
import { createZoneCache } from '#lib/dnssec/zone-cache.ts';
import type { Clock } from '#workers/ports.ts';
import type { Capability } from './capability.ts';
import type { Resolve, ResolveOptions } from './resolve.ts';

export interface Validator {
  /** Asks the source and decides about the answer. */
  readonly validate: (question: DnsQuestion, options: ValidatorOptions) => Promise<Validated>;
  /** Decides about an answer that came already, from one server; what else is needed comes from the source. */
  readonly validateReply: (question: DnsQuestion, reply: DnsReply, options: ReplyOptions) => Promise<Validated>;
}

export type ValidatorOptions = Partial<ResolveOptions>;

export interface ReplyOptions extends ValidatorOptions {
  /** Another answer of that server, which is taken before the source is asked; null where there is none. */
  readonly known?: (question: DnsQuestion) => DnsReply | null;
}

/** For a whole chain of trust from nothing: some ten questions, one after the other. */
const chainTimeoutMs = 8000;
/** Answers that are bogus everywhere stay so. */
const maxAttempts = 3;

/**
 * Our validator over a source of answers, with the keys of zones shared between questions. A source that strips DNSSEC
 * proves nothing, so its silence becomes `indeterminate: resolver-strips-dnssec`.
 */
export function createValidator(ports: {
  readonly resolve: Resolve;
  readonly capability: () => Promise<Capability>;
  readonly anchors: readonly TrustAnchor[];
  readonly clock: Clock;
}): Validator {
  const { resolve, capability, anchors, clock } = ports;
  const zones = createZoneCache();
  const start = (question: DnsQuestion) => validate(question, { anchors, algorithms, zones, now: clock.now() });
  const asking = ({ deadline = performance.now() + chainTimeoutMs, ...rest }: ValidatorOptions) => {
    const options = { ...rest, deadline };
    return (question: DnsQuestion) => resolve(question, options);
  };
  /** One server with an old copy of its zone must not speak for the others: what is bogus is asked of other servers. */
  const persist = async (question: DnsQuestion, options: ValidatorOptions): Promise<Validated> => {
    const avoid = new Set<string>();
    for (let attempt = 1; ; attempt += 1) {
      const ask = asking(attempt === 1 ? options : { ...options, fresh: true, avoid: new Set(avoid) });
      const validated = await drive(start(question), async (wanted) => {
        const reply = await ask(wanted);
        if (reply.ok) avoid.add(reply.facts.server);
        return reply;
      });
      if (validated.validation.result.state !== 'bogus' || attempt === maxAttempts) return validated;
    }
  };
  const explained = async (validated: Validated): Promise<Validated> => {
    const { result } = validated.validation;
    if (result.state !== 'indeterminate' || result.reason !== 'no-answer') return validated;
    const { dnssec, said } = await capability();
    if (dnssec !== 'strips') return validated;
    const stripped = { state: 'indeterminate', reason: 'resolver-strips-dnssec', why: said } as const;
    return { ...validated, validation: { ...validated.validation, result: stripped } };
  };
  return {
    validate: async (question, options) => explained(await persist(question, options)),
    validateReply: async (question, reply, { known, ...options }) => {
      const ask = asking(options);
      let first: DnsReply | null = reply;
      return drive(start(question), async (wanted) => {
        const answer = first ?? known?.(wanted) ?? (await ask(wanted));
        first = null;
        return answer;
      });
    },
  };
}

/** Runs steps to their end, with somebody who answers. */
async function drive<T>(steps: Steps<T>, answer: (question: DnsQuestion) => Promise<DnsReply>): Promise<T> {
  let step = steps.next();
  while (step.done !== true) step = steps.next(await answer(step.value));
  return step.value;
}

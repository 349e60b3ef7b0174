import { listExtendedErrors } from '#lib/dns/extended-error-text.ts';
import { rcodeName } from '#lib/dns/types.ts';
import type { DnsReply } from '#lib/dnssec/steps.ts';
import type { ResolverOpinion } from '#lib/model/zone-observation.ts';
import { mapBounded } from '#workers/net/map-bounded.ts';
import type { SecondOpinion } from '#workers/ports.ts';
import type { AskedQuestion } from './zone-question.ts';
import { inTime, outOfTime } from './zone-time.ts';

const maxParallel = 4;
/** A resolver that has answered nothing so far is not asked more than this. */
const maxUnanswered = 4;

/** What a recursive resolver says of the questions: its AD bit and its errors, as evidence. */
export async function askOpinions(
  questions: readonly AskedQuestion[],
  { secondOpinion, deadline }: { readonly secondOpinion: SecondOpinion; readonly deadline: number },
): Promise<readonly ResolverOpinion[]> {
  const silence = { answered: 0, unanswered: 0 };
  return mapBounded(questions, maxParallel, async ({ question, asked }) => {
    const silent = silence.answered === 0 && silence.unanswered >= maxUnanswered;
    const reply = silent
      ? failed('timeout', 'not asked: the resolver did not answer the questions before')
      : await inTime(deadline, { work: () => secondOpinion.ask(asked), late: () => failed('busy', outOfTime) });
    if (!reply.ok) {
      silence.unanswered += 1;
      return { question, server: secondOpinion.server, answer: reply };
    }
    silence.answered += 1;
    const { message, server } = reply.facts;
    const { rcode, authenticData: ad } = message;
    const facts = { rcode: rcodeName(rcode), ad, extendedErrors: listExtendedErrors(message) };
    return { question, server, answer: { ok: true, facts } };
  });
}

function failed(reason: 'timeout' | 'busy', said: string): DnsReply {
  return { ok: false, failure: { stage: 'resolve', reason, said } };
}

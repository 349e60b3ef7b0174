import { isSameQuestion, isUsable } from '#lib/checks/zone-view.ts';
import type { Dnssec } from '#lib/model/dnssec.ts';
import type { ResolverOpinion, ZoneObservation } from '#lib/model/zone-observation.ts';
import { judgeDnssec } from '#components/dnssec-words.ts';
import type { OpinionItem } from '#components/resolver-table.tsx';
import { failureText } from './endpoint-evidence.ts';

const maxItems = 100;

/** What a resolver says beside our own verdicts. Its AD bit stays evidence. */
export function opinionItems(
  { opinions, validations }: ZoneObservation,
  context: { readonly now: number; readonly stale: boolean },
): readonly OpinionItem[] {
  return opinions.slice(0, maxItems).map(({ question, server, answer }) => {
    const ours = validations.find((validation) => isSameQuestion(validation, question))?.result ?? null;
    return {
      ...question,
      server,
      said: answer.ok
        ? [answer.facts.rcode, answer.facts.ad ? 'AD' : 'no AD', ...answer.facts.extendedErrors]
        : [failureText(answer.failure)],
      ours: ours === null ? null : judgeDnssec(ours, context),
      agreement: agreementOf(ours, answer),
    };
  });
}

function agreementOf(ours: Dnssec | null, answer: ResolverOpinion['answer']): OpinionItem['agreement'] {
  if (ours === null || ours.state === 'indeterminate' || !answer.ok) return 'not-comparable';
  const { rcode, ad } = answer.facts;
  const expected: Readonly<Record<typeof ours.state, boolean>> = {
    secure: isUsable(rcode) && ad,
    insecure: isUsable(rcode) && !ad,
    bogus: rcode === 'SERVFAIL',
  };
  return expected[ours.state] ? 'agrees' : 'disagrees';
}

import { parseName } from '#lib/dns/name.ts';
import { recordTypes } from '#lib/dns/types.ts';
import type { DnsQuestion } from '#lib/dnssec/steps.ts';
import type { ZoneQuestion } from '#lib/model/zone-observation.ts';
import type { TypedQuestion } from '#lib/model/zone-questions.ts';

/** A question as it is kept and as it is asked. */
export interface AskedQuestion {
  readonly question: ZoneQuestion;
  readonly asked: DnsQuestion;
}

/** The questions as the codec takes them. A name that DNS cannot hold is a bug and throws. */
export function askedQuestions(questions: readonly TypedQuestion[]): readonly AskedQuestion[] {
  return questions.map((question) => {
    const name = parseName(question.name);
    if (!name.ok) throw new Error(`"${question.name}" cannot be asked for: ${name.error}`);
    return { question, asked: { name: name.value, type: recordTypes[question.type] } };
  });
}

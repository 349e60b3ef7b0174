import type { Validation } from '#lib/model/dnssec.ts';
import { relativeTime } from './ui/relative-time.ts';
import type { AnswerGroup } from './trust-graph.ts';
import { countStates } from './trust-graph.ts';

/** `example.org SOA`, `12 TLSA, all secure`: what a box of answers stands for. Holds names from strangers. */
export function answersText(groups: readonly AnswerGroup[]): string {
  const answers = groups.flatMap((group) => group.answers);
  const [first] = answers;
  if (groups.length > 1) return `${answers.length} more answers`;
  if (first === undefined) return 'nothing';
  if (answers.length > 1) return `${answers.length} ${first.type}, all ${first.result.state}`;
  return `${first.name} ${first.type}${isDenial(first) ? ', does not exist' : ''}`;
}

/** Whether it says that there is no such name or record. */
export function isDenial({ rcode, records }: Validation): boolean {
  return records.length === 0 && (rcode === 'NOERROR' || rcode === 'NXDOMAIN');
}

/** The whole picture in two sentences. Holds names from strangers. */
export function chainSummary(
  validations: readonly Validation[],
  { now, stale }: { readonly now: number; readonly stale: boolean },
): string {
  const first = validations
    .flatMap(({ earliestExpiry }) => earliestExpiry ?? [])
    .toSorted((a, b) => a.expiration - b.expiration)[0];
  // What has expired since was so, and is no longer.
  const states = statesText(validations, stale || (first !== undefined && first.expiration < now));
  if (first === undefined) return `${states}.`;
  const { owner, type, keyTag, expiration } = first;
  const expires = expiration < now ? 'expired' : 'expires';
  return `${states}. The first signature of the chain, of ${owner} ${type} by key ${keyTag}, ${expires} ${relativeTime(expiration, now)}.`;
}

function statesText(validations: readonly Validation[], past: boolean): string {
  const verb = (count: number) => (past ? (count === 1 ? 'was' : 'were') : count === 1 ? 'is' : 'are');
  const counts = countStates(validations);
  const [only] = counts;
  if (only === undefined) return 'There is no answer';
  if (counts.length === 1) {
    return `${only.count === 1 ? 'The answer' : `All ${only.count} answers`} ${verb(only.count)} ${only.state}`;
  }
  return `Of ${validations.length} answers, ${counts.map(({ state, count }) => `${count} ${verb(count)} ${state}`).join(', ')}`;
}

import type { PlanAnswer } from '#lib/planner/answer.ts';
import { impacts } from '#lib/planner/judged.ts';
import { planSentence } from '#lib/planner/sentence.ts';
import { impactTones, impactWords } from './plan-words.ts';
import { Banner } from './ui/banner.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

/** Writes a number of clients as its reader may see it. */
export type ShowCount = (clients: number) => string;

/** What each number says. */
const meanings = {
  breaks: 'refuse to connect afterwards, and their users cannot click it away',
  'at-risk': 'may refuse: what is known does not say',
  unknown: 'do not tell what they hold, or use POP',
  safe: 'told enough: nothing that they need changes',
} as const;

/** The answer in one sentence, and the four numbers it is made of. */
export function PlanVerdict({
  answer,
  accounts,
  show,
  now,
}: {
  readonly answer: PlanAnswer;
  /** Accounts that are locked out or at risk, exactly; null: nobody counted. */
  readonly accounts: number | null;
  readonly show: ShowCount;
  readonly now: number;
}) {
  const { verdict, totals, answeredAt, oldestLookAt, warnings } = answer;
  return (
    <div className="space-y-4">
      <Banner tone={impactTones[verdict]}>
        <p className="font-semibold">{planSentence(answer, show)}</p>
        <p className="mt-1 text-sm">
          {accounts === null ? null : `${show(accounts)} accounts are locked out or at risk. `}
          Counted <TimeStamp at={answeredAt} now={now} />.{' '}
          {oldestLookAt === null ? (
            'Not every server was looked at.'
          ) : (
            <>
              The servers were looked at <TimeStamp at={oldestLookAt} now={now} form="relative" /> or later.
            </>
          )}
        </p>
      </Banner>
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-4">
        {impacts.map((impact) => (
          <div key={impact} className="bg-surface p-3">
            <dt>
              <ToneLabel tone={totals[impact] === 0 ? 'unknown' : impactTones[impact]}>{impactWords[impact]}</ToneLabel>
            </dt>
            <dd>
              <span className="block text-2xl font-semibold tabular-nums">{show(totals[impact])}</span>
              <span className="block text-xs text-muted">{meanings[impact]}</span>
              {impact === 'at-risk' && totals.presumed > 0 ? (
                <span className="block text-xs text-muted">
                  {show(totals.presumed)} presumed, without having said so
                </span>
              ) : null}
            </dd>
          </div>
        ))}
      </dl>
      {warnings.length === 0 ? null : (
        <ul className="list-disc space-y-1 pl-5 text-sm">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

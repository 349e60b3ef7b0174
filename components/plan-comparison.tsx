import type { PlanAnswer } from '#lib/planner/answer.ts';
import { impacts } from '#lib/planner/judged.ts';
import { changeWords, impactTones, impactWords } from './plan-words.ts';
import type { ShowCount } from './plan-verdict.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { Link } from './ui/link.tsx';
import { Panel } from './ui/panel.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

export interface ComparedChange {
  readonly answer: PlanAnswer;
  /** The page of this change alone. */
  readonly href: string;
}

/** The last day before which a step may not be made; null: none waits. */
function readyAt({ steps }: PlanAnswer): number | null {
  const times = steps.flatMap(({ notBefore }) => (notBefore === null ? [] : [notBefore]));
  return times.length === 0 ? null : Math.max(...times);
}

/** What is not met and blocks. */
function blockers({ preconditions }: PlanAnswer): number {
  return preconditions.filter(({ state, blocks }) => blocks && state === 'not-met').length;
}

function Instant({ at, now, none }: { readonly at: number | null; readonly now: number; readonly none: string }) {
  return at === null ? none : <TimeStamp at={at} now={now} form="relative" />;
}

/** Two changes side by side: who is locked out by each, and when each can be made. `now` in milliseconds since the epoch. */
export function PlanComparison({
  changes,
  show,
  now,
  swapHref,
}: {
  readonly changes: readonly [ComparedChange, ComparedChange];
  readonly show: ShowCount;
  readonly now: number;
  readonly swapHref: string;
}) {
  const [one, other] = changes;
  const rows = [
    {
      name: 'Verdict',
      of: ({ verdict }: PlanAnswer) => <ToneLabel tone={impactTones[verdict]}>{impactWords[verdict]}</ToneLabel>,
    },
    ...impacts.map((impact) => ({
      name: `${impactWords[impact]}, of those that report`,
      of: ({ totals }: PlanAnswer) => <span className="tabular-nums">{show(totals[impact])}</span>,
    })),
    { name: 'Missing before it may begin', of: (answer: PlanAnswer) => String(blockers(answer)) },
    {
      name: 'Last step not before',
      of: (answer: PlanAnswer) => <Instant at={readyAt(answer)} now={now} none="no waiting" />,
    },
    {
      name: 'Nearly nobody is affected after',
      of: ({ forecast }: PlanAnswer) =>
        forecast === null ? 'nobody is' : <Instant at={forecast.nearlyNoneAt} now={now} none="not within two years" />,
    },
  ];
  return (
    <Panel
      title="Side by side"
      aside={
        <Link href={swapHref} className="link">
          The other way round
        </Link>
      }
      flush
    >
      <p className="border-b border-line px-4 py-3 font-medium">{difference(one.answer, other.answer, show)}</p>
      <DataTable caption="Two changes side by side" columns={['', 'This change', 'The other']}>
        <tr>
          <Cell>Change</Cell>
          {changes.map(({ answer, href }) => (
            <Cell key={href}>
              <Link href={href} className="link block min-w-40 [overflow-wrap:anywhere]">
                {changeWords(answer.change)}
              </Link>
            </Cell>
          ))}
        </tr>
        {rows.map(({ name, of }) => (
          <tr key={name}>
            <Cell>{name}</Cell>
            <Cell>{of(one.answer)}</Cell>
            <Cell>{of(other.answer)}</Cell>
          </tr>
        ))}
      </DataTable>
    </Panel>
  );
}

/** Which of two harms fewer, in a sentence. What is unknown of either stays unknown. */
function difference(one: PlanAnswer, other: PlanAnswer, show: ShowCount): string {
  if (one.verdict === 'unknown' || other.verdict === 'unknown') {
    const which = one.verdict === other.verdict ? 'either' : one.verdict === 'unknown' ? 'this change' : 'the other';
    return `Nobody can say whom ${which} locks out: too few of its clients report.`;
  }
  const [breaks, otherBreaks] = [one.totals.breaks, other.totals.breaks];
  if (breaks !== otherBreaks) {
    const count = show(Math.abs(breaks - otherBreaks));
    return `This change locks out ${count} ${breaks < otherBreaks ? 'fewer' : 'more'} clients than the other.`;
  }
  const [risk, otherRisk] = [one.totals['at-risk'], other.totals['at-risk']];
  if (risk !== otherRisk) {
    const count = show(Math.abs(risk - otherRisk));
    return `Both lock out as many; this change puts ${count} ${risk < otherRisk ? 'fewer' : 'more'} at risk.`;
  }
  return 'As far as clients report, both harm as many: go by the waits and by what is unknown.';
}

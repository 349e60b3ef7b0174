import type { PlannedChange } from '#lib/planner/change.ts';
import type { Impact } from '#lib/planner/judged.ts';
import type { PlanState } from '#lib/planner/plan-state.ts';
import { changeWords, impactTones, impactWords, planStateWords } from './plan-words.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

export interface PlanItem {
  readonly id: string;
  readonly change: PlannedChange;
  readonly verdict: Impact;
  readonly state: PlanState;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly createdBy: string;
}

/** Plans, one a line. */
export function PlanTable({ items, now }: { readonly items: readonly PlanItem[]; readonly now: number }) {
  return (
    <DataTable caption="Plans" columns={['Change', 'Answer', 'State', 'Planned']}>
      {items.map(({ id, change, verdict, state, createdAt, createdBy }) => (
        <tr key={id}>
          <Cell>
            <Link href={`/plan/${id}`} className="link">
              {changeWords(change)}
            </Link>
          </Cell>
          <Cell>
            <ToneLabel tone={impactTones[verdict]}>{impactWords[verdict]}</ToneLabel>
          </Cell>
          <Cell>
            <ToneLabel tone={planStateWords[state].tone}>{planStateWords[state].word}</ToneLabel>
          </Cell>
          <Cell>
            <TimeStamp at={createdAt} now={now} form="relative" /> by <ForeignText text={createdBy} maxLength={100} />
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}

import type { PlanAnswer } from '#lib/planner/answer.ts';
import { AffectedAccounts, type AffectedAccountsItem } from './affected-accounts.tsx';
import { PlanForecastPicture } from './plan-forecast.tsx';
import { PlanGroups } from './plan-groups.tsx';
import { PlanPreconditions, PlanSteps } from './plan-steps.tsx';
import { PlanVerdict, type ShowCount } from './plan-verdict.tsx';
import { EmptyState } from './ui/empty-state.tsx';
import { Panel } from './ui/panel.tsx';

/** Everything that the planner says of one change. */
export function PlanAnswerView({
  answer,
  accounts,
  list,
  listed = null,
  exportHref,
  show,
  now,
}: {
  readonly answer: PlanAnswer;
  /** As in `PlanVerdict`. */
  readonly accounts: number | null;
  /** Null: the reader may not see it. */
  readonly list: AffectedAccountsItem | null;
  /** Of when the list is, where that is another day than that of the answer: `12 as of now, `. */
  readonly listed?: string | null;
  /** All of `list` as a file. */
  readonly exportHref: string;
  readonly show: ShowCount;
  readonly now: number;
}) {
  const { groups, forecast, steps, preconditions, coverage } = answer;
  return (
    <div className="min-w-0 space-y-6">
      <PlanVerdict answer={answer} accounts={accounts} show={show} now={now} />
      <Panel title="Steps, in this order">
        <PlanSteps steps={steps} now={now} />
      </Panel>
      <Panel title="Before you begin" flush>
        <PlanPreconditions preconditions={preconditions} />
      </Panel>
      <Panel title="Who it is" aside={coverageWords(coverage)} flush>
        {groups.length === 0 ? (
          <EmptyState title="0 reported">
            No client of these hosts is in the census. That is not the same as none.
          </EmptyState>
        ) : (
          <PlanGroups groups={groups} show={show} />
        )}
      </Panel>
      {forecast === null ? null : (
        <Panel title="How long they will be there" flush>
          <PlanForecastPicture forecast={forecast} show={show} />
        </Panel>
      )}
      {list === null ? null : (
        <Panel
          title="Accounts that are locked out or at risk"
          aside={
            list.accounts.length === 0 ? (
              <>{listed}pseudonyms</>
            ) : (
              <>
                {listed}pseudonyms,{' '}
                <a href={exportHref} className="link" download>
                  all as CSV
                </a>
              </>
            )
          }
          flush
        >
          {list.accounts.length === 0 ? <EmptyState title="0 reported" /> : <AffectedAccounts {...list} />}
        </Panel>
      )}
    </div>
  );
}

function coverageWords({ logins, spokeOfLatches, days }: PlanAnswer['coverage']): string {
  if (logins === 0) return 'no login was reported here';
  return `${((spokeOfLatches / logins) * 100).toFixed(0)} % of ${logins.toLocaleString('en')} logins in ${String(days)} days spoke of latches`;
}

import type { AffectedAccountsItem } from '#components/affected-accounts.tsx';
import type { PlanItem } from '#components/plan-table.tsx';
import { affectedClasses, type PlanQuestion } from '#lib/planner/plan.ts';
import { planState } from '#lib/planner/plan-state.ts';
import { countAccounts, pageOfAccounts } from '#prisma/commands/affected-accounts.ts';
import type { Plan } from '#prisma/commands/plans.ts';
import { database } from './database.ts';

const accountsAPage = 100;

/** Accounts that a change locks out or puts at risk, as of now: how many, and one page of them. */
export async function readAffected(
  question: PlanQuestion,
  { after, hrefOf }: { readonly after: string | null; readonly hrefOf: (after: string | null) => string },
): Promise<{ readonly accounts: number; readonly list: AffectedAccountsItem }> {
  const classes = affectedClasses(question);
  const place = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(after ?? '') ? after : null;
  const [accounts, page] = await Promise.all([
    countAccounts(database(), classes),
    pageOfAccounts(database(), classes, { cube: question.cube, after: place, limit: accountsAPage }),
  ]);
  return {
    accounts,
    list: {
      accounts: page.accounts,
      first: place === null ? null : hrefOf(null),
      next: page.next === null ? null : hrefOf(page.next),
    },
  };
}

export function planItem(plan: Plan, now: number): PlanItem {
  const { id, answer, createdAt, createdBy } = plan;
  return { id, change: answer.change, verdict: answer.verdict, state: planState(plan, now), createdAt, createdBy };
}

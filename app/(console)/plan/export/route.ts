import { z } from 'zod';
import { writeCsv } from '#lib/csv/write-csv.ts';
import { err, ok } from '#lib/model/result.ts';
import type { PlannedChange } from '#lib/planner/change.ts';
import { affectedClasses } from '#lib/planner/plan.ts';
import { pageOfAccounts } from '#prisma/commands/affected-accounts.ts';
import { writeAudit } from '#prisma/commands/audit.ts';
import { findPlan } from '#prisma/commands/plans.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { csvResponse } from '#app/_api/csv-response.ts';
import { notFound } from '#app/_api/problem.ts';
import { database } from '#app/_queries/database.ts';
import { readAgainst } from '#app/_queries/plan-against.ts';
import { readPlanQuestion } from '#app/_queries/plan-answer.ts';

const accountsAPage = 5000;
/** What a spreadsheet is good for. */
const maxRows = 100_000;

/** The change that the address names: a kept plan, or a scenario as in the address of the planner. */
async function readAsked(request: Request): Promise<PlannedChange | null> {
  const { searchParams, search } = new URL(request.url);
  const planId = searchParams.get('plan');
  if (planId !== null) return (await findPlan(database(), planId.slice(0, 100)))?.answer.change ?? null;
  const asked = readAgainst({ against: search.slice(1) })?.scenario.change ?? null;
  return asked?.ok === true ? asked.value : null;
}

async function listAccounts(change: PlannedChange, now: Date): Promise<readonly string[]> {
  const question = await readPlanQuestion(change, { now });
  const classes = affectedClasses(question);
  const accounts: string[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof pageOfAccounts>> = await pageOfAccounts(database(), classes, {
      ...{ cube: question.cube, after, limit: accountsAPage },
    });
    accounts.push(...page.accounts);
    after = page.next;
  } while (after !== null && accounts.length < maxRows);
  return accounts;
}

/** Accounts that a change locks out or puts at risk, by their pseudonyms; written to the audit record. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'accounts:read',
    summary: 'Accounts that a change locks out or puts at risk, as CSV.',
    answers: { 200: z.string() },
    handle: async ({ request, actor, now }) => {
      const change = await readAsked(request);
      if (change === null) return err(notFound('This change'));
      const accounts = await listAccounts(change, now);
      const rows = accounts.slice(0, maxRows).map((account) => [account]);
      const detail = { op: change.op, accounts: rows.length };
      await writeAudit(database(), { actor: actor.name, action: 'accounts.exported', subject: '', detail, now });
      return ok(csvResponse(writeCsv(['account_pseudonym'], rows), { name: 'latchwatch-accounts', now }));
    },
  },
});

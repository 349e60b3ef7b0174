import { z } from 'zod';
import type { PlanAnswer, PlanTotals } from '#lib/planner/answer.ts';
import { planState } from '#lib/planner/plan-state.ts';
import { planSentence } from '#lib/planner/sentence.ts';
import type { Plan } from '#prisma/commands/plans.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { smallestShown } from '#app/_queries/show-count.ts';
import { clients, facts, link, listed, named, whenText } from './answer-schema.ts';
import { countJson } from './latch-json.ts';

const planMembers = z.object({
  id: z.string(),
  url: link,
  state: z.string().describe('New versions may add values.'),
  change: facts.describe('The change as it was asked for.'),
  verdict: z.string().describe('breaks, at-risk, unknown or safe.'),
  sentence: z.string(),
  breaks: clients,
  at_risk: clients,
  presumed: clients,
  unknown: clients,
  safe: clients,
  answer_hash: z.string().describe('SHA-256: what is approved is this answer and no other.'),
  note: z.string(),
  created_at: whenText,
  created_by: z.string(),
  expires_at: whenText,
  approved_at: whenText.nullable(),
  approved_by: z.string().nullable(),
  carried_out_at: whenText.nullable(),
  withdrawn_at: whenText.nullable(),
});

export const planSummaryAnswer = named(
  'PlanSummary',
  'A planned change without the details of its answer.',
  planMembers,
);

export const planAnswer = named(
  'Plan',
  'A planned change, and what it would do.',
  planMembers.extend({
    answer: z.object({
      answered_at: whenText,
      oldest_look_at: whenText.nullable(),
      hosts: listed(z.string()),
      groups: listed(
        z.object({
          impact: z.string(),
          presumed: z.boolean(),
          tag: z.string().nullable(),
          client: z.object({ name: z.string(), version: z.string() }).nullable(),
          why: z.string(),
          last_seen_within_days: z.int().nullable(),
          clients,
        }),
      ),
      coverage: z.object({
        days: z.int(),
        logins: z.int(),
        named: z.int(),
        spoke_of_latches: z.int(),
        pop: z.int(),
      }),
      nearly_none_at: whenText.nullable(),
      steps: listed(z.object({ text: z.string(), not_before: whenText.nullable(), wait_for: z.string().nullable() })),
      preconditions: listed(
        z.object({ id: z.string(), text: z.string(), state: z.string(), blocks: z.boolean(), detail: z.string() }),
      ),
      warnings: listed(z.string()),
    }),
  }),
);

const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
const show = (count: number): string =>
  countJson(count) === null ? `<${String(smallestShown)}` : count.toLocaleString('en');

/** A plan without the details of its answer. */
export function planSummaryJson(plan: Plan, now: Date) {
  const { id, answer } = plan;
  return {
    id,
    url: new URL(`/plan/${id}`, readWebSettings().publicUrl).href,
    state: planState(plan, now.getTime()),
    change: answer.change,
    verdict: answer.verdict,
    sentence: planSentence(answer, show),
    ...totalsJson(answer.totals),
    answer_hash: plan.answerHash,
    note: plan.note,
    created_at: instant(plan.createdAt),
    created_by: plan.createdBy,
    expires_at: instant(plan.expiresAt),
    approved_at: instant(plan.approvedAt),
    approved_by: plan.approvedBy,
    carried_out_at: instant(plan.carriedOutAt),
    withdrawn_at: instant(plan.withdrawnAt),
  };
}

/** A plan with its answer. */
export function planJson(plan: Plan, now: Date) {
  return { ...planSummaryJson(plan, now), answer: answerJson(plan.answer) };
}

/** One to four clients become null: see `countJson`. */
function totalsJson(totals: PlanTotals) {
  return {
    breaks: countJson(totals.breaks),
    at_risk: countJson(totals['at-risk']),
    presumed: countJson(totals.presumed),
    unknown: countJson(totals.unknown),
    safe: countJson(totals.safe),
  };
}

function answerJson(answer: PlanAnswer) {
  const { coverage, forecast } = answer;
  return {
    answered_at: instant(answer.answeredAt),
    oldest_look_at: instant(answer.oldestLookAt),
    hosts: answer.hosts,
    groups: answer.groups.map(({ impact, presumed, tag, client, lastSeen, why, holders }) => ({
      ...{ impact, presumed, tag, client, why },
      last_seen_within_days: lastSeen,
      clients: countJson(holders),
    })),
    coverage: {
      days: coverage.days,
      logins: coverage.logins,
      named: coverage.named,
      spoke_of_latches: coverage.spokeOfLatches,
      pop: coverage.pop,
    },
    nearly_none_at: instant(forecast?.nearlyNoneAt ?? null),
    steps: answer.steps.map(({ text, notBefore, waitFor }) => ({
      text,
      not_before: instant(notBefore),
      wait_for: waitFor,
    })),
    preconditions: answer.preconditions,
    warnings: answer.warnings,
  };
}

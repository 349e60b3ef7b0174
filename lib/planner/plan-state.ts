import type { PlanAnswer } from './answer.ts';
import { freshMs } from './preconditions.ts';

/** The dates of a plan, in milliseconds since the epoch; null: it has not come to that. */
export interface PlanDates {
  readonly expiresAt: number;
  readonly approvedAt: number | null;
  readonly carriedOutAt: number | null;
  readonly withdrawnAt: number | null;
}

export type PlanState = 'open' | 'approved' | 'carried-out' | 'expired' | 'withdrawn';

export function planState({ expiresAt, approvedAt, carriedOutAt, withdrawnAt }: PlanDates, now: number): PlanState {
  if (withdrawnAt !== null) return 'withdrawn';
  if (carriedOutAt !== null) return 'carried-out';
  if (expiresAt <= now) return 'expired';
  return approvedAt === null ? 'open' : 'approved';
}

/** Why an answer may not be approved, in one sentence; null: it may. */
export function whyNotApprovable(answer: PlanAnswer, now: number): string | null {
  const { answeredAt, oldestLookAt, preconditions } = answer;
  if (now - Math.min(answeredAt, oldestLookAt ?? answeredAt) > freshMs) {
    return 'The evidence is older than 15 minutes: check again first.';
  }
  const missing = preconditions.find(({ state, blocks }) => blocks && state === 'not-met');
  return missing === undefined ? null : `Not yet: ${missing.text}. ${missing.detail}`;
}

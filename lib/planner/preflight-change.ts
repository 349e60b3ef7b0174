import type { PlanAnswer } from './answer.ts';
import type { PlannedChange } from './change.ts';
import type { PreflightPart, PreflightReason, PreflightVerdict } from './preflight.ts';

/** How long an answer that rests on the latest looks may be relied on. */
const hourMs = 3_600_000;

/** For changes that concern clients, where nobody counts them: the honest answer is that nobody knows. */
export function unplanned({ op }: PlannedChange, now: number): PreflightPart {
  const text = `What ${op} breaks depends on what clients hold, and there is no census to tell.`;
  const fix = 'Ask the Latchwatch that takes the reports of your servers: POST /api/v1/preflight.';
  return {
    reasons: [{ verdict: 'unknown', code: 'no-census', text, fix }],
    breaks: null,
    atRisk: null,
    unknownShare: null,
    earliestSafe: null,
    expiresAt: now,
  };
}

/** The planner's answer to a change as one of a preflight: conditions that block, then who would be locked out. */
export function plannedPart(answer: PlanAnswer): PreflightPart {
  const { totals, coverage, preconditions, warnings, forecast, answeredAt } = answer;
  const { logins, spokeOfLatches } = coverage;
  const reasons: PreflightReason[] = [clientsReason(answer)];
  for (const { id, text, state, blocks, detail } of preconditions) {
    if (state === 'met') continue;
    const verdict: PreflightVerdict = blocks && state === 'not-met' ? 'block' : 'warn';
    const fix = state === 'not-met' ? null : 'Have it looked at: latchwatch probe, or the page of the endpoint.';
    reasons.push({ verdict, code: id, text: detail === '' ? text : `${text} ${detail}`, fix });
  }
  for (const text of warnings) reasons.push({ verdict: 'warn', code: 'planner-warning', text, fix: null });
  return {
    reasons,
    breaks: totals.breaks,
    atRisk: totals['at-risk'],
    unknownShare: logins === 0 ? null : Math.max(0, 1 - spokeOfLatches / logins),
    // Latches have no end; that nearly nobody is left is a forecast, and no promise.
    earliestSafe: totals.breaks > 0 ? (forecast?.nearlyNoneAt ?? null) : null,
    expiresAt: answeredAt + hourMs,
  };
}

function clientsReason({ verdict, sentence }: PlanAnswer): PreflightReason {
  const fix = 'The planner shows which clients, and what has to come first.';
  switch (verdict) {
    case 'breaks':
      return { verdict: 'block', code: 'clients-break', text: sentence, fix };
    case 'at-risk':
      return { verdict: 'warn', code: 'clients-at-risk', text: sentence, fix };
    case 'unknown':
      return { verdict: 'unknown', code: 'coverage-missing', text: sentence, fix };
    case 'safe':
      return { verdict: 'pass', code: 'clients-safe', text: sentence, fix: null };
  }
}

import type { PlanState } from '#lib/planner/plan-state.ts';
import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { SubmitButton } from './ui/submit-button.tsx';

/** What may be done with a plan now; an action that is null the reader may not do. */
export function PlanDecision({
  planId,
  hash,
  state,
  whyNot,
  approve,
  recheck,
  carryOut,
  withdraw,
}: {
  readonly planId: string;
  /** Of the answer that the page shows: no other one is approved. */
  readonly hash: string;
  readonly state: PlanState;
  /** Why it cannot be approved now, in one sentence; null: it can. */
  readonly whyNot: string | null;
  readonly approve: FormAction | null;
  readonly recheck: FormAction | null;
  readonly carryOut: FormAction | null;
  readonly withdraw: FormAction | null;
}) {
  const isOpen = state === 'open';
  if (!isOpen && state !== 'approved') return null;
  return (
    <div className="mt-4 border-t border-line pt-4">
      {isOpen && whyNot !== null ? (
        <p className="mb-3 text-sm text-muted">It cannot be approved yet. {whyNot}</p>
      ) : null}
      <div className="flex flex-wrap items-start gap-3">
        {isOpen && whyNot === null && approve !== null ? (
          <ActionForm action={approve} hidden={{ planId, hash }} label="Approve this plan">
            <SubmitButton kind="primary" pendingText="Approving…">
              Approve
            </SubmitButton>
          </ActionForm>
        ) : null}
        {isOpen && recheck !== null ? (
          <ActionForm action={recheck} hidden={{ planId }} label="Check this plan again">
            <SubmitButton pendingText="Checking…">Check again</SubmitButton>
          </ActionForm>
        ) : null}
        {state === 'approved' && carryOut !== null ? (
          <ActionForm action={carryOut} hidden={{ planId }} label="Mark this plan as carried out">
            <SubmitButton kind="primary" pendingText="Noting…">
              Carried out just now
            </SubmitButton>
          </ActionForm>
        ) : null}
        {withdraw === null ? null : (
          <ActionForm action={withdraw} hidden={{ planId }} label="Withdraw this plan">
            <SubmitButton kind="danger" pendingText="Withdrawing…">
              Withdraw
            </SubmitButton>
          </ActionForm>
        )}
      </div>
    </div>
  );
}

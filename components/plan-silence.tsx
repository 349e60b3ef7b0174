import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { Choice } from './ui/field.tsx';
import { SubmitButton } from './ui/submit-button.tsx';

const durations = [1, 2, 4, 8, 24].map((hours) => ({
  value: String(hours),
  text: hours === 1 ? '1 hour' : `${String(hours)} hours`,
}));

/** Before an approved plan is carried out: one click, and nobody is called for its hosts meanwhile. */
export function PlanSilence({
  planId,
  hosts,
  action,
}: {
  readonly planId: string;
  readonly hosts: readonly string[];
  readonly action: FormAction;
}) {
  return (
    <div className="mt-4 border-t border-line pt-4">
      <ActionForm action={action} hidden={{ planId }} label="Silence the hosts of this plan">
        <div className="flex flex-wrap items-end gap-3">
          <div className="w-44">
            <Choice label="Planned work from now for" name="hours" options={durations} defaultValue="2" />
          </div>
          <SubmitButton pendingText="Silencing…">Call nobody meanwhile</SubmitButton>
        </div>
        <p className="mt-2 text-sm text-muted [overflow-wrap:anywhere]">
          Faults at {hosts.join(', ')} are recorded and shown, and what is still broken afterwards is told.
        </p>
      </ActionForm>
    </div>
  );
}

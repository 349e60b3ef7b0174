import { ChangeQuestion } from '#components/change-question.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Field } from '#components/ui/field.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { decideChangeAction } from '#app/_actions/changes.ts';
import { changeQuestionItem } from '#app/_queries/change-item.ts';
import type { OpenChange } from '#prisma/commands/baseline.ts';

/** A change that nobody announced, and the question whether it was meant. */
export function OpenChangePanel({
  endpointId,
  change,
  mayDecide,
  now,
}: {
  readonly endpointId: string;
  readonly change: OpenChange;
  readonly mayDecide: boolean;
  readonly now: number;
}) {
  return (
    <Panel title="An unexpected change" flush>
      <ChangeQuestion item={changeQuestionItem(change)} now={now}>
        {mayDecide ? (
          <div className="border-t border-line p-4">
            <ActionForm
              action={decideChangeAction}
              hidden={{ endpointId, mark: change.mark }}
              label="Your word on this change"
            >
              <div className="flex flex-wrap items-end gap-3">
                <Field label="Note" name="note" maxLength={500} autoComplete="off" placeholder="e.g. a ticket" />
                <SubmitButton kind="primary" choice={{ name: 'decision', value: 'approved' }}>
                  Approve
                </SubmitButton>
                <SubmitButton kind="danger" choice={{ name: 'decision', value: 'rejected' }}>
                  Reject
                </SubmitButton>
              </div>
            </ActionForm>
          </div>
        ) : null}
      </ChangeQuestion>
    </Panel>
  );
}

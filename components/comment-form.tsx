import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { TextArea } from './ui/field.tsx';
import { SubmitButton } from './ui/submit-button.tsx';

/** Says something about an incident, for colleagues and for ticket systems that follow it. */
export function CommentForm({ action, incidentId }: { readonly action: FormAction; readonly incidentId: string }) {
  return (
    <ActionForm action={action} hidden={{ incidentId }} label="Comment">
      <div className="space-y-3">
        <TextArea label="Comment" name="text" rows={3} maxLength={5000} required hint="Ticket systems get it too." />
        <SubmitButton pendingText="Sending…">Comment</SubmitButton>
      </div>
    </ActionForm>
  );
}

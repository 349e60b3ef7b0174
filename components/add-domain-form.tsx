import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { Field } from './ui/field.tsx';
import { SubmitButton } from './ui/submit-button.tsx';

/** One field, one button: from the name alone everything else is found. */
export function AddDomainForm({
  action,
  name = '',
}: {
  readonly action: FormAction;
  /** What stands in the field at first. */
  readonly name?: string;
}) {
  return (
    <ActionForm action={action} label="Add a mail domain">
      <div className="flex flex-wrap items-end gap-3">
        <Field
          label="Mail domain"
          name="name"
          placeholder="example.org"
          defaultValue={name}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={1000}
          required
        />
        <SubmitButton kind="primary" pendingText="One moment…">
          Look at this domain
        </SubmitButton>
      </div>
    </ActionForm>
  );
}

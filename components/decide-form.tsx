import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { Field } from './ui/field.tsx';
import { SubmitButton } from './ui/submit-button.tsx';

/** Writes down who decided that a host promises a tag. */
export function DecideForm({
  host,
  tag,
  decidedBy,
  note,
  action,
}: {
  readonly host: string;
  readonly tag: string;
  readonly decidedBy: string | null;
  readonly note: string | null;
  readonly action: FormAction;
}) {
  return (
    <ActionForm action={action} hidden={{ host, tag }} label={`Who decided ${tag} of ${host}`}>
      <div className="flex flex-wrap items-end gap-3">
        <Field
          label="Who decided"
          name="decidedBy"
          defaultValue={decidedBy ?? ''}
          placeholder="Mail team, change 2026-041"
          maxLength={200}
          autoComplete="off"
        />
        <Field
          label="Why, or where it is written"
          name="note"
          defaultValue={note ?? ''}
          maxLength={2000}
          autoComplete="off"
        />
        <SubmitButton kind="primary" pendingText="Writing…">
          Write down
        </SubmitButton>
      </div>
    </ActionForm>
  );
}

import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { Choice, Field } from './ui/field.tsx';
import { SubmitButton } from './ui/submit-button.tsx';

/** Gives an incident to a person. */
export function IncidentAssignForm({
  action,
  incidentId,
  owner,
  people,
}: {
  readonly action: FormAction;
  readonly incidentId: string;
  /** Address of whom it is with; null: nobody. */
  readonly owner: string | null;
  readonly people: readonly { readonly email: string; readonly name: string }[];
}) {
  const known = owner === null || people.some(({ email }) => email === owner);
  return (
    <ActionForm action={action} hidden={{ incidentId }} label="Give it to somebody">
      <div className="flex flex-wrap items-end gap-3">
        <Choice
          // Its answer changes the choice that it starts from.
          key={owner ?? ''}
          label="With whom"
          name="owner"
          defaultValue={owner ?? ''}
          options={[
            { value: '', text: 'Nobody' },
            ...people.map(({ email, name }) => ({ value: email, text: `${name}, ${email}` })),
            // Somebody who has left, or may no longer own one.
            ...(known ? [] : [{ value: owner, text: owner }]),
          ]}
        />
        <SubmitButton pendingText="Noting…">Assign</SubmitButton>
      </div>
    </ActionForm>
  );
}

const durations = [
  { value: '60', text: '1 hour' },
  { value: '240', text: '4 hours' },
  { value: '1440', text: '1 day' },
  { value: '10080', text: '7 days' },
  { value: '43200', text: '30 days, the longest' },
];

/** Tells nobody of one incident for some time, and why. */
export function IncidentSilenceForm({
  action,
  incidentId,
}: {
  readonly action: FormAction;
  readonly incidentId: string;
}) {
  return (
    <ActionForm action={action} hidden={{ incidentId }} label="Silence">
      <div className="space-y-3">
        <div className="flex flex-wrap items-start gap-3">
          <Choice label="Silence for" name="minutes" options={durations} />
          <Field label="Why" name="reason" required maxLength={500} autoComplete="off" />
        </div>
        <SubmitButton pendingText="Silencing…">Silence</SubmitButton>
      </div>
    </ActionForm>
  );
}

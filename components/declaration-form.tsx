import type { DeclaredFact } from '#lib/model/declaration-fields.ts';
import { declarationHints, declarationTitles } from './declaration-words.ts';
import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { Choice, Field } from './ui/field.tsx';
import { SubmitButton } from './ui/submit-button.tsx';

const answers = [
  { value: 'undeclared', text: 'Not declared' },
  { value: 'yes', text: 'Yes' },
  { value: 'no', text: 'No' },
] as const;

const textFields: ReadonlySet<DeclaredFact['field']> = new Set(['front_of', 'vantage', 'address', 'sni']);

function answerOf(value: DeclaredFact['value']): string {
  return value === null ? 'undeclared' : value === true ? 'yes' : 'no';
}

/** All declared facts of one endpoint. Not declared is an answer of its own: it is not "no". */
export function DeclarationForm({
  action,
  endpointId,
  facts,
}: {
  readonly action: FormAction;
  readonly endpointId: string;
  readonly facts: readonly DeclaredFact[];
}) {
  return (
    <ActionForm action={action} hidden={{ endpointId }} label="Declare facts of this endpoint">
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {facts.map(({ field, value }) =>
          textFields.has(field) ? (
            <Field
              key={field}
              label={declarationTitles[field]}
              hint={declarationHints[field]}
              name={field}
              defaultValue={typeof value === 'string' ? value : ''}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
            />
          ) : (
            <Choice
              key={field}
              label={declarationTitles[field]}
              hint={declarationHints[field]}
              name={field}
              options={answers}
              defaultValue={answerOf(value)}
            />
          ),
        )}
      </div>
      <div className="mt-4">
        <SubmitButton kind="primary" pendingText="Saving…">
          Declare
        </SubmitButton>
      </div>
    </ActionForm>
  );
}

import type { ReactNode } from 'react';
import { Field } from './ui/field.tsx';
import { useKeptFields } from './ui/kept-fields.ts';
import { SubmitButton } from './ui/submit-button.tsx';

/** A question about one account, with the answer below it. The account goes in the body of the request, never in an address of a page. */
export function AccountQuestion({
  send,
  label,
  fieldLabel,
  question,
  refusal,
  children,
}: {
  readonly send: (form: FormData) => void;
  /** Names the form. */
  readonly label: string;
  readonly fieldLabel: string;
  /** On the button. */
  readonly question: string;
  /** Why there is no answer; null: nothing was refused. */
  readonly refusal: { readonly message: string } | null;
  /** The answer. */
  readonly children: ReactNode;
}) {
  const kept = useKeptFields(refusal);
  return (
    <>
      <form action={send} aria-label={label} className="p-4" {...kept}>
        <div className="flex flex-wrap items-end gap-3">
          <Field
            label={fieldLabel}
            name="account"
            required
            maxLength={320}
            autoComplete="off"
            spellCheck={false}
            placeholder="as it logs in"
          />
          <SubmitButton kind="primary" pendingText="Looking…">
            {question}
          </SubmitButton>
        </div>
      </form>
      <div aria-live="polite">
        {refusal === null ? (
          children
        ) : (
          <p role="alert" className="tone-fail tone-text border-t border-line px-4 py-3 text-sm">
            {refusal.message}
          </p>
        )}
      </div>
    </>
  );
}

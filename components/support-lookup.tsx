'use client';

import { useActionState } from 'react';
import { SupportAnswerView, type SupportAnswer } from './support-answer.tsx';
import { Field } from './ui/field.tsx';
import { SubmitButton } from './ui/submit-button.tsx';

/** What a question to the support desk is answered with: null before one was asked. It does not repeat the account. */
export type SupportState =
  null | { readonly ok: false; readonly message: string } | { readonly ok: true; readonly answer: SupportAnswer };

/** Asks why an account cannot connect. The account goes in the body of the request, never in an address of a page. */
export function SupportLookup({
  action,
}: {
  readonly action: (state: SupportState, form: FormData) => Promise<SupportState>;
}) {
  const [state, send] = useActionState<SupportState, FormData>(action, null);
  return (
    <>
      <form action={send} aria-label="Ask about an account" className="p-4">
        <div className="flex flex-wrap items-end gap-3">
          <Field
            label="Account of the customer"
            name="account"
            required
            maxLength={320}
            autoComplete="off"
            spellCheck={false}
            placeholder="as it logs in"
          />
          <SubmitButton kind="primary" pendingText="Looking…">
            Why can it not connect?
          </SubmitButton>
        </div>
      </form>
      <div aria-live="polite">
        {state === null ? null : state.ok ? (
          <SupportAnswerView answer={state.answer} />
        ) : (
          <p role="alert" className="tone-fail tone-text border-t border-line px-4 py-3 text-sm">
            {state.message}
          </p>
        )}
      </div>
    </>
  );
}

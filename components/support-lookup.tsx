'use client';

import { lazy, useActionState } from 'react';
import { AccountQuestion } from './account-question.tsx';
import type { SupportAnswer } from './support-answer.tsx';

// Fetched with the first answer. There is no boundary around it: React keeps the question until the whole answer is
// there, and so does the server for whom has no JavaScript.
const SupportAnswerView = lazy(() =>
  import('./support-answer.tsx').then((loaded) => ({ default: loaded.SupportAnswerView })),
);

/** What a question to the support desk is answered with: null before one was asked. It does not repeat the account. */
export type SupportState =
  null | { readonly ok: false; readonly message: string } | { readonly ok: true; readonly answer: SupportAnswer };

/** Asks why an account cannot connect. */
export function SupportLookup({
  action,
}: {
  readonly action: (state: SupportState, form: FormData) => Promise<SupportState>;
}) {
  const [state, send] = useActionState<SupportState, FormData>(action, null);
  return (
    <AccountQuestion
      send={send}
      label="Ask about an account"
      fieldLabel="Account of the customer"
      question="Why can it not connect?"
      refusal={state?.ok === false ? state : null}
    >
      {state?.ok === true ? <SupportAnswerView answer={state.answer} /> : null}
    </AccountQuestion>
  );
}

'use client';

import { useActionState, useId } from 'react';
import { AccountClientTable, type AccountClientItem } from './account-client-table.tsx';
import { Field } from './ui/field.tsx';
import { SubmitButton } from './ui/submit-button.tsx';

/** What a look-up answers: null before one was asked for. It does not repeat the address. */
export type AccountLookupState =
  | null
  | { readonly ok: false; readonly message: string }
  | { readonly ok: true; readonly clients: readonly AccountClientItem[] };

/** Asks which clients an account has. The address goes in the body of the request, never in an address of a page. */
export function AccountLookup({
  action,
}: {
  readonly action: (state: AccountLookupState, form: FormData) => Promise<AccountLookupState>;
}) {
  const [state, send] = useActionState<AccountLookupState, FormData>(action, null);
  const answerId = useId();
  return (
    <>
      <form action={send} aria-label="Look an account up" className="p-4">
        <div className="flex flex-wrap items-end gap-3">
          <Field
            label="Address or user name"
            name="account"
            required
            maxLength={320}
            autoComplete="off"
            spellCheck={false}
            placeholder="as it logs in"
          />
          <SubmitButton kind="primary" pendingText="Looking…">
            Look it up
          </SubmitButton>
        </div>
      </form>
      <div id={answerId} aria-live="polite">
        {state === null ? null : !state.ok ? (
          <p role="alert" className="tone-fail tone-text border-t border-line px-4 py-3 text-sm">
            {state.message}
          </p>
        ) : state.clients.length === 0 ? (
          <p className="border-t border-line px-4 py-3 text-sm">
            Nothing is kept under this name. It may log in under another form of it, or use a server that sends no
            reports.
          </p>
        ) : (
          <div className="border-t border-line">
            <AccountClientTable clients={state.clients} />
          </div>
        )}
      </div>
    </>
  );
}

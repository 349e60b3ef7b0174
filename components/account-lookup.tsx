'use client';

import { lazy, useActionState } from 'react';
import type { AccountClientItem } from './account-client-table.tsx';
import { AccountQuestion } from './account-question.tsx';

// Fetched with the first answer. There is no boundary around it: React keeps the question until the whole answer is
// there, and so does the server for whom has no JavaScript.
const AccountClientTable = lazy(() =>
  import('./account-client-table.tsx').then((loaded) => ({ default: loaded.AccountClientTable })),
);

/** What a look-up answers: null before one was asked for. It does not repeat the address. */
export type AccountLookupState =
  | null
  | { readonly ok: false; readonly message: string }
  | { readonly ok: true; readonly clients: readonly AccountClientItem[] };

/** Asks which clients an account has. */
export function AccountLookup({
  action,
}: {
  readonly action: (state: AccountLookupState, form: FormData) => Promise<AccountLookupState>;
}) {
  const [state, send] = useActionState<AccountLookupState, FormData>(action, null);
  return (
    <AccountQuestion
      send={send}
      label="Look an account up"
      fieldLabel="Address or user name"
      question="Look it up"
      refusal={state?.ok === false ? state : null}
    >
      {state?.ok !== true ? null : state.clients.length === 0 ? (
        <p className="border-t border-line px-4 py-3 text-sm">
          Nothing is kept under this name. It may log in under another form of it, or use a server that sends no
          reports.
        </p>
      ) : (
        <div className="border-t border-line">
          <AccountClientTable clients={state.clients} />
        </div>
      )}
    </AccountQuestion>
  );
}

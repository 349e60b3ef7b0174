'use client';

import type { ReactNode } from 'react';
import { useActionState, useId } from 'react';
import type { ActionState, FormAction } from './action-state.ts';
import { useKeptFields } from './kept-fields.ts';

/** What browsers get of an `ActionForm`. */
export function AnsweredForm({
  action,
  children,
  label,
  hidden,
}: {
  readonly action: FormAction;
  readonly children: ReactNode;
  /** Without characters that cannot be seen. */
  readonly label: string | undefined;
  readonly hidden: Readonly<Record<string, string>>;
}) {
  const [state, send] = useActionState<ActionState, FormData>(action, null);
  const answerId = useId();
  const kept = useKeptFields(state?.ok === false ? state : null);
  return (
    <form action={send} aria-label={label} aria-describedby={state === null ? undefined : answerId} {...kept}>
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children}
      {state === null ? null : (
        <div
          id={answerId}
          role={state.ok ? 'status' : 'alert'}
          className={`${state.ok ? 'tone-ok' : 'tone-fail'} tone-text mt-2 text-sm`}
        >
          {state.message}
          {state.secret === undefined ? null : <Copyable text={state.secret} />}
          {state.command === undefined ? null : (
            <>
              <p className="mt-2">Try it:</p>
              <Copyable text={state.command} />
            </>
          )}
        </div>
      )}
    </form>
  );
}

function Copyable({ text }: { readonly text: string }) {
  return (
    <code className="mt-2 block rounded-md border border-line-strong bg-sunken p-3 font-mono whitespace-pre-wrap text-text [overflow-wrap:anywhere] select-all">
      {text}
    </code>
  );
}

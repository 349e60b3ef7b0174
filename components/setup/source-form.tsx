'use client';

import { useActionState } from 'react';
import type { IngestSnippet } from '#lib/reports/ingest-snippets.ts';
import { Field } from '../ui/field.tsx';
import { useKeptFields } from '../ui/kept-fields.ts';
import { SubmitButton } from '../ui/submit-button.tsx';

/** What came of making a source: null before it was asked for. */
export type SourceFormState =
  | null
  | { readonly ok: false; readonly message: string }
  | {
      readonly ok: true;
      readonly message: string;
      /** Shown once. */
      readonly token: string;
      readonly snippets: readonly IngestSnippet[];
    };

/** Makes a source of reports and shows what to copy, with its token in it. Works without JavaScript. */
export function SourceForm({
  action,
  name,
}: {
  readonly action: (state: SourceFormState, form: FormData) => Promise<SourceFormState>;
  /** A name to begin with. */
  readonly name: string;
}) {
  const [state, send] = useActionState<SourceFormState, FormData>(action, null);
  const kept = useKeptFields(state?.ok === false ? state : null);
  if (state?.ok === true) {
    return (
      <div role="status" className="space-y-4">
        <p className="tone-ok tone-text text-sm font-medium">{state.message}</p>
        {state.snippets.map(({ title, hint, text }) => (
          <div key={title}>
            <p className="font-medium">{title}</p>
            <p className="text-sm text-muted">{hint}</p>
            <pre
              tabIndex={0}
              className="mt-1 max-h-64 overflow-auto rounded-md border border-line-strong bg-sunken p-3 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere] select-all"
            >
              {text}
            </pre>
          </div>
        ))}
      </div>
    );
  }
  return (
    <form action={send} aria-label="Make a source of reports" {...kept}>
      <div className="flex flex-wrap items-end gap-3">
        <Field label="What sends" name="name" defaultValue={name} maxLength={100} required autoComplete="off" />
        <Field
          label="Its address, for syslog"
          name="addresses"
          placeholder="192.0.2.1"
          autoComplete="off"
          spellCheck={false}
        />
        <SubmitButton pendingText="Making…">Make a source</SubmitButton>
      </div>
      {state === null ? null : (
        <p role="alert" className="tone-fail tone-text mt-2 text-sm">
          {state.message}
        </p>
      )}
    </form>
  );
}

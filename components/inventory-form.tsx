'use client';

import { lazy, useActionState, useId } from 'react';
import type { InventoryAction, InventoryAnswer } from './inventory-answer.ts';
import { buttonLook } from './ui/button-look.ts';
import { TextArea } from './ui/field.tsx';

// Fetched with the first answer. There is no boundary around it: React keeps the form as it is until the whole answer is
// there, and so does the server for whom has no JavaScript.
const InventoryAnswerView = lazy(() =>
  import('./inventory-answer-view.tsx').then((loaded) => ({ default: loaded.InventoryAnswerView })),
);

/** Takes the text of an inventory, shows what it would change, and imports it. */
export function InventoryForm({ action }: { readonly action: InventoryAction }) {
  const [answer, send, pending] = useActionState<InventoryAnswer, FormData>(action, null);
  const answerId = useId();
  return (
    <form action={send} aria-label="Import an inventory" aria-describedby={answer === null ? undefined : answerId}>
      <TextArea
        name="inventory"
        label="Inventory (YAML)"
        hint="The file says everything about the endpoints that it names: what it leaves out is undeclared afterwards."
        rows={16}
        required
        defaultValue={answer?.text ?? ''}
        placeholder={
          'domains:\n  - name: example.org\n    endpoints:\n      - service: imap\n        tls: implicit\n        host: mail.example.org'
        }
      />
      <div className="mt-3 flex flex-wrap gap-3">
        <button type="submit" name="intent" value="dry-run" className={buttonLook('primary')} disabled={pending}>
          {pending ? 'Comparing…' : 'Show what would change'}
        </button>
        <button type="submit" name="intent" value="import" className={buttonLook('plain')} disabled={pending}>
          Import
        </button>
      </div>
      {answer === null ? null : (
        <div id={answerId} className="mt-4">
          <InventoryAnswerView said={answer.said} />
        </div>
      )}
    </form>
  );
}

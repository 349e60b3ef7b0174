'use client';

import { Dialog } from './dialog.tsx';
import { ShortcutTable } from './shortcut-table.tsx';
import { buttonLook } from '../ui/button-look.ts';

/** What `?` shows. It opens only while single keys are on, so it offers to switch them off. */
export default function KeyboardHelp({
  close,
  chooseKeys,
}: {
  readonly close: () => void;
  readonly chooseKeys: (form: FormData) => Promise<void>;
}) {
  return (
    <Dialog label="Keys" close={close}>
      <div className="p-5">
        <h2 className="mb-3 text-lg font-semibold">Keys</h2>
        <ShortcutTable />
        <p className="mt-4 text-sm text-muted">
          While you type in a field they do nothing. The words of the console are explained on the{' '}
          <a href="/help" className="link">
            help page
          </a>
          , where keys can be switched on again.
        </p>
        <div className="mt-4 flex flex-wrap gap-2">
          <form method="dialog">
            <button type="submit" className={buttonLook('primary')}>
              Close
            </button>
          </form>
          <form action={chooseKeys} onSubmit={close}>
            <button type="submit" name="keys" value="off" className={buttonLook('plain')}>
              Switch single keys off
            </button>
          </form>
        </div>
      </div>
    </Dialog>
  );
}

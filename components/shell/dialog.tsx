'use client';

import { useEffect, useRef, type ReactNode } from 'react';

/** A native dialog over the page: it keeps the focus, Escape closes it, and the focus goes back to where it was. */
export function Dialog({
  label,
  close,
  children,
}: {
  readonly label: string;
  readonly close: () => void;
  readonly children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    // What is taken off the page leaves the top layer by itself; closing it here would be told to `onClose`.
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-label={label}
      onClose={close}
      // Only the dialog itself is hit outside of its content.
      onClick={(event) => (event.target === event.currentTarget ? event.currentTarget.close() : undefined)}
      className="mx-auto mt-[10vh] w-[min(40rem,calc(100vw-2rem))] rounded-lg border border-line-strong bg-surface p-0 text-text shadow-2xl backdrop:bg-black/40"
    >
      <div className="max-h-[75vh] overflow-y-auto">{children}</div>
    </dialog>
  );
}

'use client';

import { useRef, useState } from 'react';
import { buttonLook } from './ui/button-look.ts';

/** A text to copy: a box that can always be marked by hand, and a button that does it where the browser lets it. */
export function CopyText({
  label,
  text,
  rows = 8,
}: {
  readonly label: string;
  readonly text: string;
  readonly rows?: number;
}) {
  const box = useRef<HTMLTextAreaElement>(null);
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    box.current?.select();
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied.');
    } catch {
      // Without https, or where the person said no.
      setSaid('It is marked: press Ctrl and C, or Cmd and C.');
    }
  };
  return (
    <div>
      <label className="block">
        <span className="mb-1 block text-sm font-medium">{label}</span>
        <textarea
          ref={box}
          readOnly
          rows={rows}
          value={text}
          spellCheck={false}
          className="w-full rounded-md border border-line-strong bg-sunken px-3 py-2 font-mono text-xs"
        />
      </label>
      <div className="mt-1.5 flex flex-wrap items-center gap-3">
        <button type="button" className={buttonLook('plain')} onClick={() => void copy()}>
          Copy
        </button>
        <span role="status" className="text-sm text-muted">
          {said}
        </span>
      </div>
    </div>
  );
}

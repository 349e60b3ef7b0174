import type { ReactNode } from 'react';
import { ToneIcon } from './tone-icon.tsx';
import type { Tone } from './tone.ts';

/** A sentence that must not be missed. */
export function Banner({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <div
      role={tone === 'crit' || tone === 'fail' ? 'alert' : 'status'}
      className={`tone-${tone} tone-fill flex items-start gap-2.5 rounded-md border px-3 py-2`}
    >
      <span className="mt-0.5">
        <ToneIcon tone={tone} />
      </span>
      <div className="min-w-0">{children}</div>
    </div>
  );
}

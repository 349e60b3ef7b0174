import type { ReactNode } from 'react';
import { ToneIcon } from './tone-icon.tsx';
import type { Tone } from './tone.ts';

/** One line at the edge of a widget that says why it does not show everything, or not today's. */
export function NoteLine({
  tone,
  role,
  children,
}: {
  readonly tone: Tone;
  readonly role: 'status' | 'alert';
  readonly children: ReactNode;
}) {
  return (
    <div role={role} className={`tone-${tone} tone-fill flex items-start gap-2 rounded-md border px-3 py-2 text-sm`}>
      <span className="mt-0.5">
        <ToneIcon tone={tone} size={14} />
      </span>
      <div className="min-w-0">{children}</div>
    </div>
  );
}

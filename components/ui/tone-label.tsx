import type { ReactNode } from 'react';
import { ToneIcon } from './tone-icon.tsx';
import type { Tone } from './tone.ts';

/** `subtle` for tables, `chip` where it must be found at a glance. */
export const toneLabelLooks = {
  subtle: '',
  chip: 'tone-fill rounded-full border py-0.5 pr-2.5 pl-1.5',
} as const;

/** Shape, colour and word. */
export function ToneLabel({
  tone,
  children,
  look = 'subtle',
}: {
  readonly tone: Tone;
  readonly children: ReactNode;
  readonly look?: keyof typeof toneLabelLooks;
}) {
  return (
    <span
      className={`tone-${tone} tone-text inline-flex items-center gap-1.5 keep-on-line text-sm font-medium ${toneLabelLooks[look]}`}
    >
      <ToneIcon tone={tone} size={14} />
      {children}
    </span>
  );
}

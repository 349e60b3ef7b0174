import type { ReactNode } from 'react';

/** `plain` says what something is, `dashed` that it is not certain. */
export const badgeLooks = {
  plain: 'border-line bg-sunken',
  dashed: 'border-dashed border-line-strong',
} as const;

/** A small word about something, without a judgement. */
export function Badge({ children, dashed = false }: { readonly children: ReactNode; readonly dashed?: boolean }) {
  return (
    <span
      className={`inline-flex items-center rounded border px-1.5 text-xs whitespace-nowrap text-muted ${badgeLooks[dashed ? 'dashed' : 'plain']}`}
    >
      {children}
    </span>
  );
}

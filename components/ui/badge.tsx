import type { ReactNode } from 'react';

/** A small word about something, without a judgement. */
export function Badge({ children, dashed = false }: { readonly children: ReactNode; readonly dashed?: boolean }) {
  return (
    <span
      className={`inline-flex items-center rounded border px-1.5 text-xs whitespace-nowrap text-muted ${
        dashed ? 'border-dashed border-line-strong' : 'border-line bg-sunken'
      }`}
    >
      {children}
    </span>
  );
}

import type { ReactNode } from 'react';

/** Nothing to show, and what to do next. */
export function EmptyState({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="px-4 py-10 text-center">
      <p className="font-medium">{title}</p>
      {children === undefined ? null : <div className="mx-auto mt-1 max-w-prose text-muted">{children}</div>}
    </div>
  );
}

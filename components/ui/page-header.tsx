import type { ReactNode } from 'react';

/** Name of the page, where it belongs, what it says in one line and what can be done. */
export function PageHeader({
  title,
  above,
  children,
  actions,
}: {
  readonly title: ReactNode;
  readonly above?: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <header className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        {above === undefined ? null : <div className="mb-1 text-sm text-muted">{above}</div>}
        <h1 className="text-2xl font-semibold tracking-tight text-balance [overflow-wrap:anywhere]">{title}</h1>
        {children === undefined ? null : (
          <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-muted [overflow-wrap:anywhere]">
            {children}
          </div>
        )}
      </div>
      {actions === undefined ? null : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}

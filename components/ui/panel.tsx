import type { ReactNode } from 'react';

/** A titled part of a page. */
export function Panel({
  title,
  aside,
  children,
  flush = false,
}: {
  readonly title: string;
  /** Right of the title: a count, a link, a button. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** True: the content brings its own inner margins, as lists and tables do. */
  readonly flush?: boolean;
}) {
  return (
    // Positioned, so that text for screen readers inside what is closed does not make the page longer.
    <section className="relative min-w-0 overflow-hidden rounded-lg border border-line bg-surface shadow-(--shadow)">
      <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line px-4 py-2">
        <h2 className="text-base font-semibold">{title}</h2>
        {aside === undefined ? null : <div className="text-sm text-muted">{aside}</div>}
      </div>
      <div className={flush ? '' : 'p-4'}>{children}</div>
    </section>
  );
}

import type { ReactNode } from 'react';

/** A table that scrolls inside itself when the window is narrow; reachable by keyboard for that. */
export function DataTable({
  caption,
  columns,
  children,
}: {
  /** For screen readers. */
  readonly caption: string;
  readonly columns: readonly string[];
  /** Rows of `Cell`s. */
  readonly children: ReactNode;
}) {
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={caption}>
      <table className="w-full border-collapse text-left">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line">
            {columns.map((column) => (
              <th key={column} scope="col" className="px-4 py-2 text-xs font-medium whitespace-nowrap text-muted">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </div>
  );
}

export function Cell({ children, mono = false }: { readonly children: ReactNode; readonly mono?: boolean }) {
  return <td className={`px-4 py-2.5 align-top ${mono ? 'font-mono text-sm' : ''}`}>{children}</td>;
}

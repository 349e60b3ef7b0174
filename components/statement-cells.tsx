import type { DraftStatement } from '#lib/draft/statement.ts';
import type { ReactNode } from 'react';
import { draftLink } from '#lib/draft/reference-link.ts';
import { Cell } from './ui/data-table.tsx';

/** The first cells of a row about a statement: number, section, level and what it says. */
export function StatementCells({
  statement,
  children,
}: {
  readonly statement: DraftStatement;
  /** Below what it says. */
  readonly children?: ReactNode;
}) {
  return (
    <>
      <Cell mono>{statement.row}</Cell>
      <Cell>
        <span className="block text-sm whitespace-nowrap">
          {statement.sections.map((section, index) => (
            <span key={section}>
              {index === 0 ? '' : ', '}
              <a href={draftLink(section)} className="link inline-block min-h-6 min-w-6">
                {section}
              </a>
            </span>
          ))}
        </span>
        <span className="block text-2xs tracking-wide whitespace-nowrap text-muted">{statement.level}</span>
      </Cell>
      <Cell>
        <span className="block min-w-52 max-w-prose print:min-w-0">{statement.statement}.</span>
        <span className="mt-0.5 block max-w-prose text-xs text-muted">Today: {statement.today}.</span>
        {children}
      </Cell>
    </>
  );
}

import type { DraftStatement } from '#lib/draft/statement.ts';
import { Link } from './ui/link.tsx';

/** Statements with their section and level, each leading to its row in the table of all. */
export function StatementList({ statements }: { readonly statements: readonly DraftStatement[] }) {
  return (
    <ul className="space-y-3">
      {statements.map((statement) => (
        <li key={statement.row}>
          <p>{statement.statement}.</p>
          <p className="text-xs text-muted">
            <Link href={`/statements#row-${String(statement.row)}`} className="link">
              Row {statement.row}
            </Link>
            {` · section ${statement.sections.join(', ')} · ${statement.level} · today: ${statement.today}`}
          </p>
        </li>
      ))}
    </ul>
  );
}

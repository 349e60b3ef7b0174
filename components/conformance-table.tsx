import type { Standing } from '#lib/draft/conformance.ts';
import type { DraftStatement } from '#lib/draft/statement.ts';
import { standingWords } from './standing-words.ts';
import { StatementCells } from './statement-cells.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

export interface PlaceItem {
  /** Where something was found against the statement, e.g. `mail.example.org:993 at 192.0.2.1`. */
  readonly text: string;
  readonly href: string;
  readonly code: string;
}

export interface ConformanceItem {
  readonly statement: DraftStatement;
  readonly draft: Standing;
  readonly current: Standing;
  readonly places: readonly PlaceItem[];
  /** Further places that are not listed. */
  readonly morePlaces: number;
}

function StandingLabel({ standing }: { readonly standing: Standing }) {
  const { word, tone } = standingWords[standing];
  return <ToneLabel tone={tone}>{word}</ToneLabel>;
}

/** Both verdicts where their columns are out of sight. */
function NarrowStandings({ draft, current }: Pick<ConformanceItem, 'draft' | 'current'>) {
  return (
    <span className="mt-1.5 block text-xs text-muted sm:hidden">
      Draft of 2015
      <br />
      <StandingLabel standing={draft} />
      <br />
      Current practice
      <br />
      <StandingLabel standing={current} />
    </span>
  );
}

function Places({ item }: { readonly item: ConformanceItem }) {
  if (item.places.length === 0) return null;
  return (
    <ul className="min-w-44 space-y-1 text-sm print:min-w-0">
      {item.places.map((place) => (
        <li key={`${place.code} ${place.text}`}>
          <Link href={place.href} className="link flex min-h-6 w-fit items-center font-mono text-xs">
            <ForeignText text={place.text} maxLength={200} />
          </Link>
          <Link
            href={`/findings/${place.code}`}
            className="flex min-h-6 w-fit items-center text-xs text-muted hover:underline"
          >
            {place.code}
          </Link>
        </li>
      ))}
      {item.morePlaces === 0 ? null : <li className="text-xs text-muted">and {item.morePlaces} more</li>}
    </ul>
  );
}

/** Every statement of the draft with what both rule packs make of one domain. */
export function ConformanceTable({ items }: { readonly items: readonly ConformanceItem[] }) {
  return (
    <DataTable
      caption="Statements of the draft and how they stand"
      columns={['Row', 'Section', 'Statement', 'Draft of 2015', 'Current practice', 'Found at']}
    >
      {items.map((item) => (
        <tr key={item.statement.row} id={`row-${String(item.statement.row)}`} className="break-inside-avoid">
          <StatementCells statement={item.statement}>
            <NarrowStandings {...item} />
          </StatementCells>
          <Cell>
            <StandingLabel standing={item.draft} />
          </Cell>
          <Cell>
            <StandingLabel standing={item.current} />
          </Cell>
          <Cell>
            <Places item={item} />
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}

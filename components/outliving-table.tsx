import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

/** Something that caches keep although it has changed. */
export interface OutlivingItem {
  readonly name: string;
  readonly href: string;
  readonly note: string | null;
  readonly durationSeconds: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

const units = [
  [86_400, 'day', 'days'],
  [3600, 'hour', 'hours'],
  [60, 'minute', 'minutes'],
  [1, 'second', 'seconds'],
] as const;

/** A span of time in the largest unit that it has at least two of, or one. */
function inWords(durationSeconds: number): string {
  const [size, one, many] = units.find(([unit]) => durationSeconds >= 2 * unit) ??
    units.find(([unit]) => durationSeconds >= unit) ?? [1, 'second', 'seconds'];
  const count = Math.floor(durationSeconds / size);
  return `${count} ${count === 1 ? one : many}`;
}

/** For each, how long it lasts and until when a copy fetched at the latest look is believed. */
export function OutlivingTable({
  caption,
  column,
  items,
  now,
}: {
  readonly caption: string;
  /** What the names are names of. */
  readonly column: string;
  readonly items: readonly OutlivingItem[];
  readonly now: number;
}) {
  return (
    <DataTable caption={caption} columns={[column, 'Lasts', 'Believed until at least']}>
      {items.map(({ name, href, note, durationSeconds, until }) => (
        <tr key={`${name} ${href}`}>
          <Cell mono>
            <Link href={href} className="link">
              <ForeignText text={name} maxLength={253} />
            </Link>
            {note === null ? null : (
              <span className="block font-sans text-xs text-muted">
                <ForeignText text={note} maxLength={120} />
              </span>
            )}
          </Cell>
          <Cell>
            <span className="whitespace-nowrap" title={`${durationSeconds} s`}>
              {inWords(durationSeconds)}
            </span>
          </Cell>
          <Cell>
            <TimeStamp at={until} now={now} form="both" />
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}

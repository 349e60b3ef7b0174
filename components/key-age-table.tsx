import { Link } from './ui/link.tsx';
import type { Tone } from './ui/tone.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

/** A key or a kind of keys, and when it should be changed. Times in milliseconds since the epoch. */
export interface KeyAgeItem {
  readonly name: string;
  readonly tone: Tone;
  /** One or two words beside the shape. */
  readonly word: string;
  /** When the oldest one was made; null: nobody wrote it down. */
  readonly since: number | null;
  readonly what: string;
  /** What to do, and what it costs. */
  readonly todo: string;
  readonly href: string | null;
}

/** Keys with their ages and what to do about them. */
export function KeyAgeTable({ items, now }: { readonly items: readonly KeyAgeItem[]; readonly now: number }) {
  return (
    <DataTable caption="Keys" columns={['Key', 'State', 'Oldest from', 'To change it']}>
      {items.map(({ name, tone, word, since, what, todo, href }) => (
        <tr key={name}>
          <Cell>
            <span className="block min-w-48 font-medium">
              {href === null ? (
                name
              ) : (
                <Link href={href} className="link">
                  {name}
                </Link>
              )}
            </span>
            <span className="block text-sm text-muted">{what}</span>
          </Cell>
          <Cell>
            <ToneLabel tone={tone}>{word}</ToneLabel>
          </Cell>
          <Cell>
            {since === null ? (
              <span className="text-muted">not kept</span>
            ) : (
              <TimeStamp at={since} now={now} form="relative" />
            )}
          </Cell>
          <Cell>
            <span className="block min-w-64 max-w-prose text-sm">{todo}</span>
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}

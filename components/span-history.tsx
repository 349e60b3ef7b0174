import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

export interface SpanItem {
  readonly id: string;
  /** What it is about: an address, or `Addresses in DNS`. */
  readonly subject: string;
  readonly vantage: string;
  /** Milliseconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly runs: number;
}

/** When what was seen changed: one row for as long as it stayed the same. */
export function SpanHistory({ items, now }: { readonly items: readonly SpanItem[]; readonly now: number }) {
  return (
    <DataTable caption="Changes" columns={['Changed at', 'What', 'Unchanged until', 'Looks', 'Seen from']}>
      {items.map((item) => (
        <tr key={item.id}>
          <Cell>
            <TimeStamp at={item.firstSeen} now={now} />
          </Cell>
          <Cell mono>
            <ForeignText text={item.subject} />
          </Cell>
          <Cell>
            <TimeStamp at={item.lastSeen} now={now} form="relative" />
          </Cell>
          <Cell>{item.runs}</Cell>
          <Cell>{item.vantage}</Cell>
        </tr>
      ))}
    </DataTable>
  );
}

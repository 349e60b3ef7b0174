import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

/** Deliveries that failed because of a latch, as bounces tell (draft section 7.4). */
export interface LatchBounceItem {
  readonly tag: string;
  /** Who told of it; '': not told. */
  readonly reporter: string;
  /** Whose server broke the latch; '': not told. */
  readonly remote: string;
  readonly bounces: number;
  /** Milliseconds since the epoch: the latest day. */
  readonly lastAt: number;
}

export function LatchBounceTable({ items, now }: { readonly items: readonly LatchBounceItem[]; readonly now: number }) {
  return (
    <DataTable caption="Bounces that name a latch" columns={['Latch', 'Server', 'Told by', 'Bounces', 'Last']}>
      {items.map((item) => (
        <tr key={`${item.tag} ${item.remote} ${item.reporter}`}>
          <Cell mono>
            <ForeignText text={item.tag} maxLength={64} />
          </Cell>
          <Cell mono>
            <Name text={item.remote} />
          </Cell>
          <Cell mono>
            <Name text={item.reporter} />
          </Cell>
          <Cell>{item.bounces.toLocaleString('en')}</Cell>
          <Cell>
            <TimeStamp at={item.lastAt} now={now} form="relative" />
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}

function Name({ text }: { readonly text: string }) {
  return text === '' ? <span className="text-muted">not told</span> : <ForeignText text={text} maxLength={255} />;
}

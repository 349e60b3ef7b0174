import type { RolloverLight } from '#lib/dane/rollover.ts';
import { toneOfLight, wordOfLight } from './rollover-words.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

export interface RolloverItem {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  /** The new record in short. */
  readonly record: string;
  readonly light: RolloverLight;
  /** Milliseconds since the epoch, as the others. */
  readonly greenAt: number | null;
  readonly startedAt: number;
  readonly startedBy: string;
  readonly closedAt: number | null;
}

/** Rollovers, those under way first. */
export function RolloverTable({ items, now }: { readonly items: readonly RolloverItem[]; readonly now: number }) {
  return (
    <DataTable caption="Rollovers" columns={['Endpoint', 'New record', 'Deploy now?', 'Started']}>
      {items.map((item) => (
        <tr key={item.id}>
          <Cell>
            <Link href={`/rollovers/${item.id}`} className="link">
              {item.host}:{item.port}
            </Link>
          </Cell>
          <Cell mono>{item.record}</Cell>
          <Cell>
            {item.closedAt === null ? (
              <>
                <ToneLabel tone={toneOfLight[item.light]}>{wordOfLight[item.light]}</ToneLabel>
                {item.greenAt === null ? null : (
                  <span className="block text-xs text-muted">
                    green <TimeStamp at={item.greenAt} now={now} form="relative" />
                  </span>
                )}
              </>
            ) : (
              <ToneLabel tone="unknown">Closed</ToneLabel>
            )}
          </Cell>
          <Cell>
            <TimeStamp at={item.startedAt} now={now} form="relative" /> by{' '}
            <ForeignText text={item.startedBy} maxLength={100} />
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}

import type { Judged } from './dnssec-words.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

export interface ZoneItem {
  /** Apex. */
  readonly name: string;
  /** What the checks found. */
  readonly state: Judged;
  /** The worst DNSSEC state of its answers; null: not looked at yet. */
  readonly dnssec: Judged | null;
  /** Milliseconds since the epoch; null: no valid signature was seen. */
  readonly firstExpiry: number | null;
  readonly lookedAt: number | null;
}

/** Zones with their state now. */
export function ZoneTable({ items, now }: { readonly items: readonly ZoneItem[]; readonly now: number }) {
  return (
    <DataTable caption="DNS zones" columns={['State', 'Zone', 'DNSSEC', 'First signature expires', 'Looked at']}>
      {items.map((item) => (
        <tr key={item.name}>
          <Cell>
            <ToneLabel tone={item.state.tone}>{item.state.word}</ToneLabel>
          </Cell>
          <Cell mono>
            <Link href={`/zones/${encodeURIComponent(item.name)}`} className="link inline-block min-w-32">
              <ForeignText text={item.name} maxLength={253} />
            </Link>
          </Cell>
          <Cell>
            {item.dnssec === null ? (
              <span className="text-sm text-muted">not known</span>
            ) : (
              <ToneLabel tone={item.dnssec.tone}>{item.dnssec.word}</ToneLabel>
            )}
          </Cell>
          <Cell>
            {item.firstExpiry === null ? (
              <span className="text-sm text-muted">none seen</span>
            ) : (
              <TimeStamp at={item.firstExpiry} now={now} form="relative" />
            )}
          </Cell>
          <Cell>
            {item.lookedAt === null ? (
              <span className="text-muted">not yet</span>
            ) : (
              <TimeStamp at={item.lookedAt} now={now} form="relative" />
            )}
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}

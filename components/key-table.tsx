import { algorithmText } from './dnssec-words.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';

/** One key, as the parent, the zone and the zone's wish for its parent know it. */
export interface KeyItem {
  readonly keyTag: number;
  readonly algorithm: number;
  /** `KSK`, `ZSK`; null where the zone has no such key. */
  readonly role: string | null;
  /** What became of each DS record, e.g. `2 SHA-256: fits`; empty: the parent has none. */
  readonly ds: readonly string[];
  /** E.g. `signs the key set`; null where the zone has no such key. */
  readonly dnskey: string | null;
  /** E.g. `CDS 2 SHA-256`; empty: none. */
  readonly wishes: readonly string[];
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  if (lines.length === 0) return <span className="text-sm text-muted">none</span>;
  return (
    <ul className="text-sm">
      {lines.map((line, index) => (
        <li key={index} className="whitespace-nowrap">
          <ForeignText text={line} maxLength={120} />
        </li>
      ))}
    </ul>
  );
}

/** DS at the parent, DNSKEY in the zone, and CDS and CDNSKEY (RFC 7344), key by key. */
export function KeyTable({
  items,
  wishesSeen,
}: {
  readonly items: readonly KeyItem[];
  /** False: nobody asked for CDS and CDNSKEY, or no answer came. */
  readonly wishesSeen: boolean;
}) {
  return (
    <DataTable
      caption="Keys at the parent and in the zone"
      columns={['Key', 'Algorithm', 'DS at the parent', 'DNSKEY in the zone', 'CDS and CDNSKEY']}
    >
      {items.map((item) => (
        <tr key={`${item.keyTag} ${item.algorithm}`}>
          <Cell mono>
            {item.keyTag} {item.role}
          </Cell>
          <Cell>
            <span className="text-sm whitespace-nowrap">{algorithmText(item.algorithm)}</span>
          </Cell>
          <Cell>
            <Lines lines={item.ds} />
          </Cell>
          <Cell>
            <Lines lines={item.dnskey === null ? [] : [item.dnskey]} />
          </Cell>
          <Cell>
            {wishesSeen ? <Lines lines={item.wishes} /> : <span className="text-sm text-muted">not seen</span>}
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}

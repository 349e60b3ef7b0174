import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

export interface ChainItem {
  readonly fingerprint: string;
  readonly role: string;
  readonly subject: string;
  readonly names: readonly string[];
  readonly issuer: string;
  readonly keyType: string;
  /** `ECDSA P-256` */
  readonly key: string;
  /** TLSA records that match it. */
  readonly records: readonly string[];
  /** SHA-256 of the keys of the transparency logs (RFC 6962) that promised to publish it, lower-case hex. */
  readonly logIds: readonly string[];
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
}

function DaysLeft({ item, now }: { readonly item: ChainItem; readonly now: number }) {
  const days = Math.floor((item.notAfter - now) / 86_400_000);
  if (item.notAfter <= now) return <ToneLabel tone="crit">expired</ToneLabel>;
  if (item.notBefore > now) return <ToneLabel tone="crit">not valid yet</ToneLabel>;
  return <span className="tabular-nums">{days}</span>;
}

/** The certificates as the server sent them, leaf first. */
export function ChainTable({ items, now }: { readonly items: readonly (ChainItem | null)[]; readonly now: number }) {
  return (
    <DataTable
      caption="Certificates as sent"
      columns={['Role', 'Subject', 'Issuer', 'Valid', 'Days left', 'Key', 'TLSA']}
    >
      {items.map((item, index) =>
        item === null ? (
          <tr key={index}>
            <Cell>{index}</Cell>
            <td colSpan={6} className="px-4 py-2.5">
              <ToneLabel tone="unknown">A certificate that could not be read</ToneLabel>
            </td>
          </tr>
        ) : (
          <tr key={index}>
            <Cell>
              <span className="text-sm whitespace-nowrap text-muted">{item.role}</span>
            </Cell>
            <Cell>
              <span className="block min-w-48 text-sm">
                <ForeignText text={item.subject === '' ? '(empty)' : item.subject} maxLength={300} />
                {item.names.length === 0 ? null : (
                  <span className="block font-mono text-xs text-muted">
                    <ForeignText text={item.names.slice(0, 12).join(', ')} maxLength={600} />
                    {item.names.length > 12 ? ` and ${item.names.length - 12} more` : ''}
                  </span>
                )}
                <Link
                  href={`/certificates/${item.fingerprint}`}
                  className="link block w-fit font-mono text-2xs"
                  title={item.fingerprint}
                >
                  SHA-256 {item.fingerprint.slice(0, 16)}…
                </Link>
                {item.logIds.length === 0 ? null : (
                  <span className="block text-2xs text-muted" title={item.logIds.join(' ')}>
                    in {item.logIds.length} transparency {item.logIds.length === 1 ? 'log' : 'logs'}:{' '}
                    <span className="font-mono">{item.logIds.map((id) => `${id.slice(0, 8)}…`).join(' ')}</span>
                  </span>
                )}
              </span>
            </Cell>
            <Cell>
              <span className="block min-w-40 text-sm">
                <ForeignText text={item.issuer} maxLength={300} />
              </span>
            </Cell>
            <Cell>
              <span className="block text-sm">
                <TimeStamp at={item.notBefore} now={now} form="absolute" />
                <br />
                <TimeStamp at={item.notAfter} now={now} form="absolute" />
              </span>
            </Cell>
            <Cell>
              <DaysLeft item={item} now={now} />
            </Cell>
            <Cell>
              <span className="whitespace-nowrap">{item.key}</span>
            </Cell>
            <Cell mono>
              {item.records.length === 0 ? (
                <span className="font-sans text-muted">none matches</span>
              ) : (
                item.records.map((record) => (
                  <span key={record} className="block text-xs whitespace-nowrap">
                    {record}
                  </span>
                ))
              )}
            </Cell>
          </tr>
        ),
      )}
    </DataTable>
  );
}

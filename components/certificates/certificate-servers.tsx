import { Cell, DataTable } from '../ui/data-table.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Link } from '../ui/link.tsx';
import { TimeStamp } from '../ui/time-stamp.tsx';
import { ToneLabel } from '../ui/tone-label.tsx';
import type { CertificatePlaceItem } from './certificate-item.ts';

/** A server that shows the certificate, with the TLSA records that name it. */
export interface CertificateServerItem extends CertificatePlaceItem {
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** `3 1 1 0123…`; null: DNS has no answer about TLSA records. */
  readonly tlsa: {
    readonly naming: readonly string[];
    /** Records that name nothing of what is sent. */
    readonly others: number;
    readonly secure: boolean;
  } | null;
}

function Tlsa({ tlsa }: Pick<CertificateServerItem, 'tlsa'>) {
  if (tlsa === null) return <ToneLabel tone="unknown">No answer</ToneLabel>;
  if (tlsa.naming.length === 0 && tlsa.others === 0) return <span className="text-sm text-muted">none published</span>;
  return (
    <span className="block text-sm">
      {tlsa.naming.length === 0 ? (
        <ToneLabel tone={tlsa.secure ? 'fail' : 'warn'}>None of {tlsa.others} names it</ToneLabel>
      ) : (
        <>
          <ToneLabel tone={tlsa.secure ? 'ok' : 'unknown'}>
            {tlsa.secure ? 'Named by' : 'Named, but DNSSEC does not vouch for it, by'}
          </ToneLabel>
          {tlsa.naming.map((record) => (
            <span key={record} className="block font-mono text-xs break-all">
              <ForeignText text={record} maxLength={160} />
            </span>
          ))}
          {tlsa.others === 0 ? null : (
            <span className="block text-xs text-muted">
              {tlsa.others} {tlsa.others === 1 ? 'other names' : 'others name'} something else: the next key, or one
              left over
            </span>
          )}
        </>
      )}
    </span>
  );
}

/** Where a certificate is now, and which TLSA records match it there. */
export function CertificateServers({
  items,
  now,
}: {
  readonly items: readonly CertificateServerItem[];
  readonly now: number;
}) {
  return (
    <DataTable caption="Servers that show it now" columns={['Server', 'Addresses', 'Since', 'TLSA records']}>
      {items.map((item) => (
        <tr key={item.endpointId} data-row>
          <Cell>
            <Link href={`/endpoints/${item.endpointId}`} className="link font-mono text-sm">
              <ForeignText text={`${item.host}:${String(item.port)}`} maxLength={260} />
            </Link>
            <span className="block text-sm text-muted">{item.service}</span>
          </Cell>
          <Cell mono>
            <ForeignText text={item.addresses.join(', ')} maxLength={400} />
            {item.silentSince === null ? null : (
              <span className="block font-sans">
                <ToneLabel tone="unknown">
                  No answer since <TimeStamp at={item.silentSince} now={now} form="relative" />
                </ToneLabel>
              </span>
            )}
          </Cell>
          <Cell>
            <span className="text-sm">
              <TimeStamp at={item.since} now={now} />
            </span>
          </Cell>
          <Cell>
            <Tlsa tlsa={item.tlsa} />
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}

/** A time at which an address showed the certificate; milliseconds since the epoch. */
export interface PastPlaceItem {
  readonly endpointId: string;
  readonly host: string;
  readonly port: number;
  readonly address: string;
  readonly since: number;
  readonly until: number;
}

/** Where a certificate was, the latest first. */
export function PastPlaces({ items, now }: { readonly items: readonly PastPlaceItem[]; readonly now: number }) {
  return (
    <DataTable caption="Where it was" columns={['Server', 'Address', 'From', 'Until']}>
      {items.map((item, index) => (
        <tr key={index}>
          <Cell>
            <Link href={`/endpoints/${item.endpointId}`} className="link font-mono text-sm">
              <ForeignText text={`${item.host}:${String(item.port)}`} maxLength={260} />
            </Link>
          </Cell>
          <Cell mono>
            <ForeignText text={item.address} maxLength={100} />
          </Cell>
          <Cell>
            <span className="text-sm">
              <TimeStamp at={item.since} now={now} form="absolute" />
            </span>
          </Cell>
          <Cell>
            <span className="text-sm">
              <TimeStamp at={item.until} now={now} />
            </span>
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}

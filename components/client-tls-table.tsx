import { ClientName } from './client-name.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { Link } from './ui/link.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

export interface ClientTlsItem {
  readonly versions: readonly { readonly version: string; readonly weak: boolean; readonly href: string }[];
  readonly rows: readonly {
    readonly client: string;
    readonly href: string;
    readonly counts: readonly string[];
    readonly all: string;
    readonly silent: string;
  }[];
  readonly otherClients: number;
}

/** What a TLS version is called; '' where it was not told. */
export function tlsVersionWord(version: string): string {
  if (version === '') return 'not told';
  if (version === 'none') return 'without TLS';
  return version.replace(/^TLSv/, 'TLS ').replace(/^TLS 1$/, 'TLS 1.0');
}

/** Which TLS version clients used in their latest session, by program. */
export function ClientTlsTable({ item }: { readonly item: ClientTlsItem }) {
  const { versions, rows, otherClients } = item;
  const columns = [
    'Program',
    ...versions.map(({ version }) => tlsVersionWord(version)),
    'All',
    'Say nothing of latches',
  ];
  return (
    <>
      <p className="flex flex-wrap gap-x-4 gap-y-1 border-b border-line px-4 py-2 text-sm">
        <span className="text-muted">Only clients with:</span>
        {versions.map(({ version, weak, href }) => (
          <Link key={version} href={href} className="link">
            {weak ? <ToneLabel tone="warn">{tlsVersionWord(version)}</ToneLabel> : tlsVersionWord(version)}
          </Link>
        ))}
      </p>
      <DataTable caption="Clients by program and TLS version" columns={columns}>
        {rows.map(({ client, href, counts, all, silent }) => (
          <tr key={client}>
            <Cell>
              <Link href={href} className="link">
                <ClientName name={client} />
              </Link>
            </Cell>
            {counts.map((count, index) => (
              <Cell key={versions[index]?.version ?? index}>
                {count === '0' ? (
                  <span className="text-muted">0</span>
                ) : versions[index]?.weak === true ? (
                  <ToneLabel tone="warn">{count}</ToneLabel>
                ) : (
                  count
                )}
              </Cell>
            ))}
            <Cell>{all}</Cell>
            <Cell>{silent}</Cell>
          </tr>
        ))}
      </DataTable>
      {otherClients === 0 ? null : (
        <p className="border-t border-line px-4 py-2 text-sm text-muted">
          and {otherClients} more programs, with fewer clients of old versions
        </p>
      )}
    </>
  );
}

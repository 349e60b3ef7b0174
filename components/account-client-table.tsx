import type { Service } from '#lib/model/endpoint.ts';
import { ClientName } from './client-name.tsx';
import { tlsVersionWord } from './client-tls-table.tsx';
import { serviceWord } from './domain-tile.tsx';
import { TagList } from './tag-list.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';

export interface AccountClientItem {
  readonly name: string;
  readonly version: string;
  readonly service: Service;
  /** Host, or the address where no name is known. */
  readonly server: string;
  readonly latched: readonly string[];
  readonly supported: readonly string[];
  readonly speaksDeep: boolean;
  readonly tlsVersion: string;
  /** `YYYY-MM-DD` */
  readonly firstDay: string;
  readonly lastDay: string;
}

const columns = ['Program', 'Server', 'Latched', 'Supports, not latched', 'TLS', 'First and last day'];

/** The clients of one account. */
export function AccountClientTable({ clients }: { readonly clients: readonly AccountClientItem[] }) {
  return (
    <DataTable caption="Clients of the account" columns={columns}>
      {clients.map((client) => (
        <tr key={`${client.service} ${client.server} ${client.name} ${client.version}`}>
          <Cell>
            <ClientName name={client.name} version={client.version} />
          </Cell>
          <Cell>
            {serviceWord[client.service]}{' '}
            <span className="font-mono text-sm">
              <ForeignText text={client.server} maxLength={253} />
            </span>
          </Cell>
          <Cell mono>
            {client.speaksDeep ? <TagList tags={client.latched} /> : <span className="text-muted">said nothing</span>}
          </Cell>
          <Cell mono>
            <TagList tags={client.supported} />
          </Cell>
          <Cell>
            <ForeignText text={tlsVersionWord(client.tlsVersion)} maxLength={32} />
          </Cell>
          <Cell>
            <span className="text-sm whitespace-nowrap">
              {client.firstDay} to {client.lastDay}
            </span>
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}

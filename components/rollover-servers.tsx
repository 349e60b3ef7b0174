import type { ShownKey } from '#lib/dane/rollover.ts';
import { wordOfShown } from './rollover-words.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

export interface RolloverServerItem {
  readonly host: string;
  readonly address: string;
  /** Null: it did not answer. */
  readonly gives: { readonly next: boolean; readonly old: boolean; readonly ttlSeconds: number | null } | null;
}

/** What each authoritative server gives out. */
export function RolloverServers({
  servers,
  wantsOld,
}: {
  readonly servers: readonly RolloverServerItem[];
  /** Whether the old record still has to be there. */
  readonly wantsOld: boolean;
}) {
  return (
    <DataTable caption="Name servers" columns={['Name server', 'Address', 'New record', 'Old record', 'TTL']}>
      {servers.map(({ host, address, gives }) => (
        <tr key={`${host} ${address}`}>
          <Cell>
            <ForeignText text={host} maxLength={260} />
          </Cell>
          <Cell mono>{address}</Cell>
          <Cell>
            <Given given={gives?.next ?? null} wanted />
          </Cell>
          <Cell>
            <Given given={gives?.old ?? null} wanted={wantsOld} />
          </Cell>
          <Cell>{gives === null || gives.ttlSeconds === null ? '–' : `${String(gives.ttlSeconds)} s`}</Cell>
        </tr>
      ))}
    </DataTable>
  );
}

function Given({ given, wanted }: { readonly given: boolean | null; readonly wanted: boolean }) {
  if (given === null) return <ToneLabel tone="unknown">No answer</ToneLabel>;
  return <ToneLabel tone={given === wanted ? 'ok' : 'warn'}>{given ? 'Yes' : 'No'}</ToneLabel>;
}

export interface RolloverAddressItem {
  readonly address: string;
  /** Null: it could not be seen. */
  readonly shows: ShownKey | null;
}

/** What each address of the host shows. */
export function RolloverAddresses({ addresses }: { readonly addresses: readonly RolloverAddressItem[] }) {
  return (
    <DataTable caption="Addresses" columns={['Address', 'Shows']}>
      {addresses.map(({ address, shows }) => (
        <tr key={address}>
          <Cell mono>{address}</Cell>
          <Cell>{shows === null ? <ToneLabel tone="unknown">Not seen</ToneLabel> : wordOfShown[shows]}</Cell>
        </tr>
      ))}
    </DataTable>
  );
}

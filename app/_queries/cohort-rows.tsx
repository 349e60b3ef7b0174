import { ClientName } from '#components/client-name.tsx';
import type { CohortRow } from '#components/cohort-table.tsx';
import { serviceWord } from '#components/domain-tile.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { countClientsBy, countTagBy, noClients } from '#lib/census/count-tags.ts';
import { lastSeenDays, lastSeenRange } from '#lib/census/last-seen.ts';
import type { CensusFilter, SelectedClients } from '#lib/census/selection.ts';
import type { CensusServer } from '#lib/model/census.ts';
import type { Role } from '#lib/model/role.ts';
import { censusHref, narrowed, type CensusQuestion } from './census-filter.ts';
import { latchCell } from './census-items.ts';
import { showCount } from './show-count.ts';

const maxRows = 25;

export interface CohortPart {
  readonly rows: readonly CohortRow[];
  readonly more: number;
}

/** A way to group clients. `change` narrows the question to a group; null: there is nothing to narrow. */
interface Grouping {
  readonly keyOf: (clients: SelectedClients) => string;
  readonly nameOf: (clients: SelectedClients) => CohortRow['name'];
  readonly change: (clients: SelectedClients) => Partial<CensusFilter> | null;
}

function group(
  selected: readonly SelectedClients[],
  { question, role, grouping }: { readonly question: CensusQuestion; readonly role: Role; readonly grouping: Grouping },
): CohortPart {
  const { keyOf, nameOf, change } = grouping;
  const { tag } = question;
  const all = countClientsBy(selected, keyOf);
  const tagged = tag === null ? null : countTagBy(selected, { tag, keyOf });
  const first = new Map(selected.map((clients) => [keyOf(clients), clients]));
  const keys = [...(tagged ?? all).keys()].sort(
    (a, b) =>
      (tagged?.get(b)?.latched ?? 0) - (tagged?.get(a)?.latched ?? 0) ||
      (all.get(b) ?? 0) - (all.get(a) ?? 0) ||
      (a < b ? -1 : 1),
  );
  const rows = keys.slice(0, maxRows).flatMap((key): readonly CohortRow[] => {
    const clients = first.get(key);
    if (clients === undefined) return [];
    const narrower = change(clients);
    return [
      {
        ...{ key, name: nameOf(clients) },
        href: narrower === null ? null : censusHref(narrowed(question, narrower)),
        clients: showCount(all.get(key) ?? 0, role),
        tag: tagged === null ? null : latchCell(tagged.get(key) ?? noClients, role),
      },
    ];
  });
  return { rows, more: Math.max(0, keys.length - maxRows) };
}

interface Asked {
  readonly question: CensusQuestion;
  readonly role: Role;
}

/** By name of the client, or by version where one name is asked for. */
export function cohortsByClient(selected: readonly SelectedClients[], { question, role }: Asked): CohortPart {
  const byVersion = question.filter.client !== null;
  const grouping: Grouping = {
    keyOf: ({ entry }) => (byVersion ? entry.client.version : entry.client.name),
    nameOf: ({ entry: { client } }) =>
      byVersion ? (
        client.version === '' ? (
          <span className="text-muted">told no version</span>
        ) : (
          <ForeignText text={client.version} maxLength={32} />
        )
      ) : (
        <ClientName name={client.name} />
      ),
    change: ({ entry: { client } }) => {
      if (question.filter.version !== null) return null;
      return byVersion ? { version: client.version } : { client: client.name };
    },
  };
  return group(selected, { question, role, grouping });
}

/** By how long ago they were last seen, the latest first. */
export function cohortsByLastSeen(selected: readonly SelectedClients[], { question, role }: Asked): CohortPart {
  const keyOf = ({ ageDays }: SelectedClients): string => String(lastSeenRange(ageDays) ?? 'older');
  const { rows, more } = group(selected, {
    ...{ question, role },
    grouping: { keyOf, change: () => null, nameOf: ({ ageDays }) => rangeWord(lastSeenRange(ageDays)) },
  });
  const order = [...lastSeenDays.map(String), 'older'];
  return { rows: [...rows].sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key)), more };
}

function rangeWord(range: number | null): string {
  if (range === null) return `over ${String(lastSeenDays.at(-1))} days ago`;
  const before = lastSeenDays[lastSeenDays.findIndex((days) => days === range) - 1];
  return before === undefined ? `in the last ${String(range)} days` : `${String(before)} to ${String(range)} days ago`;
}

/** By server and service. */
export function cohortsByServer(selected: readonly SelectedClients[], { question, role }: Asked): CohortPart {
  const grouping: Grouping = {
    keyOf: ({ entry: { server } }) => `${server.service} ${server.address ?? ''} ${server.hosts.join(' ')}`,
    nameOf: ({ entry: { server } }) => <ServerName server={server} />,
    change: ({ entry: { server } }) => {
      const [host] = server.hosts;
      if (host === undefined || question.filter.host !== null) return null;
      return { host, service: server.service };
    },
  };
  return group(selected, { question, role, grouping });
}

function ServerName({ server: { hosts, address, service } }: { readonly server: CensusServer }) {
  const [host, ...others] = hosts;
  return (
    <>
      {serviceWord[service]}{' '}
      <span className="font-mono text-sm">
        <ForeignText text={host ?? address ?? ''} maxLength={253} />
      </span>
      {host === undefined || address === null ? null : (
        <span className="text-muted">
          {others.length === 0
            ? ' reached at '
            : ` or ${others.length === 1 ? '1 other name' : `${String(others.length)} other names`} of `}
          <ForeignText text={address} maxLength={64} />
        </span>
      )}
      {host === undefined ? <span className="text-muted"> (no watched name)</span> : null}
    </>
  );
}

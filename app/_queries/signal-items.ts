import type { FailureMapRow } from '#components/failure-map.tsx';
import { serviceWord } from '#components/domain-tile.tsx';
import type { SignalItem } from '#components/signal-table.tsx';
import type { FailureRow } from '#lib/census/failure-map.ts';
import type { CensusServer } from '#lib/model/census.ts';
import type { Role } from '#lib/model/role.ts';
import { showCount } from './show-count.ts';
import type { ServerSignals, Signals } from './signals.ts';

/** `IMAP mail.example.org`, or the address where no watched name is known. */
export function signalServerName({ hosts, address, service }: CensusServer): string {
  return `${serviceWord[service]} ${hosts[0] ?? address ?? ''}`;
}

/** What is reported at this moment, in the order of its servers. */
export function signalItems({ servers }: Signals, role: Role): readonly SignalItem[] {
  return servers.flatMap(({ server, now }: ServerSignals) =>
    now.map(({ tag, recent, networks, expected, meaning }) => ({
      ...{ key: `${server.address ?? ''} ${signalServerName(server)} ${tag}`, server: signalServerName(server), tag },
      ...{ clients: showCount(recent, role), networks: showCount(networks, role) },
      ...{ usual: showExpected(expected), meaning },
    })),
  );
}

/** A row of the map as this role may see it. */
export function failureMapRow({ who, expected, cells }: FailureRow, role: Role): FailureMapRow {
  return {
    ...{ who, usual: showExpected(expected) },
    cells: cells.map(({ clients, level }) => ({ clients: showCount(clients, role), level })),
  };
}

function showExpected(expected: number): string {
  if (expected > 0 && expected < 0.1) return 'under 0.1';
  return expected >= 10 ? Math.round(expected).toLocaleString('en') : String(Number(expected.toFixed(1)));
}

import type { Name } from '#lib/dns/name.ts';
import { formatServerAddress, type ServerAddress } from '#lib/dns/server-address.ts';
import { createTtlCache } from './ttl-cache.ts';

export interface ServerOrder {
  /** The quickest first, more or less; those that were silent or lame for this zone of late last. */
  readonly sort: (servers: readonly ServerAddress[], zone: Name) => readonly ServerAddress[];
  /** How long to wait for this server before the next one is asked. */
  readonly patienceMs: (server: ServerAddress) => number;
  readonly noteAnswer: (server: ServerAddress, durationMs: number) => void;
  readonly noteSilence: (server: ServerAddress) => void;
  readonly noteLame: (server: ServerAddress, zone: Name) => void;
}

const remembered = 10_000;
const roundTripValidMs = 600_000;
const troubleValidMs = 60_000;

/** Servers that nobody knows yet are tried as if they were near, so that they get known. */
const guessedMs = 50;
const patienceForUnknownMs = 1000;
const minPatienceMs = 400;
const maxPatienceMs = 2000;

/** Remembers how quick name servers are, in bounded memory. */
export function createServerOrder({ random }: { readonly random: () => number }): ServerOrder {
  const roundTrips = createTtlCache<number>({ maxWeight: remembered });
  const silent = createTtlCache<true>({ maxWeight: remembered });
  const lame = createTtlCache<true>({ maxWeight: remembered });
  const lameKey = (server: ServerAddress, zone: Name) => `${formatServerAddress(server)} ${zone.key()}`;
  const rank = (server: ServerAddress, zone: Name) => {
    const key = formatServerAddress(server);
    const inTrouble = silent.get(key) === true || lame.get(lameKey(server, zone)) === true;
    // Chance keeps a server that was slow once from being forgotten.
    return (inTrouble ? 1e6 : 0) + (roundTrips.get(key) ?? guessedMs) * (0.5 + random());
  };
  return {
    sort: (servers, zone) =>
      servers
        .map((server) => ({ server, rank: rank(server, zone) }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ server }) => server),
    patienceMs: (server) => {
      const roundTrip = roundTrips.get(formatServerAddress(server));
      if (roundTrip === undefined) return patienceForUnknownMs;
      return Math.min(maxPatienceMs, Math.max(minPatienceMs, roundTrip * 4));
    },
    noteAnswer: (server, durationMs) => {
      const key = formatServerAddress(server);
      const before = roundTrips.get(key) ?? durationMs;
      roundTrips.set(key, before * 0.7 + durationMs * 0.3, roundTripValidMs);
      silent.delete(key);
    },
    noteSilence: (server) => silent.set(formatServerAddress(server), true, troubleValidMs),
    noteLame: (server, zone) => lame.set(lameKey(server, zone), true, troubleValidMs),
  };
}

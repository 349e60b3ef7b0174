import type { TlsaRecord } from '../model/observation.ts';

/** The TLSA records that one authoritative server gave out; null: it gave no answer that counts. */
export interface ServedTlsa {
  readonly host: string;
  readonly address: string;
  readonly set: { readonly records: readonly TlsaRecord[]; readonly ttlSeconds: number | null } | null;
}

/** What all authoritative servers gave out, from the first to the last time that it was seen so. */
export interface TlsaLook {
  /** Milliseconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly servers: readonly ServedTlsa[];
}

type RecordTest = (records: readonly TlsaRecord[]) => boolean;

/** Whether every server that answered gave out such records. Null: none answered. */
export function holdsEverywhere(servers: readonly ServedTlsa[], holds: RecordTest): boolean | null {
  const answered = servers.flatMap(({ set }) => set ?? []);
  return answered.length === 0 ? null : answered.every(({ records }) => holds(records));
}

/** Servers that answered with other records. */
export function serversWithout(servers: readonly ServedTlsa[], holds: RecordTest): readonly ServedTlsa[] {
  return servers.filter(({ set }) => set !== null && !holds(set.records));
}

/** Hosts none of whose addresses answered, each once. */
export function silentHosts(servers: readonly ServedTlsa[]): readonly string[] {
  const hosts = [...new Set(servers.map(({ host }) => host))];
  return hosts.filter((host) => servers.every((server) => server.host !== host || server.set === null));
}

export interface Settled {
  /** Since when every server has given out such records, as far as the looks tell. Milliseconds since the epoch, as the other. */
  readonly since: number;
  /** When caches will have let go of what was given out before. */
  readonly settledAt: number;
}

/**
 * Since when every server has given out such records; null where one does not at the end, or nobody looked. A server that
 * did not answer neither proves nor breaks it.
 */
export function settle(looks: readonly TlsaLook[], holds: RecordTest): Settled | null {
  const judged = looks.map((look) => ({ ...look, held: holdsEverywhere(look.servers, holds) }));
  const broken = Math.max(-Infinity, ...judged.filter(({ held }) => held === false).map(({ lastSeen }) => lastSeen));
  const lasting = judged.filter(({ held, lastSeen }) => held === true && lastSeen > broken);
  if (lasting.length === 0) return null;
  const since = Math.max(broken, Math.min(...lasting.map(({ firstSeen }) => firstSeen)));
  // What stood before the last that did not hold is no longer in any cache, or no longer than that.
  const recent = judged.filter(({ lastSeen }) => lastSeen >= broken);
  return { since, settledAt: since + longestTtlMs(recent) };
}

/** The longest that a cache may keep a set of these looks. An empty set is no set. */
function longestTtlMs(looks: readonly TlsaLook[]): number {
  const sets = looks.flatMap(({ servers }) => servers.flatMap(({ set }) => set ?? []));
  return Math.max(0, ...sets.map(({ records, ttlSeconds }) => (records.length === 0 ? 0 : (ttlSeconds ?? 0)))) * 1000;
}

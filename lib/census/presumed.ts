import type { CensusClass } from '../model/census.ts';
import { endOfWeek } from './last-seen.ts';

/** A tag that a host ever advertised, from the ledger. */
export interface PromisedTag {
  readonly host: string;
  readonly tag: string;
  /** Milliseconds since the epoch. */
  readonly firstSeen: number;
}

const dayMs = 86_400_000;
const noTls = 'none';

/**
 * Says which tags clients of a class should hold without having said so (draft section 5.1: a client that knows a tag and
 * meets it in a session SHOULD latch it, and need not tell anybody). That is every tag that the host advertised by the
 * time they were last seen, where their program is known to speak of latches; what it says that it supports it has not
 * latched (section 7.1). A session whose TLS was not told counts: to
 * leave it out would make a change look safer than it is. A server that only an address names may be any of its names.
 */
export function presumeTags(
  classes: ReadonlyMap<number, CensusClass>,
  promises: readonly PromisedTag[],
): (entry: CensusClass, week: string) => readonly string[] {
  const speaking = new Set(
    [...classes.values()].flatMap(({ client, speaksDeep }) => (speaksDeep && client.name !== '' ? [client.name] : [])),
  );
  const byHost = new Map<string, PromisedTag[]>();
  for (const promise of promises) {
    const known = byHost.get(promise.host);
    if (known === undefined) byHost.set(promise.host, [promise]);
    else known.push(promise);
  }
  // Of each class, sorted by tag: it is asked for again with every week.
  const promisedTo = new Map<number, readonly (readonly [string, number])[]>();
  const sinceOf = (entry: CensusClass): readonly (readonly [string, number])[] => {
    const known = promisedTo.get(entry.id);
    if (known !== undefined) return known;
    const since = new Map<string, number>();
    if (entry.tlsVersion !== noTls && speaking.has(entry.client.name)) {
      for (const { tag, firstSeen } of entry.server.hosts.flatMap((host) => byHost.get(host) ?? [])) {
        if (!entry.latched.includes(tag) && !entry.supported.includes(tag))
          since.set(tag, Math.min(firstSeen, since.get(tag) ?? firstSeen));
      }
    }
    const sorted = [...since].sort(([a], [b]) => (a < b ? -1 : 1));
    promisedTo.set(entry.id, sorted);
    return sorted;
  };
  return (entry, week) => {
    const since = sinceOf(entry);
    if (since.length === 0) return [];
    const lastInstant = endOfWeek(week) + dayMs;
    return since.flatMap(([tag, firstSeen]) => (firstSeen < lastInstant ? [tag] : []));
  };
}

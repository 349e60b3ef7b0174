import type { HeartbeatSlot } from '#lib/now/heartbeat-slots.ts';
import { database } from './database.ts';
import { neverLookedAt, readDnsSummaries, type DnsSummary } from './domain-dns.ts';
import { readDomainHeartbeats } from './heartbeats.ts';
import { keepReading } from './kept-reading.ts';
import { countStanding, listWorstDomains, type DomainStanding, type WatchedCounts } from './now-domains.ts';

/** A domain as its tile shows it. */
export interface DomainTileReading extends DomainStanding {
  readonly dns: DnsSummary;
  /** Its last 24 hours. */
  readonly heartbeat: { readonly from: number; readonly to: number; readonly slots: readonly HeartbeatSlot[] };
}

/** How all that is watched stands. */
export interface EstateStanding {
  readonly watched: WatchedCounts;
  /** The domains that look worst, in that order. */
  readonly tiles: readonly DomainTileReading[];
}

export const shownDomains = 16;
const heartbeatSlots = 90;
const dayMs = 86_400_000;

/**
 * At most some seconds old, and never from before a domain came or went; the age comes with it. It walks all endpoints:
 * too much for every reader of the page.
 */
export const estateStanding = keepReading(load, {
  what: 'the domains',
  keptForMs: 10_000,
  usableForMs: 60_000,
  standsOn: () => database().domain.count(),
});

async function load(now: Date): Promise<EstateStanding> {
  const [watched, domains] = await Promise.all([countStanding(now), listWorstDomains(shownDomains, now)]);
  const ids = domains.map(({ id }) => id);
  const to = now.getTime();
  const window = { from: to - dayMs, to, slots: heartbeatSlots };
  const [dns, heartbeats] = await Promise.all([readDnsSummaries(ids, now), readDomainHeartbeats(ids, window)]);
  return {
    watched,
    tiles: domains.map((domain) => ({
      ...domain,
      dns: dns.get(domain.id) ?? neverLookedAt,
      heartbeat: { from: window.from, to, slots: heartbeats.get(domain.id) ?? [] },
    })),
  };
}

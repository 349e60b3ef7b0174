import type { PlanGroup, PlanTotals } from './answer.ts';
import { lastSeenRanges, type JudgedClients } from './class-tally.ts';
import { rankOf } from './judged.ts';

/** Groups that are kept one by one; what is smaller goes together. */
const maxGroups = 200;

/** A group before it is written out: there may be thousands, and few are kept one by one. */
interface Sized {
  readonly clients: JudgedClients;
  /** Index in `lastSeenRanges`. */
  readonly range: number;
  readonly rank: number;
  readonly holders: number;
}

/** Puts clients together that differ in nothing but their server and the like, and adds them up. */
export function tallyGroups(counted: readonly JudgedClients[]): {
  readonly totals: PlanTotals;
  readonly groups: readonly PlanGroup[];
} {
  const groups = mergeAlike(counted).flatMap(bySeen).toSorted(bySize);
  const totals = { breaks: 0, 'at-risk': 0, unknown: 0, safe: 0, presumed: 0 };
  for (const { clients, holders } of groups) {
    totals[clients.judged.impact] += holders;
    if (clients.presumed) totals.presumed += holders;
  }
  return { totals, groups: [...groups.slice(0, maxGroups).map(writeOut), ...together(groups.slice(maxGroups))] };
}

function mergeAlike(counted: readonly JudgedClients[]): readonly JudgedClients[] {
  const merged = new Map<string, JudgedClients>();
  for (const clients of counted) {
    const { judged, presumed, client, byRange } = clients;
    const key = `${judged.impact}\n${String(presumed)}\n${judged.tag ?? ''}\n${client.name}\n${client.version}`;
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { judged, presumed, client, byRange: [...byRange] });
    else byRange.forEach((holders, range) => (known.byRange[range] = (known.byRange[range] ?? 0) + holders));
  }
  return [...merged.values()];
}

function bySeen(clients: JudgedClients): readonly Sized[] {
  const rank = rankOf(clients.judged.impact);
  const sized: Sized[] = [];
  clients.byRange.forEach((holders, range) => {
    if (holders > 0) sized.push({ clients, range, rank, holders });
  });
  return sized;
}

/** The worst first, of those the largest. */
function bySize(a: Pick<Sized, 'rank' | 'holders'>, b: Pick<Sized, 'rank' | 'holders'>): number {
  return a.rank - b.rank || b.holders - a.holders;
}

function writeOut({ clients, range, holders }: Sized): PlanGroup {
  const { judged, presumed, client } = clients;
  return { ...judged, presumed, client, lastSeen: lastSeenRanges[range] ?? null, holders };
}

function together(groups: readonly Sized[]): readonly PlanGroup[] {
  const merged = new Map<
    string,
    { readonly rank: number; readonly group: Omit<PlanGroup, 'holders'>; holders: number }
  >();
  for (const { clients, range, rank, holders } of groups) {
    const { impact } = clients.judged;
    const { presumed } = clients;
    const key = `${impact} ${String(presumed)} ${String(range)}`;
    const known = merged.get(key);
    if (known !== undefined) known.holders += holders;
    else {
      const lastSeen = lastSeenRanges[range] ?? null;
      const group = { impact, presumed, lastSeen, tag: null, client: null, why: 'many small groups' };
      merged.set(key, { rank, group, holders });
    }
  }
  return [...merged.values()].toSorted(bySize).map(({ group, holders }) => ({ ...group, holders }));
}

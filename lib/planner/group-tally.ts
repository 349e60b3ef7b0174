import type { PlanGroup, PlanTotals } from './answer.ts';
import { lastSeenRanges, type JudgedClients } from './class-tally.ts';
import { impacts } from './judged.ts';

/** Groups that are kept one by one; what is smaller goes together. */
const maxGroups = 200;

/** Puts clients together that differ in nothing but their server and the like, and adds them up. */
export function tallyGroups(counted: readonly JudgedClients[]): {
  readonly totals: PlanTotals;
  readonly groups: readonly PlanGroup[];
} {
  const merged = new Map<string, JudgedClients>();
  for (const clients of counted) {
    const { judged, presumed, client, byRange } = clients;
    const key = [judged.impact, presumed, judged.tag ?? '', client.name, client.version].join('\n');
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { ...clients, byRange: [...byRange] });
    else byRange.forEach((holders, range) => (known.byRange[range] = (known.byRange[range] ?? 0) + holders));
  }
  const groups = [...merged.values()].flatMap(groupsOf).toSorted(bySize);
  const totals = { breaks: 0, 'at-risk': 0, unknown: 0, safe: 0, presumed: 0 };
  for (const { impact, presumed, holders } of groups) {
    totals[impact] += holders;
    if (presumed) totals.presumed += holders;
  }
  return { totals, groups: [...groups.slice(0, maxGroups), ...together(groups.slice(maxGroups))] };
}

function groupsOf({ judged, presumed, client, byRange }: JudgedClients): readonly PlanGroup[] {
  return lastSeenRanges.flatMap((lastSeen, range): readonly PlanGroup[] => {
    const holders = byRange[range] ?? 0;
    return holders === 0 ? [] : [{ ...judged, presumed, client, lastSeen, holders }];
  });
}

/** The worst first, of those the largest. */
function bySize(a: PlanGroup, b: PlanGroup): number {
  return impacts.indexOf(a.impact) - impacts.indexOf(b.impact) || b.holders - a.holders;
}

function together(groups: readonly PlanGroup[]): readonly PlanGroup[] {
  const merged = new Map<string, PlanGroup>();
  for (const { impact, presumed, lastSeen, holders } of groups) {
    const key = `${impact} ${String(presumed)} ${String(lastSeen)}`;
    const before = merged.get(key)?.holders ?? 0;
    merged.set(key, {
      ...{ impact, presumed, lastSeen, tag: null, client: null, why: 'many small groups' },
      holders: before + holders,
    });
  }
  return [...merged.values()].toSorted(bySize);
}

import type { FindingItem } from '#components/finding-list.tsx';
import { reproduce } from '#lib/reproduce/reproduce.ts';
import type { FindingRecord } from './findings.ts';

/** A finding as a row of a list. `lookedAt` is the latest look: what is not from it was not looked at this time. */
export function findingItem(finding: FindingRecord, lookedAt: Date | null): FindingItem {
  const { id, code, verdict, packs, acceptance, title, expected, got, fix, refs, firstSeen, lastSeen } = finding;
  return {
    ...{ id, code, verdict, packs, acceptance, title, expected, got, fix, refs },
    commands: reproduce(finding),
    since: firstSeen.getTime(),
    notSeenSince: lookedAt !== null && lastSeen < lookedAt ? lastSeen.getTime() : null,
  };
}

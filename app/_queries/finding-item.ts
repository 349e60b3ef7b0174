import type { FindingItem } from '#components/finding-list.tsx';
import type { FindingRecord } from './findings.ts';

/** A finding as a row of a list. `lookedAt` is the latest look: what is not from it was not looked at this time. */
export function findingItem(finding: FindingRecord, lookedAt: Date | null): FindingItem {
  const { id, code, verdict, title, expected, got, fix, refs, firstSeen, lastSeen } = finding;
  const notSeenSince = lookedAt !== null && lastSeen < lookedAt ? lastSeen.getTime() : null;
  return { id, code, verdict, title, expected, got, fix, refs, since: firstSeen.getTime(), notSeenSince };
}

import type { FindingItem } from '#components/finding-list.tsx';
import type { FindingRecord } from './findings.ts';

/** A finding as a row of a list. */
export function findingItem({
  id,
  code,
  verdict,
  title,
  expected,
  got,
  fix,
  refs,
  firstSeen,
}: FindingRecord): FindingItem {
  return { id, code, verdict, title, expected, got, fix, refs, since: firstSeen.getTime() };
}

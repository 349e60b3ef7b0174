import type { LivingItem } from '#components/living-list.tsx';
import { findingPlace } from './finding-place.ts';
import type { FindingRecord } from './findings.ts';

/** A finding as a row of the list of places that have its code. */
export function livingItem(finding: FindingRecord): LivingItem {
  const { id, verdict, packs, firstSeen } = finding;
  const { text: place, href } = findingPlace(finding);
  return { id, verdict, packs, place, href, since: firstSeen.getTime() };
}

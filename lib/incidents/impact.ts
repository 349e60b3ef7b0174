import { addCoverage } from '../census/coverage.ts';
import { presumeTags, type PromisedTag } from '../census/presumed.ts';
import type { CensusCube } from '../model/census.ts';
import type { IncidentImpact } from '../model/incident-impact.ts';

/**
 * Whom it hits that some tags cannot be proved at some hosts: those that reported the latch, those that presumably hold it,
 * and the part of the logins that nobody can tell of. Counted as the census counts, an account with each of its
 * programs. Null: nobody was counted there, which is not the same as nobody.
 */
export function countImpact(
  { classes, counts, coverage }: CensusCube,
  about: {
    readonly hosts: readonly string[];
    readonly tags: readonly string[];
    readonly promised: readonly PromisedTag[];
    readonly now: number;
  },
): IncidentImpact | null {
  const { hosts, tags, promised, now } = about;
  const isHere = (names: readonly string[]) => names.some((name) => hosts.includes(name));
  const isBroken = (names: readonly string[]) => names.some((name) => tags.includes(name));
  const presumedIn = presumeTags(classes, promised);
  let [breaks, atRisk, counted] = [0, 0, 0];
  for (const { classId, week, holders } of counts) {
    const entry = classes.get(classId);
    if (entry === undefined || !isHere(entry.server.hosts)) continue;
    counted += holders;
    if (isBroken(entry.latched)) breaks += holders;
    else if (isBroken(presumedIn(entry, week))) atRisk += holders;
  }
  const logins = addCoverage(coverage.filter(({ server }) => isHere(server.hosts)));
  if (counted === 0 && logins === null) return null;
  const unknownShare = logins === null ? null : Math.max(0, 1 - logins.spokeOfLatches / logins.logins);
  return { tags: [...tags], breaks, atRisk, unknownShare, countedAt: now };
}

import { presumeTags, type PromisedTag } from '../census/presumed.ts';
import type { CensusCube } from '../model/census.ts';
import type { CensusAtHost } from './certificate-facts.ts';

/**
 * Who holds which tags at a host, and for how large a share of its logins nobody can tell. Null where nobody was counted
 * there: then nothing is known, which is not the same as none.
 */
export function censusAtHost(
  { classes, counts, coverage }: CensusCube,
  { host, promised }: { readonly host: string; readonly promised: readonly PromisedTag[] },
): CensusAtHost | null {
  const presumedIn = presumeTags(classes, promised);
  const holders = new Map<string, number>();
  const presumed = new Map<string, number>();
  const add = (to: Map<string, number>, tag: string, count: number) => to.set(tag, (to.get(tag) ?? 0) + count);
  let counted = 0;
  for (const { classId, week, holders: count } of counts) {
    const entry = classes.get(classId);
    if (entry === undefined || !entry.server.hosts.includes(host)) continue;
    counted += count;
    for (const tag of entry.latched) add(holders, tag, count);
    for (const tag of presumedIn(entry, week)) add(presumed, tag, count);
  }
  const here = coverage.filter(({ server }) => server.hosts.includes(host));
  const logins = here.reduce((total, one) => total + one.logins, 0);
  const spoke = here.reduce((total, one) => total + one.spokeOfLatches, 0);
  if (counted === 0 && logins === 0) return null;
  return { holders, presumed, unknownShare: logins === 0 ? null : Math.max(0, 1 - spoke / logins) };
}

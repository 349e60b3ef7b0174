import type { CensusNumbersItem } from '#components/census-numbers.tsx';
import { countClients } from '#lib/census/count-tags.ts';
import { addCoverage, silentLoginsADay } from '#lib/census/coverage.ts';
import type { SelectedClients } from '#lib/census/selection.ts';
import type { CoverageCount } from '#lib/model/census.ts';
import type { Role } from '#lib/model/role.ts';
import { coverageDays } from './census-cube.ts';
import { showCount } from './show-count.ts';

/** The numbers that are never shown one without the other: who latched, who could, and how many could tell us. */
export function censusNumbers(
  selected: readonly SelectedClients[],
  { coverage, role }: { readonly coverage: readonly CoverageCount[]; readonly role: Role },
): CensusNumbersItem {
  const count = (wanted: (clients: SelectedClients) => boolean): string =>
    showCount(countClients(selected.filter(wanted)), role);
  const logins = addCoverage(coverage);
  return {
    clients: count(() => true),
    latched: count(({ entry }) => entry.latched.length > 0),
    supported: count(({ entry }) => entry.latched.length === 0 && entry.supported.length > 0),
    presumed: count(({ entry, presumed }) => entry.latched.length === 0 && presumed.length > 0),
    coverage:
      logins === null
        ? null
        : { share: logins.spokeOfLatches / logins.logins, silentADay: silentLoginsADay(logins, coverageDays) },
  };
}

import type { CoverageCount } from '../model/census.ts';
import type { Service } from '../model/endpoint.ts';

/** Who could have told something of latches, and who did. */
export interface Coverage {
  readonly logins: number;
  readonly named: number;
  readonly spokeOfLatches: number;
}

/** Services whose clients cannot report: the draft defines reporting for IMAP and SMTP alone (section 7.2). */
export function canReport(service: Service): boolean {
  return service === 'imap' || service === 'submission' || service === 'smtp';
}

/** Adds logins up; null: there were none, so nothing can be said of the share. */
export function addCoverage(counts: readonly CoverageCount[]): Coverage | null {
  const sum = (of: (count: CoverageCount) => number): number => counts.reduce((total, count) => total + of(count), 0);
  const logins = sum((count) => count.logins);
  if (logins === 0) return null;
  return {
    logins,
    named: sum((count) => count.named),
    spokeOfLatches: sum((count) => count.spokeOfLatches),
  };
}

/** The same by service, those with the most logins first. */
export function coverageByService(
  counts: readonly CoverageCount[],
): readonly { readonly service: Service; readonly coverage: Coverage }[] {
  const services = [...new Set(counts.map(({ server }) => server.service))];
  return services
    .flatMap((service) => {
      const coverage = addCoverage(counts.filter(({ server }) => server.service === service));
      return coverage === null ? [] : [{ service, coverage }];
    })
    .sort((a, b) => b.coverage.logins - a.coverage.logins);
}

/** Logins a day that said nothing of latches, over so many days; rounded up, so that one is not none. */
export function silentLoginsADay({ logins, spokeOfLatches }: Coverage, days: number): number {
  return Math.ceil(Math.max(0, logins - spokeOfLatches) / days);
}

import { severityOfVerdict } from '#lib/model/finding.ts';
import type { FindingRecord } from '#app/_queries/findings.ts';

/** A finding that holds now, beside what it is about. */
export function findingJson(finding: FindingRecord) {
  const { verdict } = finding;
  const graded = verdict === 'info' || verdict === 'warn' || verdict === 'fail' || verdict === 'crit';
  return {
    rule: finding.code,
    verdict,
    severity: graded ? severityOfVerdict[verdict] : null,
    address: finding.address,
    title: finding.title,
    expected: finding.expected,
    got: finding.got,
    first_seen: finding.firstSeen,
    last_seen: finding.lastSeen,
  };
}

import { z } from 'zod';
import { severityOfVerdict } from '#lib/model/finding.ts';
import type { FindingRecord } from '#app/_queries/findings.ts';
import { named, severity, verdict, when } from './answer-schema.ts';

export const findingMembers = z.object({
  rule: z.string(),
  verdict,
  severity: severity.nullable(),
  packs: z.object({ draft: verdict, current: verdict }),
  accepted: z.object({ by: z.string(), until: when, reason: z.string() }).nullable(),
  address: z.string().nullable().describe('Null: about the whole.'),
  title: z.string(),
  expected: z.string(),
  got: z.string().describe('Text of strangers.'),
  first_seen: when,
  last_seen: when,
});

export const findingAnswer = named(
  'FindingOfSubject',
  'A finding that holds now, beside what it is about.',
  findingMembers,
);

/** A finding that holds now, beside what it is about. */
export function findingJson(finding: FindingRecord) {
  const { verdict, acceptance } = finding;
  const graded = verdict === 'info' || verdict === 'warn' || verdict === 'fail' || verdict === 'crit';
  return {
    rule: finding.code,
    verdict,
    severity: graded ? severityOfVerdict[verdict] : null,
    /** What the draft of 2015 and current practice say; alerts follow `verdict`. */
    packs: finding.packs ?? { draft: verdict, current: verdict },
    accepted:
      acceptance === null ? null : { by: acceptance.by, until: new Date(acceptance.until), reason: acceptance.reason },
    address: finding.address,
    title: finding.title,
    expected: finding.expected,
    got: finding.got,
    first_seen: finding.firstSeen,
    last_seen: finding.lastSeen,
  };
}

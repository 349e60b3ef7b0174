import type { FindingText } from '#lib/checks/check.ts';
import { describeFinding, findFinding } from '#lib/checks/registry.ts';
import type { Params } from '#lib/model/finding.ts';

export interface DescribedFinding extends FindingText {
  /** The drafts and RFCs that it rests on. */
  readonly refs: readonly string[];
}

/** References that a reader can look up; others are for who works on the checks. */
const published = /^(draft-|RFC )/;

/** How a finding reads today. */
export function describe(code: string, params: Params): DescribedFinding {
  return {
    ...describeFinding({ code, params }),
    refs: (findFinding(code)?.refs ?? []).filter((ref) => published.test(ref)),
  };
}

/** The section of draft-ietf-uta-email-deep-00 that a finding rests on, e.g. `10.5`; null where it names none. */
export function seedSection(refs: readonly string[]): string | null {
  for (const ref of refs) {
    const section = /^draft-ietf-uta-email-deep-00 section ([\d.]+)/.exec(ref)?.[1];
    if (section !== undefined) return section;
  }
  return null;
}

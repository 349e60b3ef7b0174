import type { FindingItem } from '#components/finding-list.tsx';
import { findCheck } from '#lib/checks/find-check.ts';
import { findFinding } from '#lib/checks/registry.ts';
import { statementsOfRefs } from '#lib/draft/statements.ts';
import { stepOfCode } from '#lib/evidence/step-of-code.ts';
import { reproduce } from '#lib/reproduce/reproduce.ts';
import { evidenceAnchor } from './evidence-anchor.ts';
import type { FindingRecord } from './findings.ts';

/** The latest look of each kind: a deep scan comes once a day. */
export interface LatestLooks {
  readonly probedAt: Date | null;
  readonly scannedAt: Date | null;
}

/** A finding of an endpoint as a row of a list, beside the latest look that could have seen it. */
export function endpointFindingItem(finding: FindingRecord, { probedAt, scannedAt }: LatestLooks): FindingItem {
  return findingItem(finding, findCheck(finding.code)?.subject === 'scan' ? scannedAt : probedAt);
}

/** A finding as a row of a list. `lookedAt` is the latest look: what is not from it was not looked at this time. */
export function findingItem(finding: FindingRecord, lookedAt: Date | null): FindingItem {
  const { id, code, verdict, packs, acceptance, title, expected, got, fix, refs, firstSeen, lastSeen } = finding;
  return {
    ...{ id, code, verdict, packs, acceptance, title, expected, got, fix, refs, address: finding.address },
    statements: statementsOfRefs(findFinding(code)?.refs ?? []),
    evidenceHref: evidenceHref(finding),
    commands: reproduce(finding),
    since: firstSeen.getTime(),
    notSeenSince: lookedAt !== null && lastSeen < lookedAt ? lastSeen.getTime() : null,
  };
}

/** Where the page of the endpoint shows what was sent; null: it is about more than one address, or of no endpoint. */
function evidenceHref({ code, endpointId, address }: FindingRecord): string | null {
  const step = stepOfCode(code);
  if (endpointId === null || step === undefined) return null;
  if (address === null && step !== 'tlsa') return null;
  return `/endpoints/${endpointId}#${evidenceAnchor(step, address)}`;
}

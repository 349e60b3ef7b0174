import type { Check } from './check.ts';
import { domainChecks, endpointChecks, messageChecks, scanChecks, selfChecks, zoneChecks } from './registry.ts';

const checks: readonly Check[] = [
  ...endpointChecks,
  ...scanChecks,
  ...domainChecks,
  ...messageChecks,
  ...zoneChecks,
  ...selfChecks,
];

const byCode = new Map(checks.flatMap((check) => check.findings.map(({ code }) => [code, check])));

/** The check that has a code; undefined for a code that this version does not know. */
export function findCheck(code: string): Check | undefined {
  return byCode.get(code);
}

import { showText } from '#lib/checks/wording.ts';
import type { PreflightReport } from '#lib/model/preflight-schema.ts';

/* A preflight as lines for a person. Text from strangers is made fit to show. */

const words: Readonly<Record<PreflightReport['verdict'], string>> = {
  pass: 'PASS: go ahead.',
  warn: 'WARN: nothing forbids it, but read what follows.',
  block: 'BLOCK: do not make this change now.',
  unknown: 'UNKNOWN: it depends on clients that cannot report.',
};

const marks: Readonly<Record<PreflightReport['verdict'], string>> = {
  pass: 'ok   ',
  warn: 'warn ',
  block: 'BLOCK',
  unknown: '?    ',
};

/** Lines of the report. */
export function describePreflight(report: PreflightReport): readonly string[] {
  const { verdict, reasons, earliest_safe: earliestSafe, expires_at: expiresAt } = report;
  return [
    words[verdict],
    ...reasons.flatMap((reason) => [
      `${marks[reason.verdict]} ${showText(reason.text, 1000)}`,
      ...(reason.fix === null ? [] : [`      ${showText(reason.fix, 1000)}`]),
    ]),
    describeClients(report),
    ...(earliestSafe === null ? [] : [`Ask again at ${earliestSafe}: by then what blocks has passed.`]),
    ...(verdict === 'pass' || verdict === 'warn' ? [`This holds until ${expiresAt}.`] : []),
  ];
}

function describeClients({ breaks, at_risk: atRisk, unknown_share: unknownShare }: PreflightReport): string {
  if (breaks === null) return 'Clients that would be locked out were not counted: no census of this host was asked.';
  const share = unknownShare === null ? '' : ` ${String(Math.round(unknownShare * 100))} % of logins cannot report.`;
  return `Clients reported to hold what would break: ${String(breaks)}; presumed to: ${String(atRisk ?? 0)}.${share}`;
}

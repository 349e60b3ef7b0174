import { z } from 'zod';
import type { TlsReportSummary } from '#components/tls-report-panel.tsx';
import type { TlsFailureItem, TlsReporterItem } from '#components/tls-report-table.tsx';
import { database } from './database.ts';

const dayMs = 86_400_000;
const shownDays = 30;
const readPolicies = 5_000;
const shownFailures = 50;
const shownReporters = 200;

/** TlsReportFailure, as it was kept. */
const keptFailures = z.array(
  z.object({
    resultType: z.string(),
    sessions: z.number(),
    receivingHost: z.string().nullable(),
    reason: z.string().nullable(),
  }),
);

/** What other providers reported in the last 30 days, the most frequent failure first. */
export async function readTlsReports(now: number): Promise<TlsReportSummary> {
  const rows = await database().tlsReport.findMany({
    where: { endsAt: { gte: new Date(now - shownDays * dayMs) } },
    orderBy: [{ endsAt: 'desc' }, { id: 'asc' }],
    take: readPolicies + 1,
  });
  const read = rows.slice(0, readPolicies);
  const failures = new Map<string, TlsFailureItem>();
  const reporters = new Map<string, TlsReporterItem>();
  for (const row of read) {
    const { organization, domain, policyType } = row;
    const lastAt = row.endsAt.getTime();
    const reporterKey = JSON.stringify([organization, domain, policyType]);
    const reporter = reporters.get(reporterKey);
    reporters.set(reporterKey, {
      organization,
      domain,
      policyType,
      successes: Number(row.successes) + (reporter?.successes ?? 0),
      failures: Number(row.failures) + (reporter?.failures ?? 0),
      lastAt: Math.max(lastAt, reporter?.lastAt ?? 0),
    });
    const details = keptFailures.safeParse(row.details);
    for (const { resultType, receivingHost, sessions, reason } of details.success ? details.data : []) {
      const key = JSON.stringify([resultType, receivingHost]);
      const known = failures.get(key);
      const names = known?.organizations ?? [];
      failures.set(key, {
        resultType,
        receivingHost,
        sessions: sessions + (known?.sessions ?? 0),
        organizations: names.includes(organization) ? names : [...names, organization],
        reason: known?.reason ?? reason,
        lastAt: Math.max(lastAt, known?.lastAt ?? 0),
      });
    }
  }
  const all = [...reporters.values()];
  return {
    days: shownDays,
    sessions: all.reduce((sum, one) => sum + one.successes + one.failures, 0),
    failedSessions: all.reduce((sum, one) => sum + one.failures, 0),
    failures: [...failures.values()].toSorted((a, b) => b.sessions - a.sessions).slice(0, shownFailures),
    reporters: all.toSorted((a, b) => b.failures - a.failures || b.lastAt - a.lastAt).slice(0, shownReporters),
    cut: rows.length > readPolicies,
  };
}

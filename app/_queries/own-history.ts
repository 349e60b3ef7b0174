import type { FaultSpan } from '#lib/census/failure-map.ts';
import type { CensusServer } from '#lib/model/census.ts';
import { findingsOfReports } from '#prisma/commands/service-reports.ts';
import { database } from './database.ts';

const minuteMs = 60_000;

/** What our own probes saw of a service since an instant: its faults, and from when to when somebody looked. */
export async function readOwnHistory(
  { hosts, service }: CensusServer,
  { from, intervalSeconds }: { readonly from: number; readonly intervalSeconds: number },
): Promise<{
  readonly faults: readonly FaultSpan[];
  readonly probed: { readonly from: number; readonly to: number } | null;
}> {
  const endpoints = await database().endpoint.findMany({
    where: { host: { in: [...hosts] }, service, lastProbedAt: { not: null } },
    select: {
      ...{ createdAt: true, lastProbedAt: true },
      findings: {
        where: {
          OR: [{ endedAt: null }, { endedAt: { gt: new Date(from) } }],
          verdict: { in: ['fail', 'crit'] },
          code: { notIn: [...findingsOfReports] },
        },
        select: { firstSeen: true, endedAt: true },
      },
    },
  });
  const last = Math.max(...endpoints.map(({ lastProbedAt }) => lastProbedAt?.getTime() ?? 0));
  return {
    faults: endpoints.flatMap(({ findings }) =>
      findings.map(({ firstSeen, endedAt }) => ({ from: firstSeen.getTime(), to: endedAt?.getTime() ?? null })),
    ),
    probed:
      endpoints.length === 0
        ? null
        : {
            from: Math.min(...endpoints.map(({ createdAt }) => createdAt.getTime())),
            // The next probe is not missing before it is due.
            to: last + 2 * intervalSeconds * 1000 + minuteMs,
          },
  };
}

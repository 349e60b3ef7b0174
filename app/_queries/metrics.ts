import { z } from 'zod';
import type { MetricFamily, MetricSample } from '#lib/metrics/exposition.ts';
import { ingestDetail, ingestSign } from '#lib/model/vital-sign.ts';
import { version } from '#lib/version.ts';
import { database } from './database.ts';
import { heartbeatMaxAgeMs } from './vantages.ts';

const hourMs = 3_600_000;
/** Of rows that an installation may have many of. */
const maxRows = 100;

/** What /metrics tells. Counts of the last hour are gauges: retention deletes, and a counter may not fall. */
export async function readMetrics(now: Date): Promise<readonly MetricFamily[]> {
  const families = await Promise.all([
    readWork(now),
    readIncidents(),
    readNotices(now),
    readReports(now),
    readProofs(now),
    readSigns(now),
    readCertificates(now),
  ]);
  const build = one({ version }, 1);
  return [gauge('latchwatch_build_info', 'The version that runs.', [build]), ...families.flat()];
}

async function readWork(now: Date): Promise<readonly MetricFamily[]> {
  const db = database();
  const [verdicts, overdue, workers] = await Promise.all([
    db.endpoint.groupBy({
      by: ['lastVerdict'],
      where: { domains: { some: { removedAt: null, dismissed: false } } },
      _count: { _all: true },
    }),
    db.task.findFirst({
      where: { kind: 'probe', dueAt: { lt: now }, OR: [{ leaseUntil: null }, { leaseUntil: { lt: now } }] },
      orderBy: { dueAt: 'asc' },
      select: { dueAt: true },
    }),
    db.workerHeartbeat.count({ where: { beatAt: { gt: new Date(now.getTime() - heartbeatMaxAgeMs) } } }),
  ]);
  return [
    gauge(
      'latchwatch_endpoints',
      'Watched endpoints by the verdict of their last probe.',
      verdicts.map(({ lastVerdict, _count }) => one({ verdict: lastVerdict ?? 'unseen' }, _count._all)),
    ),
    gauge('latchwatch_probe_overdue_seconds', 'How long the probe that waits longest has been due.', [
      one({}, secondsSince(overdue?.dueAt ?? now, now)),
    ]),
    gauge('latchwatch_workers_alive', 'Workers that gave a sign within 20 seconds.', [one({}, workers)]),
  ];
}

async function readIncidents(): Promise<readonly MetricFamily[]> {
  const counts = await database().incident.groupBy({
    by: ['severity'],
    where: { state: { in: ['firing', 'acknowledged', 'recovering'] }, rootId: null },
    _count: { _all: true },
  });
  const bySeverity = new Map(counts.map(({ severity, _count }) => [severity, _count._all]));
  return [
    gauge(
      'latchwatch_incidents_open',
      'Open incidents, without those that another one explains.',
      ['info', 'warning', 'error', 'critical'].map((severity) => one({ severity }, bySeverity.get(severity) ?? 0)),
    ),
  ];
}

async function readNotices(now: Date): Promise<readonly MetricFamily[]> {
  const { notice } = database();
  const waiting = { sentAt: null, givenUpAt: null, held: false };
  const lastHour = { gt: new Date(now.getTime() - hourMs) };
  const [pending, oldest, failing, sent, givenUp] = await Promise.all([
    notice.count({ where: waiting }),
    notice.findFirst({
      where: { ...waiting, digest: false },
      orderBy: { createdAt: 'asc' },
      select: { createdAt: true },
    }),
    notice.count({ where: { ...waiting, attempts: { gt: 0 } } }),
    notice.count({ where: { sentAt: lastHour } }),
    notice.count({ where: { givenUpAt: lastHour } }),
  ]);
  return [
    gauge('latchwatch_notices_pending', 'Alerts in the outbox, those for the digest too.', [one({}, pending)]),
    gauge('latchwatch_notices_oldest_pending_seconds', 'Age of the oldest alert that is to go out at once.', [
      one({}, secondsSince(oldest?.createdAt ?? now, now)),
    ]),
    gauge('latchwatch_notices_failing', 'Alerts in the outbox whose delivery was tried.', [one({}, failing)]),
    gauge('latchwatch_notices_sent_last_hour', 'Alerts that went out within the last hour.', [one({}, sent)]),
    gauge('latchwatch_notices_given_up_last_hour', 'Alerts that were given up within the last hour.', [
      one({}, givenUp),
    ]),
  ];
}

async function readReports(now: Date): Promise<readonly MetricFamily[]> {
  const hour = new Date(Math.floor(now.getTime() / hourMs) * hourMs - hourMs);
  const { _sum: sum } = await database().reportCount.aggregate({
    where: { hour },
    _sum: { accepted: true, rejected: true },
  });
  return [
    gauge('latchwatch_reports_previous_hour', 'Reports of clients in the full hour before this one.', [
      one({ outcome: 'accepted' }, Number(sum.accepted ?? 0)),
      one({ outcome: 'rejected' }, Number(sum.rejected ?? 0)),
    ]),
  ];
}

const proofRow = z.object({ id: z.string(), name: z.string(), proven_at: z.date().nullable() });

async function readProofs(now: Date): Promise<readonly MetricFamily[]> {
  const rows = await database().$queryRaw`
    SELECT alert_route.id, alert_route.name, max(CASE WHEN alert_route.kind = 'mail' THEN route_proof.confirmed_at
      ELSE GREATEST(route_proof.confirmed_at, CASE WHEN route_proof.error IS NULL THEN route_proof.sent_at END) END) AS proven_at
    FROM alert_route LEFT JOIN route_proof ON route_proof.route_id = alert_route.id
    WHERE alert_route.enabled AND alert_route.removed_at IS NULL
    GROUP BY alert_route.id, alert_route.name ORDER BY alert_route.id LIMIT ${maxRows}`;
  const routes = z.array(proofRow).parse(rows);
  return [
    gauge(
      'latchwatch_route_proof_age_seconds',
      'Since when nobody confirmed that alerts of this route arrive; +Inf: nobody ever did.',
      routes.map(({ id, name, proven_at: at }) =>
        one({ route: id, name }, at === null ? Infinity : secondsSince(at, now)),
      ),
    ),
  ];
}

async function readSigns(now: Date): Promise<readonly MetricFamily[]> {
  const signs = await database().vitalSign.findMany({ orderBy: [{ name: 'asc' }, { vantage: 'asc' }], take: maxRows });
  return [
    gauge(
      'latchwatch_vital_sign_age_seconds',
      'Age of what must go on for alerts to arrive: over 120 nothing is proven.',
      signs.map(({ name, vantage, at }) => one({ sign: name, vantage }, secondsSince(at, now))),
    ),
    ...ingestMetrics(signs, now),
  ];
}

/** Of processes of ingest that live: what a dead one said last is no news. */
function ingestMetrics(
  signs: readonly { readonly name: string; readonly vantage: string; readonly at: Date; readonly detail: unknown }[],
  now: Date,
): readonly MetricFamily[] {
  const alive = signs.flatMap(({ name, vantage, at, detail }) => {
    if (name !== ingestSign || now.getTime() - at.getTime() > heartbeatMaxAgeMs) return [];
    const read = ingestDetail.safeParse(detail);
    return read.success ? [{ place: vantage, ...read.data }] : [];
  });
  return [
    gauge('latchwatch_ingest_alive', 'Processes of ingest that gave a sign within 20 seconds.', [
      one({}, alive.length),
    ]),
    gauge(
      'latchwatch_ingest_waited_seconds',
      'The longest that reports waited within the last seconds until they were safe on disk.',
      alive.map(({ place, waitedMs }) => one({ place }, waitedMs / 1000)),
    ),
    gauge(
      'latchwatch_ingest_put_off',
      'Batches of reports that were not taken within the last seconds: their senders try again.',
      alive.map(({ place, putOff }) => one({ place }, putOff)),
    ),
  ];
}

const dayMs = 86_400_000;
/** One an endpoint, those that end first where there are more. */
const maxCertificates = 10_000;
const certificateRow = z.object({ id: z.string(), host: z.string(), port: z.number(), not_after: z.date() });

async function readCertificates(now: Date): Promise<readonly MetricFamily[]> {
  const rows = await database().$queryRaw`
    SELECT endpoint.id, endpoint.host, endpoint.port, shown.not_after FROM (
      SELECT place.endpoint_id, min(certificate.not_after) AS not_after
      FROM certificate_place AS place JOIN certificate ON certificate.fingerprint = place.fingerprint
      WHERE place.until IS NULL AND place.role <> 'chain' AND certificate.not_after IS NOT NULL
      GROUP BY place.endpoint_id
    ) AS shown JOIN endpoint ON endpoint.id = shown.endpoint_id
    WHERE EXISTS (
      SELECT FROM domain_endpoint AS watched
      WHERE watched.endpoint_id = endpoint.id AND watched.removed_at IS NULL AND NOT watched.dismissed
    )
    ORDER BY shown.not_after, endpoint.id LIMIT ${maxCertificates}`;
  return [
    gauge(
      'latchwatch_certificate_days_left',
      'Days until the first certificate that an endpoint shows ends; below zero: it has ended.',
      z
        .array(certificateRow)
        .parse(rows)
        .map(({ id, host, port, not_after: notAfter }) =>
          one({ endpoint: id, host, port: String(port) }, (notAfter.getTime() - now.getTime()) / dayMs),
        ),
    ),
  ];
}

function gauge(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, help, type: 'gauge', samples };
}

function one(labels: Readonly<Record<string, string>>, value: number): MetricSample {
  return { labels, value };
}

function secondsSince(at: Date, now: Date): number {
  return Math.max(0, (now.getTime() - at.getTime()) / 1000);
}

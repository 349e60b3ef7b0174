import { z } from 'zod';
import type { UpcomingItem } from '#components/now/upcoming-strip.tsx';
import { changeWords } from '#components/plan-words.ts';
import { toneOfSeverity } from '#components/ui/tone.ts';
import { findExpiryLevel, type ExpiryLevel } from '#lib/checks/expiry-level.ts';
import { describeExceptionSubject } from '#lib/checks/exception-words.ts';
import { findFinding } from '#lib/checks/registry.ts';
import { readChange } from '#lib/planner/read-change.ts';
import { listOpenRolloverItems } from './rollovers.ts';
import { database } from './database.ts';
import { keepReading } from './kept-reading.ts';
import { readSeverity } from './read-word.ts';

/** What has a date in the days to come. */
export interface Upcoming {
  /** The nearest first. */
  readonly items: readonly UpcomingItem[];
  /** Kinds of which only the nearest are among the items. */
  readonly cut: readonly UpcomingItem['kind'][];
}

/** Rows of one kind that are read. */
const mostOfKind = 30;
const dayMs = 86_400_000;
export const upcomingDays = 30;

interface Window {
  readonly now: Date;
  readonly end: Date;
}

/** The same, at most a minute old. */
export const upcoming = keepReading(listUpcoming, { what: 'what has a date', keptForMs: 10_000, usableForMs: 60_000 });

/** Everything with a date in the next 30 days: certificates, signatures, rollovers, changes, silences, exceptions. */
export async function listUpcoming(now: Date): Promise<Upcoming> {
  const window = { now, end: new Date(now.getTime() + upcomingDays * dayMs) };
  const kinds = await Promise.all([
    endingCertificates(window),
    endingSignatures(window),
    rolloverSteps(window),
    plannedChanges(window),
    silences(window),
    endingExceptions(window),
  ]);
  return {
    items: kinds.flatMap((items) => items.slice(0, mostOfKind)).toSorted((a, b) => a.at - b.at),
    cut: kinds.flatMap((items) => (items.length > mostOfKind ? (items[0]?.kind ?? []) : [])),
  };
}

const toneOfLevel = {
  fine: 'info',
  warn: 'warn',
  crit: 'crit',
  page: 'crit',
  expired: 'crit',
} as const satisfies Readonly<Record<ExpiryLevel, string>>;

const certificateRow = z.object({
  fingerprint: z.string(),
  not_before: z.date(),
  not_after: z.date(),
  host: z.string(),
  hosts: z.number(),
  isAuthority: z.boolean(),
});

async function endingCertificates({ now, end }: Window): Promise<readonly UpcomingItem[]> {
  const rows = await database().$queryRaw`
    SELECT certificate.fingerprint, not_before, not_after, shown.host, shown.hosts, shown."isAuthority"
    FROM (
      SELECT fingerprint, not_before, not_after FROM certificate
      WHERE not_after > ${now} AND not_after <= ${end} AND EXISTS (
        SELECT FROM certificate_place AS place JOIN domain_endpoint AS link ON link.endpoint_id = place.endpoint_id
        WHERE place.fingerprint = certificate.fingerprint AND until IS NULL AND removed_at IS NULL
      )
      ORDER BY not_after, fingerprint LIMIT ${mostOfKind + 1}
    ) AS certificate CROSS JOIN LATERAL (
      SELECT min(host) AS host, count(DISTINCT host)::int AS hosts, bool_and(role = 'chain') AS "isAuthority"
      FROM certificate_place JOIN endpoint ON endpoint.id = endpoint_id
      WHERE certificate_place.fingerprint = certificate.fingerprint AND until IS NULL AND EXISTS (
        SELECT FROM domain_endpoint AS link WHERE link.endpoint_id = endpoint.id AND removed_at IS NULL
      )
    ) AS shown
    ORDER BY not_after, certificate.fingerprint`;
  return z
    .array(certificateRow)
    .parse(rows)
    .map(({ fingerprint, host, hosts, isAuthority, ...row }) => {
      const validity = { notBefore: row.not_before.getTime(), notAfter: row.not_after.getTime() };
      const others = hosts === 1 ? '' : ` and ${String(hosts - 1)} more`;
      return {
        key: `certificate ${fingerprint}`,
        kind: 'certificate',
        at: validity.notAfter,
        text: isAuthority
          ? `A CA certificate in the chain of ${host}${others} ends`
          : `Certificate of ${host}${others} ends`,
        href: `/certificates/${fingerprint}`,
        tone: toneOfLevel[findExpiryLevel(validity, now.getTime())],
      };
    });
}

const signatureCodes = ['signature-expiring', 'signature-expiring-above'];
const signatureParams = z.object({ expiration: z.number() });

/** Those that are late: the others are renewed every few days by themselves. */
async function endingSignatures({ now, end }: Window): Promise<readonly UpcomingItem[]> {
  const rows = await database().incident.findMany({
    where: {
      state: { in: ['firing', 'acknowledged', 'recovering'] },
      code: { in: signatureCodes },
      OR: [{ rootId: null }, { root: { state: 'resolved' } }],
    },
    select: { id: true, title: true, severity: true, params: true },
    orderBy: { id: 'desc' },
    take: 200,
  });
  return rows
    .flatMap(({ id, title, severity, params }): readonly UpcomingItem[] => {
      const parsed = signatureParams.safeParse(params);
      if (!parsed.success) return [];
      const at = parsed.data.expiration;
      if (at <= now.getTime() || at > end.getTime()) return [];
      const tone = toneOfSeverity[readSeverity(severity)];
      return [{ key: `signature ${id}`, kind: 'signature', at, text: title, href: `/incidents/${id}`, tone }];
    })
    .toSorted((a, b) => a.at - b.at);
}

async function rolloverSteps({ now, end }: Window): Promise<readonly UpcomingItem[]> {
  const rollovers = await listOpenRolloverItems(now, mostOfKind + 1);
  return rollovers
    .flatMap(({ id, host, port, light, greenAt }): readonly UpcomingItem[] => {
      const step = { key: `rollover ${id}`, kind: 'rollover', href: `/rollovers/${id}` } as const;
      const place = `${host}:${String(port)}`;
      if (light === 'deployed') {
        return [{ ...step, at: now.getTime(), text: `The old TLSA record of ${place} may be retired`, tone: 'info' }];
      }
      if (light === 'go') {
        return [{ ...step, at: now.getTime(), text: `The new certificate of ${place} may be deployed`, tone: 'info' }];
      }
      if (greenAt === null || greenAt > end.getTime()) return [];
      return [
        { ...step, at: greenAt, text: `From then the new certificate of ${place} may be deployed`, tone: 'info' },
      ];
    })
    .toSorted((a, b) => a.at - b.at);
}

async function plannedChanges({ now, end }: Window): Promise<readonly UpcomingItem[]> {
  const rows = await database().changePlan.findMany({
    where: { withdrawnAt: null, carriedOutAt: null, expiresAt: { gt: now, lte: end } },
    select: { id: true, change: true, approvedAt: true, expiresAt: true },
    orderBy: [{ expiresAt: 'asc' }, { id: 'asc' }],
    take: mostOfKind + 1,
  });
  return rows.map(({ id, change, approvedAt, expiresAt }) => {
    const read = readChange(change);
    const words = read.ok ? changeWords(read.value) : 'A planned change';
    return {
      key: `change ${id}`,
      kind: 'change',
      at: expiresAt.getTime(),
      text: approvedAt === null ? `${words}: approve or plan again by then` : `${words}: approved until then`,
      href: `/plan/${id}`,
      tone: 'info',
    };
  });
}

/** Planned work that begins, and silences that end: what is still broken then is told. */
async function silences({ now, end }: Window): Promise<readonly UpcomingItem[]> {
  const rows = await database().silence.findMany({
    where: { endedAt: null, endsAt: { gt: now }, OR: [{ startsAt: { gt: now, lte: end } }, { endsAt: { lte: end } }] },
    orderBy: [{ endsAt: 'asc' }, { id: 'asc' }],
    take: mostOfKind + 1,
  });
  return rows.flatMap(({ id, maintenance, startsAt, endsAt, reason, host, code }) => {
    const about = host ?? (code === null ? 'one incident' : (findFinding(code)?.summary ?? code));
    const item = { kind: maintenance ? 'change' : 'silence', href: '/silences', tone: 'info' } as const;
    const name = maintenance ? 'Planned work' : 'Silence';
    const told = (verb: string) => `${name} for ${about} ${verb}: ${reason}`;
    return [
      ...(startsAt > now && startsAt <= end
        ? [{ ...item, key: `silence ${id} begins`, at: startsAt.getTime(), text: told('begins') }]
        : []),
      ...(endsAt <= end ? [{ ...item, key: `silence ${id} ends`, at: endsAt.getTime(), text: told('ends') }] : []),
    ];
  });
}

async function endingExceptions({ now, end }: Window): Promise<readonly UpcomingItem[]> {
  const rows = await database().exception.findMany({
    where: { revokedAt: null, endsAt: { gt: now, lte: end } },
    orderBy: [{ endsAt: 'asc' }, { id: 'asc' }],
    take: mostOfKind + 1,
  });
  return rows.map(({ id, code, subject, endsAt }) => ({
    key: `exception ${id}`,
    kind: 'exception',
    at: endsAt.getTime(),
    text: `Exception for ${describeExceptionSubject(subject)} ends: ${findFinding(code)?.summary ?? code}`,
    href: '/exceptions',
    tone: 'info',
  }));
}

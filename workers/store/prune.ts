import { z } from 'zod';
import type { RetentionKind } from '#lib/model/retention.ts';
import type { Database, Transaction } from '#prisma/client.ts';
import { placeEvents, removeIncidents } from '#prisma/commands/place-events.ts';
import { fillCertificateFacts, forgetUnused } from './certificates.ts';
import { pruneCensus } from './prune-census.ts';
import { removeSetupRuns } from './setup-runs.ts';

/** Rows of one statement: a run that waits for one of them waits no longer than this takes. */
const portion = 1000;

const dayMs = 86_400_000;
/** Events stay this long whatever the retention is. */
const minEventDays = 30;

/** Since when each kind of history is kept. */
export type PruneBefore = Readonly<Record<RetentionKind, Date>>;

interface Pruned {
  readonly spans: number;
  readonly findings: number;
  readonly incidents: number;
  readonly discoveries: number;
  readonly preflights: number;
  /** Looks at domains that somebody wanted to set up. */
  readonly setups: number;
  readonly certificates: number;
  readonly sessions: number;
  /** Clients that nobody has seen since. */
  readonly holders: number;
  /** Broken latches that became counts by the hour. */
  readonly failures: number;
  /** Other counts of reports. */
  readonly reports: number;
}

/**
 * Deletes what ended before the instant of its kind, portion by portion: observations that something else followed, findings,
 * incidents with their history and messages, answered requests, certificates that nothing names any more, sessions of
 * people that have run out, clients and reports (prune-census.ts). Each portion is a transaction of its own, so that a
 * run that is broken off has lost nothing and the next one goes on. Stops when `mayGoOn` says so; gives what was deleted and whether that is all.
 */
export async function prune(
  db: Database,
  limits: { readonly before: PruneBefore; readonly now: Date; readonly mayGoOn: () => boolean },
): Promise<{ readonly pruned: Pruned; readonly complete: boolean }> {
  const { now, mayGoOn } = limits;
  const before = limits.before.observations;
  const inPortions = async (remove: (limit: number) => Promise<number>): Promise<number> => {
    let total = 0;
    while (mayGoOn()) {
      const count = await remove(portion);
      total += count;
      if (count < portion) break;
    }
    return total;
  };
  const spans = await inPortions((limit) => removeSpans(db, { before, limit }));
  const findings = await inPortions(
    (limit) => db.$executeRaw`
      DELETE FROM finding WHERE id IN (SELECT id FROM finding WHERE ended_at < ${before} LIMIT ${limit})`,
  );
  // Events and messages go with their incident; who polls events is promised a time to come back in.
  const eventsBefore = new Date(Math.min(limits.before.incidents.getTime(), now.getTime() - minEventDays * dayMs));
  await placeEvents(db);
  const incidents = await inPortions((limit) => removeIncidents(db, { before: eventsBefore, limit }));
  const discoveries = await inPortions(
    (limit) => db.$executeRaw`
      DELETE FROM discovery WHERE id IN (SELECT id FROM discovery WHERE finished_at < ${before} LIMIT ${limit})`,
  );
  const preflights = await inPortions(
    (limit) => db.$executeRaw`
      DELETE FROM preflight WHERE id IN (SELECT id FROM preflight WHERE requested_at < ${before} LIMIT ${limit})`,
  );
  const setups = await inPortions((limit) => removeSetupRuns(db, { now, limit }));
  const census = await pruneCensus(db, { before: limits.before.reports, now, mayGoOn });
  // What an older version stored is missing in lists until then.
  await inPortions((limit) => fillCertificateFacts(db, limit));
  await inPortions(
    (limit) => db.$executeRaw`
      DELETE FROM certificate_place WHERE id IN (SELECT id FROM certificate_place WHERE until < ${before} LIMIT ${limit})`,
  );
  if (mayGoOn()) await forgetUnused(db);
  const certificates = mayGoOn() ? await removeCertificates(db, before) : 0;
  const { count: sessions } = await db.session.deleteMany({ where: { expiresAt: { lt: now } } });
  await db.verification.deleteMany({ where: { expiresAt: { lt: now } } });
  return {
    pruned: { spans, findings, incidents, discoveries, preflights, setups, certificates, sessions, ...census },
    complete: mayGoOn(),
  };
}

/** The latest span of each piece stays, however old: it says what is known. */
function removeSpans(db: Transaction, { before, limit }: { readonly before: Date; readonly limit: number }) {
  return db.$executeRaw`
    DELETE FROM observation_span WHERE id IN (
      SELECT id FROM observation_span WHERE NOT newest AND first_seen < ${before} AND last_seen < ${before}
      LIMIT ${limit})`;
}

const latestRow = z.tuple([z.object({ at: z.date().nullable() })]);
const fingerprintRow = z.object({ fingerprint: z.string() });
/** Longer than a run takes from its look to its commit, and further than clocks of workers are apart. */
const runsMs = 10 * 60 * 1000;
const maxUnnamed = 20_000;

/**
 * Finds the certificates that no span names, then makes sure, while nobody can store a certificate, that no run has
 * named one of them meanwhile. Reading all spans takes long and holds nobody up; the second look is short.
 */
async function removeCertificates(db: Database, before: Date): Promise<number> {
  const [latest] = latestRow.parse(await db.$queryRaw`SELECT max(evidence_at) AS at FROM observation_span`);
  const newSince = new Date((latest.at?.getTime() ?? 0) - runsMs);
  const rows = await db.$queryRaw`
    SELECT fingerprint FROM certificate WHERE first_seen < ${before}
    EXCEPT SELECT fingerprint FROM certificate_place
    EXCEPT SELECT named.match[1] FROM observation_span
      CROSS JOIN LATERAL regexp_matches(facts::text || evidence::text, '[0-9a-f]{64}', 'g') AS named (match)
    LIMIT ${maxUnnamed}`;
  const unnamed = z.array(fingerprintRow).parse(rows);
  if (unnamed.length === 0) return 0;
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`LOCK TABLE certificate IN SHARE ROW EXCLUSIVE MODE`;
    return tx.$executeRaw`
      DELETE FROM certificate WHERE fingerprint IN (
        SELECT unnest(${unnamed.map(({ fingerprint }) => fingerprint)}::text[])
        EXCEPT SELECT named.match[1] FROM observation_span
          CROSS JOIN LATERAL regexp_matches(facts::text || evidence::text, '[0-9a-f]{64}', 'g') AS named (match)
          WHERE evidence_at >= ${newSince})`;
  });
}

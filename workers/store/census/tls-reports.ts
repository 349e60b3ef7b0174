import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { LatchBounce } from '#lib/reports/bounce.ts';
import type { TlsReportPolicy } from '#lib/reports/tls-rpt.ts';
import { underCensusLock } from './under-lock.ts';

/** A document of another provider. */
export type KeptDocument =
  | { readonly kind: 'tls-report'; readonly policies: readonly TlsReportPolicy[] }
  | { readonly kind: 'bounce'; readonly bounces: readonly LatchBounce[] };

/** What became of a document, once it is safe on disk. */
export type KeepOutcome =
  /** `kept`: policies or bounces that were new. */
  | { readonly kind: 'kept'; readonly kept: number; readonly known: number }
  /** The source has been revoked in the meantime: nothing was taken. */
  | { readonly kind: 'revoked' };

const liveSource = 'SELECT FROM report_source WHERE number = $1 AND revoked_at IS NULL';

const addPolicy = `INSERT INTO tls_report (id, source, organization, report_id, domain, policy_type, starts_at, ends_at,
    successes, failures, details, received_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now()) ON CONFLICT (id) DO NOTHING`;

const addBatch = `INSERT INTO report_batch (source, batch, at, answer) VALUES ($1, $2, now(), '{}') ON CONFLICT DO NOTHING`;

const addBounce = `INSERT INTO latch_bounce AS b (day, reporter, remote, tag, source, bounces)
  VALUES ($1, $2, $3, $4, $5, 1)
  ON CONFLICT (day, reporter, remote, tag, source) DO UPDATE SET bounces = b.bounces + 1`;

const countReports = `INSERT INTO report_count AS c (source, hour, accepted) VALUES ($1, date_trunc('hour', now()), $2)
  ON CONFLICT (source, hour) DO UPDATE SET accepted = c.accepted + EXCLUDED.accepted`;

const seen = 'UPDATE report_source SET last_seen_at = now() WHERE number = $1';

/**
 * Keeps a document. Handed in again it counts once: policies of TLS reports by their ids, whoever hands them in; bounces
 * by the bytes of the message, which are known as long as batches are. Under the census lock, so that a source that is
 * being withdrawn leaves nothing behind. Rejects when nothing was kept.
 */
export function keepDocument(
  pool: Pool,
  { source, body, document }: { readonly source: number; readonly body: Buffer; readonly document: KeptDocument },
): Promise<KeepOutcome> {
  return underCensusLock(pool, async (tx) => {
    if ((await tx.query(liveSource, [source])).rowCount === 0) return { kind: 'revoked' };
    await tx.query(seen, [source]);
    const outcome =
      document.kind === 'tls-report'
        ? await keepPolicies(tx, { source, policies: document.policies })
        : await keepBounces(tx, { source, body, bounces: document.bounces });
    await tx.query(countReports, [source, outcome.kept]);
    return { kind: 'kept', ...outcome };
  });
}

interface Kept {
  readonly kept: number;
  readonly known: number;
}

async function keepPolicies(
  tx: PoolClient,
  { source, policies }: { readonly source: number; readonly policies: readonly TlsReportPolicy[] },
): Promise<Kept> {
  let kept = 0;
  for (const policy of policies) {
    const { id, organization, reportId, domain, policyType, successes, failures } = policy;
    const times = [new Date(policy.startsAt), new Date(policy.endsAt)];
    const details = JSON.stringify(policy.details);
    const values = [id, source, organization, reportId, domain, policyType, ...times, successes, failures, details];
    kept += (await tx.query(addPolicy, values)).rowCount ?? 0;
  }
  return { kept, known: policies.length - kept };
}

async function keepBounces(
  tx: PoolClient,
  {
    source,
    body,
    bounces,
  }: { readonly source: number; readonly body: Buffer; readonly bounces: readonly LatchBounce[] },
): Promise<Kept> {
  const batch = `bounce ${createHash('sha256').update(body).digest('hex')}`;
  if ((await tx.query(addBatch, [source, batch])).rowCount === 0) return { kept: 0, known: bounces.length };
  for (const { day, reporter, remote, tags } of bounces) {
    for (const tag of tags) await tx.query(addBounce, [day, reporter, remote, tag, source]);
  }
  return { kept: bounces.length, known: 0 };
}

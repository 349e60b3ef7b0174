import { createHash } from 'node:crypto';
import type { Transaction } from '#prisma/client.ts';
import { canonicalJson } from '#lib/model/span.ts';
import { subjectKey, type Judgement } from '#lib/model/finding.ts';
import { storableJson } from '#lib/model/stored-text.ts';
import type { SpanOwner } from './spans.ts';
import { createUlid } from './ulid.ts';

/**
 * Keeps one row a finding for as long as it lasts. Found opens or extends it, looked at and not there ends it, not
 * looked at leaves it. Findings of addresses that have left DNS (`listed`, null: not known) end.
 */
export async function saveFindings(
  tx: Transaction,
  run: SpanOwner & {
    readonly judgements: readonly Judgement[];
    readonly listed: readonly string[] | null;
    readonly now: number;
  },
): Promise<void> {
  const { endpointId, domainId, zoneId, judgements, listed } = run;
  const living = await tx.finding.findMany({ where: { endpointId, domainId, zoneId, endedAt: null } });
  const byFingerprint = new Map(living.map((row) => [row.fingerprint, row]));
  const opened: unknown[] = [];
  const extended: unknown[] = [];
  const ended: string[] = [];
  const decided = new Set<string>();
  for (const judgement of judgements) {
    const fingerprint = createHash('sha256')
      .update(`${subjectKey(judgement.subject)}\n${judgement.code}`)
      .digest('hex');
    // The first word counts: a check that decides twice must not stop the run.
    if (decided.has(fingerprint)) continue;
    decided.add(fingerprint);
    const row = byFingerprint.get(fingerprint);
    byFingerprint.delete(fingerprint);
    const { code, verdict, packs = { draft: null, current: null }, params } = judgement;
    const graded = { verdict, verdict_draft: packs.draft, verdict_current: packs.current };
    switch (verdict) {
      case 'info':
      case 'warn':
      case 'fail':
      case 'crit': {
        const address = judgement.subject.kind === 'endpoint' ? (judgement.subject.address ?? '') : '';
        if (row === undefined) opened.push({ id: createUlid(run.now), fingerprint, code, ...graded, address, params });
        else {
          const changed =
            row.verdict !== verdict ||
            row.verdictDraft !== packs.draft ||
            row.verdictCurrent !== packs.current ||
            canonicalJson(row.params) !== canonicalJson(params);
          extended.push({ id: row.id, ...(changed ? { ...graded, params } : {}) });
        }
        break;
      }
      case 'pass':
      case 'superseded':
      case 'n-a':
        if (row !== undefined) ended.push(row.id);
        break;
      case 'inconclusive':
        break;
    }
  }
  const listedNow = listed === null || listed.length === 0 ? null : listed;
  for (const row of byFingerprint.values()) {
    if (listedNow !== null && row.address !== '' && !listedNow.includes(row.address)) ended.push(row.id);
  }
  const now = new Date(run.now);
  // Most runs change nothing: then nothing is asked of the database either.
  if (ended.length > 0) await tx.finding.updateMany({ where: { id: { in: ended } }, data: { endedAt: now } });
  if (extended.length > 0) await extendFindings(tx, extended, now);
  if (opened.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO finding
      (id, fingerprint, code, verdict, verdict_draft, verdict_current, endpoint_id, domain_id, zone_id, address, params,
       first_seen, last_seen)
    SELECT id, fingerprint, code, verdict, verdict_draft, verdict_current, ${endpointId}, ${domainId}, ${zoneId}, address, params, ${now}, ${now}
    FROM jsonb_to_recordset(${storableJson(opened)}::jsonb)
      AS item(id text, fingerprint text, code text, verdict text, verdict_draft text, verdict_current text,
        address text, params jsonb)`;
}

async function extendFindings(tx: Transaction, extended: readonly unknown[], now: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE finding SET
      last_seen = GREATEST(last_seen, ${now}),
      verdict = COALESCE(item.verdict, finding.verdict),
      verdict_draft = CASE WHEN item.verdict IS NULL THEN finding.verdict_draft ELSE item.verdict_draft END,
      verdict_current = CASE WHEN item.verdict IS NULL THEN finding.verdict_current ELSE item.verdict_current END,
      params = COALESCE(item.params, finding.params)
    FROM jsonb_to_recordset(${storableJson(extended)}::jsonb) AS item(id text, verdict text, verdict_draft text, verdict_current text, params jsonb)
    WHERE finding.id = item.id`;
}

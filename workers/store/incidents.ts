import { z } from 'zod';
import type { Transaction } from '#prisma/client.ts';
import type { IncidentDecision, KnownIncident } from '#lib/incidents/decide.ts';
import { incidentDedupKey, incidentStates, type IncidentProgress, type IncidentSubject } from '#lib/model/incident.ts';
import { canonicalJson } from '#lib/model/span.ts';
import { enqueueNotice, loadToldSeverities } from './notices.ts';
import type { SpanOwner } from './spans.ts';
import { storableJson, storableText } from '#lib/model/stored-text.ts';

const instant = z
  .date()
  .transform((date) => date.getTime())
  .nullable();
const param = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);

const incidentRow = z.object({
  id: z.string(),
  code: z.string(),
  instance: z.number(),
  state: z.enum(incidentStates),
  severity: z.enum(['info', 'warning', 'error', 'critical']),
  params: z.record(z.string(), param),
  affected: z.array(z.string()),
  found_runs: z.number(),
  clean_runs: z.number(),
  first_seen: z.date(),
  last_seen: z.date(),
  opened_at: instant,
  acknowledged_at: instant,
  resolved_at: instant,
  resolution: z.string().nullable(),
});

/**
 * Living incidents of a subject, and the last one of each code that this run judged. Locked until the transaction ends:
 * a person who acknowledges meanwhile waits.
 */
export async function loadIncidents(
  tx: Transaction,
  wanted: SpanOwner & { readonly subject: IncidentSubject; readonly codes: readonly string[] },
): Promise<readonly KnownIncident[]> {
  const keys = [...new Set(wanted.codes)].map((code) => incidentDedupKey(wanted.subject, code));
  const rows = await tx.$queryRaw`
    SELECT id, code, instance, state, severity, params, affected, found_runs, clean_runs, first_seen, last_seen,
      opened_at, acknowledged_at, resolved_at, resolution
    FROM incident WHERE id IN (
      SELECT latest.id FROM unnest(${keys}::text[]) AS wanted(dedup_key) CROSS JOIN LATERAL (
        SELECT id FROM incident WHERE incident.dedup_key = wanted.dedup_key ORDER BY instance DESC LIMIT 1
      ) AS latest
      UNION
      SELECT id FROM incident WHERE state IN ('suspect', 'firing', 'acknowledged', 'recovering')
        AND (endpoint_id = ${wanted.endpointId} OR domain_id = ${wanted.domainId} OR zone_id = ${wanted.zoneId})
    ) FOR UPDATE`;
  const incidents = z.array(incidentRow).parse(rows);
  const told = await loadToldSeverities(
    tx,
    incidents.filter(({ state }) => state !== 'suspect').map(({ id }) => id),
  );
  return incidents.map((row) => ({
    id: row.id,
    code: row.code,
    instance: row.instance,
    progress: {
      state: row.state,
      severity: row.severity,
      params: row.params,
      affected: row.affected,
      foundRuns: row.found_runs,
      cleanRuns: row.clean_runs,
      firstSeen: row.first_seen.getTime(),
      lastSeen: row.last_seen.getTime(),
      openedAt: row.opened_at,
      acknowledgedAt: row.acknowledged_at,
      resolvedAt: row.resolved_at,
      resolution: row.resolution,
      toldSeverity: told.get(row.id) ?? null,
    },
  }));
}

/** Writes what a run decided: incidents, their history, and the messages about them. */
export async function saveDecisions(
  tx: Transaction,
  run: SpanOwner & { readonly decisions: readonly IncidentDecision[]; readonly now: number },
): Promise<void> {
  for (const decision of run.decisions) {
    const { id, step } = decision;
    if (step.next === null) {
      if (!decision.isNew) await tx.incident.deleteMany({ where: { id } });
      continue;
    }
    await saveIncident(tx, { run, decision, next: step.next });
    if (step.event !== null) {
      const { severity, affected, resolution } = step.next;
      const data = { severity, affected: [...affected], from: decision.before?.severity ?? null, resolution };
      await tx.incidentEvent.create({
        data: { incidentId: id, kind: step.event, at: new Date(run.now), actor: 'latchwatch', data },
      });
    }
    if (decision.notice !== null) await enqueueNotice(tx, decision.notice);
  }
}

async function saveIncident(
  tx: Transaction,
  write: {
    readonly run: SpanOwner & { readonly now: number };
    readonly decision: IncidentDecision;
    readonly next: IncidentProgress;
  },
): Promise<void> {
  const { run, decision, next } = write;
  const now = new Date(run.now);
  const title = storableText(decision.title);
  const params = storableJson(next.params);
  const affected = storableJson(next.affected);
  const [openedAt, acknowledgedAt, resolvedAt] = [next.openedAt, next.acknowledgedAt, next.resolvedAt].map((at) =>
    at === null ? null : new Date(at),
  );
  if (decision.isNew) {
    await tx.$executeRaw`
      INSERT INTO incident (id, fingerprint, dedup_key, instance, state, severity, code, endpoint_id, domain_id, zone_id, host,
        title, params, affected, found_runs, clean_runs, first_seen, last_seen, opened_at, updated_at)
      VALUES (${decision.id}, ${decision.fingerprint}, ${decision.dedupKey}, ${decision.instance}, ${next.state},
        ${next.severity}, ${decision.code}, ${run.endpointId}, ${run.domainId}, ${run.zoneId}, ${decision.host}, ${title},
        ${params}::jsonb, ${affected}::jsonb, ${next.foundRuns}, ${next.cleanRuns}, ${new Date(next.firstSeen)},
        ${new Date(next.lastSeen)}, ${openedAt}, ${now})`;
    return;
  }
  // Whoever polls for changes is not called for a run that saw the same again.
  const changed = decision.before === null || shownPart(decision.before) !== shownPart(next);
  await tx.$executeRaw`
    UPDATE incident SET state = ${next.state}, severity = ${next.severity}, title = ${title},
      params = ${params}::jsonb, affected = ${affected}::jsonb, found_runs = ${next.foundRuns},
      clean_runs = ${next.cleanRuns}, last_seen = ${new Date(next.lastSeen)}, opened_at = ${openedAt},
      acknowledged_at = ${acknowledgedAt},
      acknowledged_by = CASE WHEN ${acknowledgedAt === null} THEN NULL ELSE acknowledged_by END,
      resolved_at = ${resolvedAt}, resolution = ${next.resolution},
      endpoint_id = COALESCE(${run.endpointId}, endpoint_id), domain_id = COALESCE(${run.domainId}, domain_id),
      zone_id = COALESCE(${run.zoneId}, zone_id),
      version = version + ${changed ? 1 : 0}, updated_at = CASE WHEN ${changed} THEN ${now} ELSE updated_at END
    WHERE id = ${decision.id}`;
}

function shownPart({ state, severity, params, affected, acknowledgedAt, resolvedAt }: IncidentProgress): string {
  return canonicalJson({ state, severity, params, affected, acknowledgedAt, resolvedAt });
}

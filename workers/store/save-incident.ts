import type { Transaction } from '#prisma/client.ts';
import type { IncidentDecision } from '#lib/incidents/decide.ts';
import type { Placed } from '#lib/incidents/place-decisions.ts';
import type { CauseDecision } from '#lib/incidents/shared-cause.ts';
import type { IncidentProgress } from '#lib/model/incident.ts';
import { canonicalJson } from '#lib/model/span.ts';
import { storableJson, storableText } from '#lib/model/stored-text.ts';
import type { SpanOwner } from './spans.ts';

/** Writes the row of an incident. Its version grows where what people see of it changed. */
export async function saveIncident(
  tx: Transaction,
  write: {
    readonly placed: Placed<IncidentDecision | CauseDecision>;
    readonly next: IncidentProgress;
    readonly owner: SpanOwner & { readonly vantage: string | null };
    readonly now: number;
  },
): Promise<void> {
  const { placed, next, owner } = write;
  const { decision, rootId, cause, moved } = placed;
  const now = new Date(write.now);
  const title = storableText(decision.title);
  const params = storableJson(next.params);
  const affected = storableJson(next.affected);
  const [openedAt, acknowledgedAt, resolvedAt, unstableSince] = [
    next.openedAt,
    next.acknowledgedAt,
    next.resolvedAt,
    next.unstableSince,
  ].map((at) => (at === null ? null : new Date(at)));
  if (decision.isNew) {
    await tx.$executeRaw`
      INSERT INTO incident (id, fingerprint, dedup_key, instance, state, severity, code, endpoint_id, domain_id, zone_id, vantage,
        host, title, params, affected, found_runs, clean_runs, first_seen, last_seen, opened_at, updated_at, root_id, cause,
        unstable_since)
      VALUES (${decision.id}, ${decision.fingerprint}, ${decision.dedupKey}, ${decision.instance}, ${next.state},
        ${next.severity}, ${decision.code}, ${owner.endpointId}, ${owner.domainId}, ${owner.zoneId}, ${owner.vantage},
        ${decision.host}, ${title}, ${params}::jsonb, ${affected}::jsonb, ${next.foundRuns}, ${next.cleanRuns},
        ${new Date(next.firstSeen)}, ${new Date(next.lastSeen)}, ${openedAt}, ${now}, ${rootId}, ${cause},
        ${unstableSince})`;
    return;
  }
  // Whoever polls for changes is not called for a run that saw the same again.
  const changed = moved !== null || decision.before === null || shownPart(decision.before) !== shownPart(next);
  await tx.$executeRaw`
    UPDATE incident SET state = ${next.state}, severity = ${next.severity}, title = ${title},
      params = ${params}::jsonb, affected = ${affected}::jsonb, found_runs = ${next.foundRuns},
      clean_runs = ${next.cleanRuns}, last_seen = ${new Date(next.lastSeen)}, opened_at = ${openedAt},
      acknowledged_at = ${acknowledgedAt},
      acknowledged_by = CASE WHEN ${acknowledgedAt === null} THEN NULL ELSE acknowledged_by END,
      acknowledged_until = CASE WHEN ${acknowledgedAt === null} THEN NULL ELSE acknowledged_until END,
      resolved_at = ${resolvedAt}, resolution = ${next.resolution}, root_id = ${rootId}, cause = ${cause},
      unstable_since = ${unstableSince},
      endpoint_id = COALESCE(${owner.endpointId}, endpoint_id), domain_id = COALESCE(${owner.domainId}, domain_id),
      zone_id = COALESCE(${owner.zoneId}, zone_id), vantage = COALESCE(${owner.vantage}, vantage),
      version = version + ${changed ? 1 : 0}, updated_at = CASE WHEN ${changed} THEN ${now} ELSE updated_at END
    WHERE id = ${decision.id}`;
}

function shownPart(progress: IncidentProgress): string {
  const { state, severity, params, affected, acknowledgedAt, resolvedAt, unstableSince } = progress;
  return canonicalJson({ state, severity, params, affected, acknowledgedAt, resolvedAt, unstableSince });
}

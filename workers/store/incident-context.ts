import { z } from 'zod';
import { lockCauses } from '#prisma/commands/incident-causes.ts';
import type { Transaction } from '#prisma/client.ts';
import { explainingCodes } from '#lib/incidents/causes.ts';
import type { IncidentDecision } from '#lib/incidents/decide.ts';
import { namesAbove, placesOf, type Explainer, type Place } from '#lib/incidents/explain.ts';
import { readPlaces, touchedCauses, type KeptCause, type Standing } from '#lib/incidents/place-decisions.ts';
import { services, tlsModes } from '#lib/model/endpoint.ts';
import { causeIdentity } from '#lib/model/incident.ts';
import { incidentRow, progressOf, readProgress } from './incident-rows.ts';

const standingRow = z.object({ id: z.string(), root_id: z.string().nullable(), cause: z.string().nullable() });

/** Where the incidents of a run hang now. They are locked already. */
export async function loadStanding(
  tx: Transaction,
  decisions: readonly IncidentDecision[],
): Promise<ReadonlyMap<string, Standing>> {
  const ids = decisions.filter(({ isNew }) => !isNew).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const rows = await tx.$queryRaw`SELECT id, root_id, cause FROM incident WHERE id = ANY(${ids}::text[])`;
  return new Map(
    z
      .array(standingRow)
      .parse(rows)
      .map(({ id, root_id: rootId, cause }) => [id, { rootId, cause }]),
  );
}

const memberRow = incidentRow.extend({
  service: z.enum(services),
  tls_mode: z.enum(tlsModes),
  endpoint_host: z.string(),
  port: z.number(),
});

/** The shared causes that a run may touch, locked until the transaction ends, with their open members. */
export async function loadCauses(
  tx: Transaction,
  run: { readonly decisions: readonly IncidentDecision[]; readonly standing: ReadonlyMap<string, Standing> },
): Promise<readonly KeptCause[]> {
  const touched = touchedCauses(run).map((one) => ({ ...one, key: causeIdentity(one.code, one.cause).dedupKey }));
  if (touched.length === 0) return [];
  const keys = touched.map(({ key }) => key);
  await lockCauses(tx, keys);
  const latest = await tx.$queryRaw`
    SELECT id, dedup_key, code, instance, host, state, severity, params, affected, found_runs, clean_runs, first_seen, last_seen,
      opened_at, acknowledged_at, resolved_at, resolution, unstable_since, root_id, cause
    FROM incident WHERE id IN (
      SELECT latest.id FROM unnest(${keys}::text[]) AS wanted(dedup_key) CROSS JOIN LATERAL (
        SELECT id FROM incident WHERE incident.dedup_key = wanted.dedup_key ORDER BY instance DESC LIMIT 1
      ) AS latest
    ) ORDER BY id FOR NO KEY UPDATE`;
  const rows = z.array(incidentRow.extend({ dedup_key: z.string() })).parse(latest);
  const progress = await readProgress(tx, rows);
  const kept = await tx.$queryRaw`
    SELECT incident.id, code, instance, incident.host, state, severity, params, affected, found_runs, clean_runs, first_seen,
      last_seen, opened_at, acknowledged_at, resolved_at, resolution, unstable_since, root_id, cause,
      endpoint.service, endpoint.tls_mode, endpoint.host AS endpoint_host, endpoint.port
    FROM incident JOIN endpoint ON endpoint.id = incident.endpoint_id
    WHERE cause = ANY(${touched.map(({ cause }) => cause)}::text[]) AND state IN ('firing', 'acknowledged', 'recovering')
      AND NOT incident.id = ANY(${run.decisions.map(({ id }) => id)}::text[])`;
  const members = z.array(memberRow).parse(kept);
  return touched.map(({ code, cause, key }) => {
    const row = rows.find((one) => one.dedup_key === key);
    const state = row === undefined ? undefined : progress.get(row.id);
    return {
      code,
      cause,
      known:
        row === undefined || state === undefined
          ? null
          : { id: row.id, code, instance: row.instance, host: row.host, progress: state },
      rootId: row?.root_id ?? null,
      members: members
        .filter((member) => member.code === code && member.cause === cause)
        .map((member) => {
          const { service, tls_mode: tlsMode, endpoint_host: host, port } = member;
          const subject = { kind: 'endpoint', endpoint: { service, tlsMode, host, port } } as const;
          return { id: member.id, subject, progress: progressOf(member) };
        }),
    };
  });
}

const explainerRow = z.object({
  id: z.string(),
  code: z.string(),
  severity: z.enum(['info', 'warning', 'error', 'critical']),
  host: z.string(),
  vantage: z.string().nullable(),
  root_id: z.string().nullable(),
  cause: z.string().nullable(),
  port: z.number().nullable(),
});

/** Open incidents that may explain what a run found, without its own. */
export async function loadExplainers(
  tx: Transaction,
  run: {
    readonly decisions: readonly IncidentDecision[];
    readonly causes: readonly KeptCause[];
    readonly vantage: string | null;
  },
): Promise<readonly Explainer[]> {
  const { decisions, causes, vantage } = run;
  const places: readonly Place[] = [
    ...decisions.flatMap(({ subject }) => placesOf(subject)),
    ...causes.flatMap(({ known, members }) => [
      ...readPlaces(known?.progress.affected ?? []),
      ...members.flatMap(({ subject }) => placesOf(subject)),
    ]),
  ];
  const rows = await tx.$queryRaw`
    SELECT incident.id, code, severity, incident.host, incident.vantage, root_id, cause, endpoint.port
    FROM incident LEFT JOIN endpoint ON endpoint.id = incident.endpoint_id
    WHERE state IN ('firing', 'acknowledged', 'recovering') AND code = ANY(${[...explainingCodes]}::text[])
      AND (incident.vantage = ${vantage} OR (
        incident.host = ANY(${[...namesAbove(places)]}::text[]) AND (endpoint.id IS NOT NULL OR incident.zone_id IS NOT NULL)
      ))
      AND NOT incident.id = ANY(${decisions.map(({ id }) => id)}::text[])`;
  return z
    .array(explainerRow)
    .parse(rows)
    .map(({ id, code, severity, host, port, cause, ...row }) => ({
      ...{ code, severity, vantage: row.vantage },
      places: [{ host, port }],
      rootId: cause === null ? id : (row.root_id ?? id),
    }));
}

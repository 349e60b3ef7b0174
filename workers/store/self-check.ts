import { z } from 'zod';
import type { Database, Transaction } from '#prisma/client.ts';
import { noLongerMonitored } from '#prisma/commands/incidents.ts';
import { withdrawIncidents } from '#lib/incidents/decide.ts';
import type { SelfState } from '#lib/incidents/self-state.ts';
import { canarySign, keptCanary } from '#lib/model/canary-schema.ts';
import type { SelfObservation } from '#lib/model/self-observation.ts';
import { storableJson } from '#lib/model/stored-text.ts';
import type { FindFinding } from './endpoints.ts';
import { loadIncidents, saveDecisions } from './incidents.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Writes down what the canaries of a vantage say: the console, the watchdog and the next worker read it. */
export async function saveCanary(
  tx: Transaction,
  kept: { readonly observation: SelfObservation; readonly state: SelfState; readonly now: number },
): Promise<void> {
  const { vantage, resolverSaid, networkSaid } = kept.observation;
  const { verdict, since, resolverAnsweredAt, networkAnsweredAt } = kept.state;
  const detail = { verdict, since, resolverAnsweredAt, networkAnsweredAt, resolverSaid, networkSaid };
  await tx.$executeRaw`
    INSERT INTO vital_sign (name, vantage, at, detail)
    VALUES (${canarySign}, ${vantage}, ${new Date(kept.now)}, ${storableJson(detail)}::jsonb)
    ON CONFLICT (name, vantage) DO UPDATE SET at = EXCLUDED.at, detail = EXCLUDED.detail`;
}

/** What the canaries of a vantage said last; null: never asked, or written by another version. */
export async function loadCanary(db: Transaction, vantage: string): Promise<SelfState | null> {
  const row = await db.vitalSign.findUnique({ where: { name_vantage: { name: canarySign, vantage } } });
  const kept = keptCanary.safeParse(row?.detail);
  return kept.success ? { ...kept.data, contrarySince: null } : null;
}

/** Makes the look at our own network due at once. Only workers of this vantage take it. */
export async function requestSelfCheck(db: Database, vantage: string): Promise<void> {
  await db.$executeRaw`
    INSERT INTO task (kind, ref, due_at, vantage) VALUES ('self-check', ${vantage}, now(), ${vantage})
    ON CONFLICT (kind, ref) DO UPDATE SET due_at = LEAST(task.due_at, now()),
      again = task.again OR task.lease_until IS NOT NULL`;
}

/** Ends own incidents of places that no worker has looked from for a day: nobody else can say that they are over. */
export async function retireGoneVantages(
  tx: Transaction,
  options: { readonly codes: readonly string[]; readonly findFinding: FindFinding; readonly now: number },
): Promise<void> {
  const { codes, findFinding, now } = options;
  const rows = await tx.$queryRaw`
    SELECT DISTINCT vantage FROM incident
    WHERE vantage IS NOT NULL AND state <> 'resolved'
      AND NOT EXISTS (SELECT 1 FROM worker_heartbeat WHERE worker_heartbeat.vantage = incident.vantage)
      AND NOT EXISTS (
        SELECT 1 FROM vital_sign
        WHERE name = ${canarySign} AND vital_sign.vantage = incident.vantage AND at > ${new Date(now - dayMs)}
      )`;
  const owner = { endpointId: null, domainId: null, zoneId: null };
  for (const { vantage } of z.array(z.object({ vantage: z.string() })).parse(rows)) {
    const subject = { kind: 'vantage', vantage } as const;
    const known = await loadIncidents(tx, { ...owner, subject, codes });
    const decisions = withdrawIncidents({ subject, known, findFinding, now, resolution: noLongerMonitored });
    await saveDecisions(tx, { ...owner, decisions, now });
  }
}

/**
 * Makes what was held since `since` due again, each at a time of its own within `spreadMs`. What is due sooner anyhow
 * stays as it is, so that it does no harm to call it again.
 */
export async function wakeHeld(
  tx: Transaction,
  held: { readonly vantage: string; readonly since: number; readonly spreadMs: number },
): Promise<void> {
  const { vantage, spreadMs } = held;
  const since = new Date(held.since);
  await tx.$executeRaw`
    UPDATE task SET due_at = now() + random() * ${spreadMs} * interval '1 millisecond'
    WHERE lease_until IS NULL AND due_at > now() + ${spreadMs} * interval '1 millisecond'
      AND (task.vantage IS NULL OR task.vantage = ${vantage})
      AND ((kind = 'probe' AND ref IN (
        SELECT id FROM endpoint WHERE last_verdict = 'inconclusive' AND last_probed_at >= ${since}
      )) OR (kind = 'zone' AND ref IN (
        SELECT id FROM zone WHERE last_verdict = 'inconclusive' AND last_observed_at >= ${since})))`;
}

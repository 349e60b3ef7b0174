import { z } from 'zod';
import type { Database, Transaction } from '#prisma/client.ts';
import { environmentRouteId } from '#lib/model/alert-route.ts';
import {
  vitalSignDetail,
  watchdogDetail,
  watchdogSign,
  type VitalSign,
  type WatchdogDetail,
} from '#lib/model/vital-sign.ts';
import { storableJson } from '#lib/model/stored-text.ts';

/** Refs of the tasks `prove`: renew the signs, look at all routes; any other ref is a route. */
export const signsRef = 'signs';
export const routesRef = 'routes';

/** Renews a sign by Postgres' clock, or says why not: then it grows older. */
export async function saveVitalSign(
  db: Transaction,
  sign: { readonly name: VitalSign; readonly vantage: string; readonly said: string | null },
): Promise<void> {
  const { name, vantage, said } = sign;
  const detail = storableJson(vitalSignDetail.parse({ said }));
  // What never worked is as old as time.
  await db.$executeRaw`
    INSERT INTO vital_sign (name, vantage, at, detail)
    VALUES (${name}, ${vantage}, CASE WHEN ${said === null} THEN now() ELSE to_timestamp(0) END, ${detail}::jsonb)
    ON CONFLICT (name, vantage) DO UPDATE SET
      at = CASE WHEN ${said === null} THEN EXCLUDED.at ELSE vital_sign.at END, detail = EXCLUDED.detail`;
}

/** The watchdog of a vantage, where one lives. */
export async function loadWatchdog(db: Database, vantage: string): Promise<WatchdogDetail | null> {
  const rows = await db.$queryRaw`
    SELECT detail FROM vital_sign
    WHERE name = ${watchdogSign} AND vantage = ${vantage} AND at > now() - interval '2 minutes'`;
  const [row] = z.array(z.object({ detail: watchdogDetail })).parse(rows);
  return row?.detail ?? null;
}

export interface StuckNotices {
  readonly notices: number;
  /** Names of the routes that they wait for. */
  readonly routes: readonly string[];
  readonly oldestMs: number;
}

const stuckRow = z.object({
  notices: z.number(),
  routes: z.array(z.string()).nullable(),
  oldest_ms: z.number().nullable(),
});

/**
 * Alerts that should have gone out long ago: ten minutes for what goes out at once, 70 for what waits for the summary of
 * a full hour, 26 hours for the digest. So does what was given up, until its route took something again. What waits for a
 * relay that nobody configured counts unless another route is there.
 */
export async function findStuckNotices(
  tx: Transaction,
  { relayConfigured }: { readonly relayConfigured: boolean },
): Promise<StuckNotices | null> {
  const rows = await tx.$queryRaw`
    SELECT count(*)::int AS notices, array_agg(DISTINCT alert_route.name) AS routes,
      (extract(epoch FROM now() - min(notice.created_at)) * 1000)::float8 AS oldest_ms
    FROM notice JOIN alert_route ON alert_route.id = notice.route_id
    WHERE notice.sent_at IS NULL AND NOT notice.held AND alert_route.enabled AND alert_route.removed_at IS NULL
      AND (
        notice.given_up_at IS NULL AND notice.created_at < now() - CASE WHEN notice.digest THEN interval '26 hours'
          WHEN notice.overflowed THEN interval '70 minutes' ELSE interval '10 minutes' END
        OR notice.given_up_at > now() - interval '1 day' AND NOT EXISTS (
          SELECT FROM notice AS later WHERE later.route_id = notice.route_id AND later.sent_at > notice.given_up_at)
      )
      AND (${relayConfigured} OR alert_route.id <> ${environmentRouteId} OR NOT EXISTS (
        SELECT FROM alert_route AS other
        WHERE other.id <> ${environmentRouteId} AND other.enabled AND other.removed_at IS NULL))`;
  const [row] = z.array(stuckRow).parse(rows);
  if (row === undefined || row.notices === 0) return null;
  return { notices: row.notices, routes: row.routes ?? [], oldestMs: row.oldest_ms ?? 0 };
}

/** Signs are renewed every half minute, routes looked at every hour. */
export async function ensureProveTasks(db: Transaction): Promise<void> {
  await db.$executeRaw`
    INSERT INTO task (kind, ref, due_at) VALUES ('prove', ${signsRef}, now()), ('prove', ${routesRef}, now())
    ON CONFLICT (kind, ref) DO NOTHING`;
}

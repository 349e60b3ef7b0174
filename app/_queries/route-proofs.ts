import type { AlertPath, RouteProofItem } from '#components/route-proof-item.ts';
import { routeRecipients } from '#lib/alerts/route-recipients.ts';
import { routeStanding } from '#lib/incidents/route-proof.ts';
import { routeDependence } from '#lib/model/alert-route.ts';
import { findProof, readProofs } from '#prisma/commands/route-proofs.ts';
import { readRoutes } from '#prisma/commands/routes.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from './database.ts';

/** How the routes are proved, by their ids. */
export async function readRouteProofItems(now: Date): Promise<ReadonlyMap<string, RouteProofItem>> {
  const db = database();
  const routes = await readRoutes(db);
  const ids = routes.map(({ id }) => id);
  const [proofs, looks] = await Promise.all([
    readProofs(db, ids),
    db.alertRoute.findMany({ where: { id: { in: ids } }, select: { id: true, dependence: true, checkedAt: true } }),
  ]);
  return new Map(
    routes.map(({ id, kind, way, enabled, createdAt }): readonly [string, RouteProofItem] => {
      const look = looks.find((row) => row.id === id);
      const standing = routeStanding({
        ...{ kind, createdAt, now: now.getTime() },
        recipients: routeRecipients(way, readWebSettings()),
        proofs: proofs.get(id) ?? [],
      });
      const dependence = routeDependence.catch([]).parse(look?.dependence ?? []);
      return [id, { ...standing, kind, enabled, dependence, checkedAt: look?.checkedAt?.getTime() ?? null }];
    }),
  );
}

/** The enabled routes together: one that works and stands apart is enough. */
export async function readAlertPath(now: Date): Promise<AlertPath> {
  const all = await readRouteProofItems(now);
  const routes = [...all.values()].filter(({ enabled, recipients }) => enabled && recipients.length > 0);
  const proven = routes.flatMap(({ provenAt }) => (provenAt === null ? [] : [provenAt]));
  const fresh = routes.some(({ provenAt, overdue }) => provenAt !== null && !overdue);
  const apart = routes.some(({ dependence }) => dependence.length === 0);
  return {
    provenAt: proven.length === 0 ? null : Math.max(...proven),
    overdue: routes.length > 0 && !fresh && (proven.length > 0 || routes.every(({ overdue }) => overdue)),
    dependsOn: apart ? null : (routes[0]?.dependence[0] ?? null),
  };
}

/** What a link asks to confirm; instants in milliseconds since the epoch. Null: it does not work. */
export async function readAskedProof(token: string, now: Date) {
  const proof = await findProof(database(), token, now);
  if (proof === null) return null;
  const { createdAt, confirmedAt, ...names } = proof;
  return { ...names, createdAt: createdAt.getTime(), confirmedAt: confirmedAt?.getTime() ?? null };
}

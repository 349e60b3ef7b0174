import type { Database, Transaction } from '#prisma/client.ts';
import { loadHostsByAddress } from '#prisma/commands/hosts-by-address.ts';
import { readProofs } from '#prisma/commands/route-proofs.ts';
import { requestTask } from '#prisma/commands/tasks.ts';
import { watchedEndpoint } from '#prisma/commands/zones.ts';
import type { WatchedNames } from '#lib/incidents/route-dependence.ts';
import type { RouteProof } from '#lib/incidents/route-proof.ts';
import type { RouteDependence } from '#lib/model/alert-route.ts';

/** What is monitored now. */
export async function loadWatchedNames(db: Database): Promise<WatchedNames> {
  const [endpoints, domains, hostsByAddress] = await Promise.all([
    db.endpoint.findMany({ where: watchedEndpoint, distinct: ['host'], select: { host: true } }),
    db.domain.findMany({ select: { name: true } }),
    loadHostsByAddress(db),
  ]);
  return {
    hosts: new Set(endpoints.map(({ host }) => host)),
    domains: new Set(domains.map(({ name }) => name)),
    hostsByAddress,
  };
}

/** Writes down what a route depends on, and that it was looked at. */
export async function saveDependence(
  tx: Transaction,
  { routeId, dependence, now }: { readonly routeId: string; readonly dependence: RouteDependence; readonly now: Date },
): Promise<void> {
  await tx.alertRoute.updateMany({ where: { id: routeId }, data: { dependence, checkedAt: now } });
}

/** The tests of one route. */
export async function loadProofs(db: Transaction, routeId: string): Promise<readonly RouteProof[]> {
  return (await readProofs(db, [routeId])).get(routeId) ?? [];
}

/** Makes the look at every route due now. */
export async function requestRouteProofs(tx: Transaction, now: Date): Promise<void> {
  const routes = await tx.alertRoute.findMany({ where: { removedAt: null }, select: { id: true } });
  for (const { id } of routes) await requestTask(tx, { kind: 'prove', ref: id, dueAt: now });
}

import type { DeliveryItem, RouteItem } from '#components/route-item.ts';
import type { WhomItem } from '#components/whom-table.tsx';
import { routesFor } from '#lib/incidents/notify.ts';
import { environmentRouteId } from '#lib/model/alert-route.ts';
import { readRoutes, type AlertRoute } from '#prisma/commands/routes.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from './database.ts';
import { reasonText } from './event-words.ts';

const maxDeliveries = 50;

/** All routes, with how their deliveries go. */
export async function listRouteItems(): Promise<readonly RouteItem[]> {
  const routes = await readRoutes(database());
  return Promise.all(routes.map(describeRoute));
}

async function describeRoute(route: AlertRoute): Promise<RouteItem> {
  const { notice } = database();
  const waitingHere = { routeId: route.id, sentAt: null, givenUpAt: null, held: false };
  const [sent, waiting, failing, failed, givenUp] = await Promise.all([
    notice.findFirst({
      where: { routeId: route.id, sentAt: { not: null } },
      orderBy: { sentAt: 'desc' },
      select: { sentAt: true },
    }),
    notice.count({ where: waitingHere }),
    notice.count({ where: { ...waitingHere, attempts: { gt: 0 } } }),
    notice.findFirst({
      where: { routeId: route.id, sentAt: null, lastError: { not: null } },
      orderBy: { createdAt: 'desc' },
      select: { lastError: true },
    }),
    notice.count({ where: { routeId: route.id, sentAt: null, givenUpAt: { not: null } } }),
  ]);
  const { id, name, way, minSeverity, escalateAfterMinutes, outOfBand, enabled } = route;
  return {
    ...{ id, name, way, minSeverity, escalateAfterMinutes, outOfBand, enabled, waiting, failing, givenUp },
    fromEnvironment: id === environmentRouteId,
    hasSecret: route.secret !== null,
    target: targetOf(route),
    lastSentAt: sent?.sentAt?.getTime() ?? null,
    lastError: failed?.lastError ?? null,
  };
}

function targetOf({ way }: AlertRoute): string {
  if ('url' in way.config) return way.config.url;
  if ('to' in way.config) return way.config.to.join(', ');
  const { smtpUrls, mailTo } = readWebSettings();
  return smtpUrls.length === 0 ? 'Nowhere yet: LATCHWATCH_SMTP_URL is not set' : mailTo.join(', ');
}

const cases = [
  { what: 'Something critical', code: '', severity: 'critical' },
  { what: 'An error', code: '', severity: 'error' },
  { what: 'A warning', code: '', severity: 'warning' },
  { what: 'Our own network is down', code: 'own-network-down', severity: 'critical' },
] as const;

/** Whom each kind of alert would reach now. */
export function previewRoutes(routes: readonly RouteItem[]): readonly WhomItem[] {
  const enabled = routes.filter((route) => route.enabled).map((route) => ({ ...route, kind: route.way.kind }));
  return cases.map(({ what, code, severity }) => {
    const taking = routesFor(enabled, { code, severity });
    const quiet = severity === 'warning';
    return {
      what,
      now: taking
        .filter(({ kind, escalateAfterMinutes }) => escalateAfterMinutes === 0 && !(quiet && kind === 'mail'))
        .map(({ name }) => name),
      later: taking.flatMap(({ name, kind, escalateAfterMinutes }) => {
        if (escalateAfterMinutes > 0) return [`${name}, after ${String(escalateAfterMinutes)} minutes`];
        return quiet && kind === 'mail' ? [`${name}, in the daily digest`] : [];
      }),
    };
  });
}

/** The latest messages of all routes, the newest first. */
export async function listDeliveries(): Promise<readonly DeliveryItem[]> {
  const rows = await database().notice.findMany({
    orderBy: { createdAt: 'desc' },
    take: maxDeliveries,
    include: { route: { select: { name: true } }, incident: { select: { title: true } } },
  });
  return rows.map((row) => ({
    id: row.id,
    routeName: row.route.name,
    incidentId: row.incidentId,
    title: row.incident.title,
    reason: row.held ? 'Not told yet' : reasonText(row.reason),
    createdAt: row.createdAt.getTime(),
    sentAt: row.sentAt?.getTime() ?? null,
    givenUpAt: row.givenUpAt?.getTime() ?? null,
    held: row.held,
    digest: row.digest,
    overflowed: row.overflowed,
    attempts: row.attempts,
    lastError: row.lastError,
  }));
}

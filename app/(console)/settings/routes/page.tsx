import type { Metadata } from 'next';
import { DeliveryTable } from '#components/delivery-table.tsx';
import { RoutePanel } from '#components/route-panel.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { Link } from '#components/ui/link.tsx';
import { WhomTable } from '#components/whom-table.tsx';
import { buttonLook } from '#components/ui/button-look.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { WatchdogPanel } from '#components/watchdog-panel.tsx';
import { redeliverAction, removeRouteAction, switchRouteAction, testRouteAction } from '#app/_actions/routes.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { listDeliveries, listRouteItems, previewRoutes } from '#app/_queries/routes.ts';
import { readWatchdogView } from '#app/_queries/watchdog.ts';
import { RouteProofs } from './route-proofs.tsx';

export const metadata: Metadata = { title: 'Routes' };

const actions = {
  toggle: switchRouteAction,
  remove: removeRouteAction,
  test: testRouteAction,
};

const newRoutes = [
  { kind: 'mail', text: 'Add mail' },
  { kind: 'webhook', text: 'Add a webhook' },
  { kind: 'alertmanager', text: 'Add an Alertmanager' },
] as const;

export default async function RoutesPage() {
  const person = await requirePerson();
  if (!personMay(person, 'routes:manage')) {
    return (
      <>
        <PageHeader title="Routes" />
        <Banner tone="warn">Only an administrator may see and change routes. Your role is {person.role}.</Banner>
      </>
    );
  }
  const date = new Date();
  const now = date.getTime();
  const [routes, deliveries, watchdog] = await Promise.all([
    listRouteItems(),
    listDeliveries(),
    readWatchdogView(date),
  ]);
  return (
    <>
      <PageHeader
        title="Routes"
        actions={newRoutes.map(({ kind, text }) => (
          <Link key={kind} href={`/settings/routes/new?kind=${kind}`} className={buttonLook('plain')}>
            {text}
          </Link>
        ))}
      >
        Who is told when something breaks, by which way, and whether it arrives.
      </PageHeader>
      <div className="space-y-6">
        {routes.some(({ enabled }) => enabled) ? null : (
          <Banner tone="crit">
            <strong>Nobody is told of anything:</strong> every route is switched off. What happens now waits.
          </Banner>
        )}
        {routes.map((route) => (
          <RoutePanel key={route.id} route={route} now={now} actions={actions}>
            <RouteProofs routeId={route.id} />
          </RoutePanel>
        ))}
        <Panel title="Whom it would reach now" flush>
          <WhomTable items={previewRoutes(routes)} />
        </Panel>
        <WatchdogPanel view={watchdog} now={now} />
        <Panel title="Deliveries" flush aside="The latest 50">
          {deliveries.length === 0 ? (
            <EmptyState title="Nothing was told yet">Each message stands here, with its route and its fate.</EmptyState>
          ) : (
            <DeliveryTable items={deliveries} now={now} redeliver={redeliverAction} />
          )}
        </Panel>
      </div>
    </>
  );
}

import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { routeKinds, type RouteKind } from '#lib/model/alert-route.ts';
import { RouteForm } from '#components/route-form.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { saveRouteAction } from '#app/_actions/routes.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';

export const metadata: Metadata = { title: 'Add a route' };

const titles: Readonly<Record<RouteKind, string>> = {
  mail: 'Add a mail route',
  webhook: 'Add a webhook',
  alertmanager: 'Add an Alertmanager',
};

interface Props {
  readonly searchParams: Promise<{ readonly kind?: string | string[] }>;
}

export default async function NewRoutePage({ searchParams }: Props) {
  const person = await requirePerson();
  if (!personMay(person, 'routes:manage')) notFound();
  const asked = (await searchParams).kind;
  const kind = routeKinds.find((known) => known === asked);
  if (kind === undefined) notFound();
  return (
    <>
      <PageHeader
        title={titles[kind]}
        above={
          <Link href="/settings/routes" className="link">
            Routes
          </Link>
        }
      />
      <Panel title="The route">
        <RouteForm kind={kind} route={null} action={saveRouteAction} />
      </Panel>
    </>
  );
}

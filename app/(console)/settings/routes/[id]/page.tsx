import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { RouteForm } from '#components/route-form.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { saveRouteAction } from '#app/_actions/routes.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { listRouteItems } from '#app/_queries/routes.ts';

export const metadata: Metadata = { title: 'Change a route' };

export default async function RoutePage({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const person = await requirePerson();
  if (!personMay(person, 'routes:manage')) notFound();
  const { id } = await params;
  const route = (await listRouteItems()).find((item) => item.id === id);
  if (route === undefined) notFound();
  return (
    <>
      <PageHeader
        title={<ForeignText text={route.name} maxLength={100} />}
        above={
          <Link href="/settings/routes" className="link">
            Routes
          </Link>
        }
      >
        {route.fromEnvironment ? 'Relays, sender and receivers are settings of the environment.' : route.target}
      </PageHeader>
      <Panel title="Change it">
        <RouteForm kind={route.way.kind} route={route} action={saveRouteAction} />
      </Panel>
    </>
  );
}

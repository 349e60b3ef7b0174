import type { Metadata } from 'next';
import Link from 'next/link';
import { IncidentList } from '#components/incident-list.tsx';
import { Pager } from '#components/pager.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { requirePerson } from '#app/_auth/session.ts';
import { incidentItem } from '#app/_queries/incident-item.ts';
import { countIncidents, listIncidents } from '#app/_queries/incidents.ts';
import type { SearchParameters } from '#app/_queries/page-parameters.ts';
import { readParameter } from '#app/_queries/page-parameters.ts';

export const metadata: Metadata = { title: 'Incidents' };

const pageSize = 50;

export default async function IncidentsPage({ searchParams }: { readonly searchParams: SearchParameters }) {
  await requirePerson();
  const now = new Date();
  const filter = (await readParameter(searchParams, 'show')) === 'all' ? 'all' : 'open';
  const after = await readParameter(searchParams, 'after');
  const [{ incidents, next }, counts] = await Promise.all([
    listIncidents({ filter, after, limit: pageSize }),
    countIncidents(),
  ]);
  const here = filter === 'all' ? '/incidents?show=all' : '/incidents';
  const tabs = [
    { href: '/incidents', text: 'Open', current: filter === 'open' },
    { href: '/incidents?show=all', text: 'All', current: filter === 'all' },
  ];
  return (
    <>
      <PageHeader
        title="Incidents"
        actions={
          <nav aria-label="Filter" className="inline-flex rounded-md border border-line bg-sunken p-0.5">
            {tabs.map((tab) => (
              <Link
                key={tab.href}
                href={tab.href}
                aria-current={tab.current ? 'true' : undefined}
                className={`inline-flex min-h-8 items-center rounded px-3 text-sm ${
                  tab.current ? 'bg-surface font-medium shadow-(--shadow)' : 'text-muted hover:text-text'
                }`}
              >
                {tab.text}
              </Link>
            ))}
          </nav>
        }
      >
        {counts.needsAction} need somebody, {counts.acknowledged} taken care of.
      </PageHeader>
      <Panel title={filter === 'all' ? 'All incidents, the newest first' : 'Open incidents, the newest first'} flush>
        {incidents.length === 0 ? (
          <EmptyState title={filter === 'all' ? 'No incident yet' : 'No open incident'}>
            One opens when a probe finds a fault and a second look confirms it.
          </EmptyState>
        ) : (
          <IncidentList items={incidents.map(incidentItem)} now={now.getTime()} />
        )}
        <Pager
          first={after === null ? null : here}
          next={next === null ? null : `${here}${filter === 'all' ? '&' : '?'}after=${encodeURIComponent(next)}`}
        />
      </Panel>
    </>
  );
}

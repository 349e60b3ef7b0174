import type { Metadata } from 'next';
import { IncidentFilterForm } from '#components/incident-filter.tsx';
import { IncidentList } from '#components/incident-list.tsx';
import { Pager } from '#components/pager.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { listPossibleOwners } from '#prisma/commands/tickets.ts';
import { acknowledgeSelectedAction } from '#app/_actions/incidents.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { database } from '#app/_queries/database.ts';
import { incidentFilterItem, incidentListHref, noFilter, readIncidentFilter } from '#app/_queries/incident-filter.ts';
import { incidentItem } from '#app/_queries/incident-item.ts';
import type { IncidentFilter } from '#app/_queries/incidents.ts';
import { countIncidents, listIncidents } from '#app/_queries/incidents.ts';
import type { SearchParameters } from '#app/_queries/page-parameters.ts';
import { readParameters } from '#app/_queries/page-parameters.ts';

export const metadata: Metadata = { title: 'Incidents' };

const pageSize = 50;

const titles: Readonly<Record<IncidentFilter['state'], string>> = {
  open: 'Open incidents, the newest first',
  waiting: 'What waits for somebody, the newest first',
  acknowledged: 'What somebody takes care of, the newest first',
  resolved: 'What is over, the newest first',
  all: 'All incidents, the newest first',
};

export default async function IncidentsPage({ searchParams }: { readonly searchParams: SearchParameters }) {
  const person = await requirePerson();
  const now = new Date().getTime();
  const read = await readParameters(searchParams);
  const filter = readIncidentFilter(read, person.email);
  const after = read('after');
  const [{ incidents, next }, counts, owners] = await Promise.all([
    listIncidents({ filter, after, limit: pageSize }),
    countIncidents(),
    listPossibleOwners(database()),
  ]);
  const narrowed = incidentListHref(filter) !== incidentListHref(noFilter);
  const mayAcknowledge =
    personMay(person, 'incidents:ack') && incidents.some(({ engineState }) => engineState === 'firing');
  const list = <IncidentList items={incidents.map(incidentItem)} now={now} selectable={mayAcknowledge} />;
  return (
    <>
      <PageHeader title="Incidents">
        {counts.needsAction} need somebody, {counts.acknowledged} taken care of.
      </PageHeader>
      <IncidentFilterForm
        // A new address fills the fields anew.
        key={incidentListHref(filter)}
        filter={incidentFilterItem(filter, person.email)}
        owners={owners}
        narrowed={narrowed}
        csvHref={incidentListHref(filter, { path: '/incidents/export' })}
      />
      <Panel title={titles[filter.state]} flush>
        {incidents.length === 0 ? (
          <EmptyState title={narrowed ? 'Nothing fits what you ask for' : 'No open incident'}>
            {narrowed
              ? 'Change what is asked for above, or show all that are open.'
              : 'One opens when a probe finds a fault and a second look confirms it.'}
          </EmptyState>
        ) : mayAcknowledge ? (
          <ActionForm action={acknowledgeSelectedAction} label="Acknowledge several">
            <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2.5">
              <SubmitButton pendingText="Acknowledging…" shortcut="acknowledge">
                Acknowledge what is ticked
              </SubmitButton>
              <p className="text-sm text-muted">They are yours then, and nobody is reminded for a day.</p>
            </div>
            {list}
          </ActionForm>
        ) : (
          list
        )}
        <Pager
          first={after === null ? null : incidentListHref(filter)}
          next={next === null ? null : incidentListHref(filter, { after: next })}
        />
      </Panel>
    </>
  );
}

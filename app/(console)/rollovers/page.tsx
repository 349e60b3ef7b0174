import type { Metadata } from 'next';
import { RolloverForm } from '#components/rollover-form.tsx';
import { RolloverTable } from '#components/rollover-table.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { startRolloverAction } from '#app/_actions/rollovers.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { readParameter, type SearchParameters } from '#app/_queries/page-parameters.ts';
import { listRolloverEndpoints, listRolloverItems } from '#app/_queries/rollovers.ts';

export const metadata: Metadata = { title: 'Rollovers' };

export default async function RolloversPage({ searchParams }: { readonly searchParams: SearchParameters }) {
  const person = await requirePerson();
  const now = new Date();
  const chosen = await readParameter(searchParams, 'endpoint');
  const [items, { endpoints, cut }] = await Promise.all([listRolloverItems(now), listRolloverEndpoints(chosen)]);
  return (
    <>
      <PageHeader title="Rollovers">
        Change the key behind TLSA records without a moment in which mail fails: what to publish, how long to wait, when
        to deploy, and what to take away.
      </PageHeader>
      <div className="space-y-6">
        <Panel title="Under way and done" flush>
          {items.length === 0 ? (
            <EmptyState title="No rollover yet">
              Start one when a certificate with a new key is due. A renewal that keeps its key needs none.
            </EmptyState>
          ) : (
            <RolloverTable items={items} now={now.getTime()} />
          )}
        </Panel>
        <Panel title="Start one">
          {!personMay(person, 'inventory:write') ? (
            <p className="text-muted">Your role is {person.role}: it may not start one.</p>
          ) : endpoints.length === 0 ? (
            <p className="text-muted">
              No watched endpoint has TLSA records. The page of an endpoint shows the record to publish first.
            </p>
          ) : (
            <RolloverForm action={startRolloverAction} endpoints={endpoints} cut={cut} />
          )}
        </Panel>
      </div>
    </>
  );
}

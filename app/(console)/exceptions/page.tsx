import type { Metadata } from 'next';
import { ExceptionTable } from '#components/exception-table.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { revokeExceptionAction } from '#app/_actions/exceptions.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { listExceptionItems } from '#app/_queries/exceptions.ts';

export const metadata: Metadata = { title: 'Exceptions' };

export default async function ExceptionsPage() {
  const person = await requirePerson();
  const now = new Date().getTime();
  const items = await listExceptionItems();
  return (
    <>
      <PageHeader title="Exceptions">
        Findings that somebody accepts for a time. Their alerts follow the milder rules, at most as a warning, and come
        back by themselves when the time is over.
      </PageHeader>
      <Panel title="Signed" flush>
        {items.length === 0 ? (
          <EmptyState title="Nothing is accepted">
            Whoever may sign opens a finding of an endpoint, a domain or a zone and chooses “Accept for a time”.
          </EmptyState>
        ) : (
          <ExceptionTable
            items={items}
            now={now}
            revoke={personMay(person, 'exceptions:sign') ? revokeExceptionAction : null}
          />
        )}
      </Panel>
    </>
  );
}

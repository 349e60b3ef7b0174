import type { Metadata } from 'next';
import { SilenceTable } from '#components/silence-table.tsx';
import { buttonLook } from '#components/ui/button-look.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { endSilenceAction } from '#app/_actions/silences.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { listSilenceItems } from '#app/_queries/silences.ts';

export const metadata: Metadata = { title: 'Silences' };

export default async function SilencesPage() {
  const person = await requirePerson();
  const may = personMay(person, 'incidents:silence');
  const now = new Date().getTime();
  const items = await listSilenceItems();
  return (
    <>
      <PageHeader
        title="Silences"
        actions={
          may ? (
            <Link href="/silences/new" className={buttonLook('primary')}>
              Silence something
            </Link>
          ) : undefined
        }
      >
        Nobody is told of what a silence is for until it ends. What is still broken then is told; that something ended
        is always told.
      </PageHeader>
      <Panel title="Silences and planned work" flush>
        {items.length === 0 ? (
          <EmptyState title="Nothing is silenced">
            Before planned work, say from when to when: the faults that it makes are recorded, and nobody is called.
          </EmptyState>
        ) : (
          <SilenceTable items={items} now={now} end={may ? endSilenceAction : null} />
        )}
      </Panel>
    </>
  );
}

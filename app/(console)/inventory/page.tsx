import type { Metadata } from 'next';
import { InventoryForm } from '#components/inventory-form.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { importInventoryAction } from '#app/_actions/inventory.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';

export const metadata: Metadata = { title: 'Inventory' };

export default async function InventoryPage() {
  const person = await requirePerson();
  return (
    <>
      <PageHeader
        title="Inventory"
        above={
          <Link href="/domains" className="link">
            Domains
          </Link>
        }
      >
        <span>
          Say in one file what you run. The command line takes larger ones:{' '}
          <code className="font-mono text-sm">latchwatch import</code>
        </span>
      </PageHeader>
      <Panel title="Import an inventory">
        {personMay(person, 'inventory:write') ? (
          <InventoryForm action={importInventoryAction} />
        ) : (
          <p className="text-muted">Your role is {person.role}: it may not import.</p>
        )}
      </Panel>
    </>
  );
}

import type { Metadata } from 'next';
import { KeyAgeTable } from '#components/key-age-table.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { readKeyAges } from '#app/_queries/key-ages.ts';

export const metadata: Metadata = { title: 'Keys' };

export default async function KeysPage() {
  const person = await requirePerson();
  const above = (
    <Link href="/settings" className="link">
      Settings
    </Link>
  );
  if (!personMay(person, 'settings:manage')) {
    return (
      <>
        <PageHeader title="Keys" above={above} />
        <Banner tone="warn">Only an administrator may see them. Your role is {person.role}.</Banner>
      </>
    );
  }
  const now = new Date().getTime();
  return (
    <>
      <PageHeader title="Keys" above={above}>
        What Latchwatch and the programs around it prove themselves with, how old it is, and how to change it.
      </PageHeader>
      <Panel title="Keys and tokens" flush>
        <KeyAgeTable items={await readKeyAges(now)} now={now} />
      </Panel>
    </>
  );
}

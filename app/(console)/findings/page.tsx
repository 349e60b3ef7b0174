import type { Metadata } from 'next';
import { CodeTable } from '#components/code-table.tsx';
import { buttonLook } from '#components/ui/button-look.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Choice, Field } from '#components/ui/field.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { requirePerson } from '#app/_auth/session.ts';
import { listCodeItems, listSections } from '#app/_queries/code-items.ts';
import { readParameter, type SearchParameters } from '#app/_queries/page-parameters.ts';

export const metadata: Metadata = { title: 'Findings' };

export default async function FindingsPage({ searchParams }: { readonly searchParams: SearchParameters }) {
  await requirePerson();
  const words = await readParameter(searchParams, 'words');
  const section = await readParameter(searchParams, 'section');
  const items = await listCodeItems({ words, section });
  const sections = listSections().map((value) => ({ value, text: `Section ${value}` }));
  return (
    <>
      <PageHeader
        title="Findings"
        actions={
          <Link href="/statements" className={buttonLook('plain')}>
            Statements of the draft
          </Link>
        }
      >
        Everything that Latchwatch can find: what it means, what it rests on, how to fix it and how to see it.
      </PageHeader>
      <div className="space-y-6">
        <form method="get" action="/findings" className="flex flex-wrap items-end gap-3" role="search">
          <Field label="Words" name="words" defaultValue={words ?? ''} placeholder="certificate" autoComplete="off" />
          <Choice
            label="Rests on"
            name="section"
            defaultValue={section ?? ''}
            options={[{ value: '', text: 'Any section of the draft' }, ...sections]}
          />
          <button type="submit" className={buttonLook('plain')}>
            Show
          </button>
        </form>
        <Panel title="Codes" flush aside={String(items.length)}>
          {items.length === 0 ? (
            <EmptyState title="Nothing has these words">Try fewer of them, or any section.</EmptyState>
          ) : (
            <CodeTable items={items} />
          )}
        </Panel>
      </div>
    </>
  );
}

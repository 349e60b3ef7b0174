import type { Metadata } from 'next';
import { foundKinds } from '#components/shell/found-item.ts';
import { buttonLook } from '#components/ui/button-look.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Field } from '#components/ui/field.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { requirePerson } from '#app/_auth/session.ts';
import { findItems } from '#app/_queries/find-items.ts';
import { readParameter, type SearchParameters } from '#app/_queries/page-parameters.ts';

export const metadata: Metadata = { title: 'Search' };

/** The search of every page, for whoever has no JavaScript or wants a link to what was found. */
export default async function FindPage({ searchParams }: { readonly searchParams: SearchParameters }) {
  const person = await requirePerson();
  const words = (await readParameter(searchParams, 'q')) ?? '';
  const items = await findItems(words, person);
  const groups = foundKinds
    .map(({ kind, title }) => ({ title, items: items.filter((item) => item.kind === kind) }))
    .filter((group) => group.items.length > 0);
  return (
    <>
      <PageHeader title="Search">Pages, domains, endpoints, open incidents and findings: some of each.</PageHeader>
      <div className="space-y-6">
        <form action="/find" role="search" className="flex max-w-xl flex-wrap items-end gap-3">
          <Field label="What are you looking for?" name="q" type="search" defaultValue={words} maxLength={100} />
          <button type="submit" className={buttonLook('primary')}>
            Search
          </button>
        </form>
        {groups.length === 0 ? (
          <EmptyState title="Nothing has these letters">
            Try a part of the name, as it stands in DNS, or a port: <code className="font-mono">mail:993</code>.
          </EmptyState>
        ) : (
          groups.map((group) => (
            <Panel key={group.title} title={group.title} flush>
              <ul className="divide-y divide-line">
                {group.items.map(({ href, text, detail }) => (
                  <li key={`${href} ${text}`} data-row className="flex flex-wrap items-baseline gap-x-4 px-4 py-2">
                    <Link href={href} className="link min-h-6 [overflow-wrap:anywhere]">
                      <bdi>{text}</bdi>
                    </Link>
                    <bdi className="ml-auto text-sm text-muted [overflow-wrap:anywhere]">{detail}</bdi>
                  </li>
                ))}
              </ul>
            </Panel>
          ))
        )}
      </div>
    </>
  );
}

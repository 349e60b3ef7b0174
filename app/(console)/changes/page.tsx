import type { Metadata } from 'next';
import { parseDomainName } from '#lib/model/domain-name.ts';
import { ChangeList } from '#components/change-list.tsx';
import { Pager } from '#components/pager.tsx';
import { buttonLook } from '#components/ui/button-look.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Field } from '#components/ui/field.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { requirePerson } from '#app/_auth/session.ts';
import { changeItems } from '#app/_queries/change-item.ts';
import { formatListPlace, parseListPlace } from '#app/_queries/list-place.ts';
import type { ChangeScope } from '#app/_queries/changes.ts';
import { listChanges } from '#app/_queries/changes.ts';
import type { SearchParameters } from '#app/_queries/page-parameters.ts';
import { readParameter } from '#app/_queries/page-parameters.ts';

export const metadata: Metadata = { title: 'Changes' };

const pageSize = 50;

/** A name as it is stored; what is no name is compared as it was typed, and finds nothing. */
function storedName(text: string): string {
  const name = parseDomainName(text.trim());
  return name.ok ? name.value.ascii : text.trim().toLowerCase();
}

export default async function ChangesPage({ searchParams }: { readonly searchParams: SearchParameters }) {
  await requirePerson();
  const now = new Date();
  const [domain, host, place] = [
    await readParameter(searchParams, 'domain'),
    await readParameter(searchParams, 'host'),
    await readParameter(searchParams, 'after'),
  ];
  const after = place === null ? null : parseListPlace(place);
  const scope: ChangeScope =
    domain !== null
      ? { kind: 'domain', domain: storedName(domain) }
      : host !== null
        ? { kind: 'host', host: storedName(host) }
        : { kind: 'all' };
  const { changes, next } = await listChanges({ scope, after, limit: pageSize });
  const filter = domain !== null ? { domain } : host !== null ? { host } : {};
  const here = (more: Readonly<Record<string, string>>) => {
    const query = new URLSearchParams({ ...filter, ...more }).toString();
    return query === '' ? '/changes' : `/changes?${query}`;
  };
  return (
    <>
      <PageHeader title="Changes">What probes saw change, and what people said of it, the newest first.</PageHeader>
      <div className="space-y-6">
        <form action="/changes" className="flex flex-wrap items-end gap-3" aria-label="Filter">
          <Field label="Domain" name="domain" defaultValue={domain ?? ''} autoComplete="off" spellCheck={false} />
          <Field label="or host" name="host" defaultValue={host ?? ''} autoComplete="off" spellCheck={false} />
          <button type="submit" className={buttonLook('plain')}>
            Show
          </button>
          {scope.kind === 'all' ? null : (
            <Link href="/changes" className={buttonLook('plain')}>
              Show all
            </Link>
          )}
        </form>
        <Panel title={scope.kind === 'all' ? 'All changes' : 'Changes of what you asked for'} flush>
          {changes.length === 0 ? (
            <EmptyState title={after === null ? 'No change yet' : 'No further change'}>
              What is seen for the first time is no change. Whatever differs from the look before is listed here.
            </EmptyState>
          ) : (
            <ChangeList items={changeItems(changes, { here: false })} now={now.getTime()} />
          )}
          <Pager
            first={after === null ? null : here({})}
            next={next === null ? null : here({ after: formatListPlace(next) })}
          />
        </Panel>
      </div>
    </>
  );
}

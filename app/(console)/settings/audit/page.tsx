import type { Metadata } from 'next';
import { AuditStanding } from '#components/audit-standing.tsx';
import { AuditTable } from '#components/audit-table.tsx';
import { Pager } from '#components/pager.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { buttonLook } from '#components/ui/button-look.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Choice, Field } from '#components/ui/field.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { followChainAction } from '#app/_actions/settings.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { listAudit, listAuditActions, readChainStanding } from '#app/_queries/audit.ts';
import { readParameter, type SearchParameters } from '#app/_queries/page-parameters.ts';

export const metadata: Metadata = { title: 'Audit record' };

const base = '/settings/audit';

export default async function AuditPage({ searchParams }: { readonly searchParams: SearchParameters }) {
  const person = await requirePerson();
  if (!personMay(person, 'audit:read')) {
    return (
      <>
        <PageHeader title="Audit record" />
        <Banner tone="warn">Only an administrator may read it. Your role is {person.role}.</Banner>
      </>
    );
  }
  const now = new Date().getTime();
  const filter = {
    actor: await readParameter(searchParams, 'actor'),
    action: await readParameter(searchParams, 'action'),
    subject: await readParameter(searchParams, 'subject'),
  };
  const place = await readParameter(searchParams, 'before');
  const before = place !== null && /^\d{1,18}$/.test(place) ? BigInt(place) : null;
  const [{ items, next }, actions, standing] = await Promise.all([
    listAudit(filter, before),
    listAuditActions(),
    readChainStanding(now),
  ]);
  const href = (more: Readonly<Record<string, string>>): string => {
    const parameters = Object.entries({ ...filter, ...more }).filter(([, value]) => value !== null);
    const query = new URLSearchParams(parameters.map(([name, value]) => [name, String(value)])).toString();
    return query === '' ? base : `${base}?${query}`;
  };
  const choices = [{ value: '', text: 'anything' }, ...actions.map((action) => ({ value: action, text: action }))];
  return (
    <>
      <PageHeader title="Audit record">
        Who did what. It only grows: nobody can change or delete an entry here, and each is chained to the one before.
      </PageHeader>
      <div className="space-y-6">
        <Panel title="Is it as it was written?">
          <div className="space-y-3">
            <AuditStanding standing={standing} now={now} />
            <ActionForm action={followChainAction} label="Follow the whole chain">
              <SubmitButton pendingText="Following…">Follow the whole chain now</SubmitButton>
            </ActionForm>
            <p className="max-w-prose text-sm text-muted">
              Write the head down where whoever runs the database cannot change it. Later{' '}
              <code className="font-mono">latchwatch audit verify --holds HEAD</code> says whether it still is in the
              chain: that is how a cut end shows.
            </p>
          </div>
        </Panel>
        <Panel
          title="Entries"
          flush
          aside={
            <a href={`${base}/export`} className="link" download>
              All of it as NDJSON
            </a>
          }
        >
          <form className="flex flex-wrap items-end gap-3 border-b border-line p-4" action={base}>
            <Field label="Who" name="actor" defaultValue={filter.actor ?? ''} autoComplete="off" />
            <Choice label="What" name="action" options={choices} defaultValue={filter.action ?? ''} />
            <Field label="To what" name="subject" defaultValue={filter.subject ?? ''} autoComplete="off" />
            <button type="submit" className={buttonLook('plain')}>
              Show
            </button>
          </form>
          {items.length === 0 ? (
            <EmptyState title="No entry">Nothing that fits was written.</EmptyState>
          ) : (
            <AuditTable items={items} now={now} />
          )}
          <Pager first={before === null ? null : href({})} next={next === null ? null : href({ before: next })} />
        </Panel>
      </div>
    </>
  );
}

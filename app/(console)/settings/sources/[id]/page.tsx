import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { SourceFacts } from '#components/source-facts.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Cell, DataTable } from '#components/ui/data-table.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Field } from '#components/ui/field.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { revokeSourceAction, rotateSourceAction, withdrawSourceAction } from '#app/_actions/sources.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { findSourceItem, listRefused } from '#app/_queries/report-sources.ts';

export const metadata: Metadata = { title: 'Source' };

interface Props {
  readonly params: Promise<{ readonly id: string }>;
}

export default async function SourcePage({ params }: Props) {
  const person = await requirePerson();
  if (!personMay(person, 'sources:manage')) notFound();
  const { id } = await params;
  const now = new Date().getTime();
  const [source, refused] = await Promise.all([findSourceItem(id, now), listRefused(id)]);
  if (source === null) notFound();
  const hidden = { sourceId: source.id };
  return (
    <>
      <PageHeader
        title={<ForeignText text={source.name} maxLength={100} />}
        above={
          <Link href="/settings/sources" className="link">
            Sources
          </Link>
        }
      />
      <div className="space-y-6">
        <Panel title="What it is">
          <SourceFacts source={source} now={now} />
        </Panel>
        <Panel title="Refused lately" flush>
          {refused.length === 0 ? (
            <EmptyState title="Nothing was refused">Samples of refused lines are kept for a day.</EmptyState>
          ) : (
            <DataTable caption="Refused lines" columns={['When', 'Where in the line', 'Why']}>
              {refused.map((line) => (
                <tr key={line.id}>
                  <Cell>
                    <TimeStamp at={line.at} now={now} form="relative" />
                  </Cell>
                  <Cell mono>
                    {line.pointer === '' ? 'the whole line' : <ForeignText text={line.pointer} maxLength={100} />}
                  </Cell>
                  <Cell>
                    <ForeignText text={line.detail} maxLength={300} />
                  </Cell>
                </tr>
              ))}
            </DataTable>
          )}
        </Panel>
        {source.ended !== null ? null : (
          <Panel title="Token">
            <div className="flex flex-wrap items-start gap-3">
              <ActionForm action={rotateSourceAction} hidden={hidden} label="Exchange the token">
                <SubmitButton>Exchange the token</SubmitButton>
              </ActionForm>
              <ActionForm action={revokeSourceAction} hidden={hidden} label="Revoke the source">
                <SubmitButton kind="danger">Revoke, and keep what it reported</SubmitButton>
              </ActionForm>
            </div>
          </Panel>
        )}
        {source.ended?.how === 'withdrawn' ? null : (
          <Panel title="Take back all that it reported">
            <p className="mb-4 max-w-prose text-muted">
              For a source that was broken into or sent nonsense. It is revoked, its clients go or become again what
              another source had said, and its logins and failures are no longer counted. This cannot be undone.
            </p>
            <ActionForm action={withdrawSourceAction} hidden={hidden} label="Take back all that it reported">
              <div className="flex flex-wrap items-end gap-3">
                <Field label="Why, for the audit record" name="reason" maxLength={500} required autoComplete="off" />
                <SubmitButton kind="danger" pendingText="Taking back…">
                  Take it back
                </SubmitButton>
              </div>
            </ActionForm>
          </Panel>
        )}
      </div>
    </>
  );
}

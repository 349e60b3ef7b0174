import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { roles } from '#lib/model/role.ts';
import { SessionTable } from '#components/session-table.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Choice } from '#components/ui/field.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import {
  changeRoleAction,
  disablePersonAction,
  enablePersonAction,
  endSessionsOfAction,
  makeResetLinkAction,
} from '#app/_actions/people.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { findPersonSummary, listLivingTokensOf, listSessionItems } from '#app/_queries/people.ts';

export const metadata: Metadata = { title: 'Person' };

export default async function PersonPage({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const person = await requirePerson();
  if (!personMay(person, 'people:manage')) {
    return (
      <>
        <PageHeader title="Person" />
        <Banner tone="warn">Only an administrator may see other people. Your role is {person.role}.</Banner>
      </>
    );
  }
  const one = await findPersonSummary((await params).id);
  if (one === null) notFound();
  const at = new Date();
  const [sessions, tokens] = await Promise.all([listSessionItems(one.id, at), listLivingTokensOf(one.email, at)]);
  const hidden = { email: one.email };
  return (
    <>
      <PageHeader title={<ForeignText text={one.name} maxLength={100} />}>
        <span>
          <ForeignText text={one.email} maxLength={254} />, {one.role}
          {one.disabledAt === null ? '' : ', disabled'}
        </span>
      </PageHeader>
      <div className="space-y-6">
        <Panel title="What they may do">
          <ActionForm action={changeRoleAction} hidden={hidden} label="Change the role">
            <div className="flex max-w-md flex-wrap items-end gap-3">
              <Choice
                label="Role"
                name="role"
                options={roles.map((role) => ({ value: role, text: role }))}
                defaultValue={one.role}
              />
              <SubmitButton>Change the role</SubmitButton>
            </div>
          </ActionForm>
        </Panel>
        <Panel title="Coming in">
          {one.disabledAt === null ? (
            <div className="flex flex-wrap gap-4">
              <ActionForm action={makeResetLinkAction} hidden={hidden} label="Make a link for a new password">
                <SubmitButton>Make a link for a new password</SubmitButton>
              </ActionForm>
              <ActionForm action={disablePersonAction} hidden={hidden} label="Disable">
                <SubmitButton kind="danger">Disable: may not sign in any more</SubmitButton>
              </ActionForm>
            </div>
          ) : (
            <ActionForm action={enablePersonAction} hidden={hidden} label="Enable">
              <SubmitButton>Enable: may sign in again</SubmitButton>
            </ActionForm>
          )}
        </Panel>
        <Panel title="Sessions" flush>
          {sessions.length === 0 ? (
            <EmptyState title="Not signed in">No browser has a session of this person.</EmptyState>
          ) : (
            <>
              <SessionTable
                sessions={sessions}
                currentId={person.sessionId}
                end={endSessionsOfAction}
                hidden={{ userId: one.id }}
                now={at.getTime()}
              />
              <div className="border-t border-line p-4">
                <ActionForm action={endSessionsOfAction} hidden={{ userId: one.id }} label="End all sessions">
                  <SubmitButton kind="danger">End all</SubmitButton>
                </ActionForm>
              </div>
            </>
          )}
        </Panel>
        <Panel title="Tokens that they made">
          {tokens.length === 0 ? (
            <p className="text-muted">None that still opens something.</p>
          ) : (
            <>
              <p>They go on working when this person is disabled, since programs use them.</p>
              <ul className="my-2 list-disc pl-5">
                {tokens.map((token) => (
                  <li key={token.id}>
                    <ForeignText text={token.name} maxLength={100} />: {token.scopes.join(', ')}
                  </li>
                ))}
              </ul>
              <Link href="/settings/tokens" className="link">
                Revoke them under Tokens
              </Link>
            </>
          )}
        </Panel>
      </div>
    </>
  );
}

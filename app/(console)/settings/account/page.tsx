import type { Metadata } from 'next';
import { SessionTable } from '#components/session-table.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Field } from '#components/ui/field.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { changePasswordAction, endOtherSessionsAction, endOwnSessionAction } from '#app/_actions/account.ts';
import { minPasswordLength } from '#app/_auth/auth.ts';
import { requirePerson } from '#app/_auth/session.ts';
import { findPersonSummary, listSessionItems } from '#app/_queries/people.ts';

export const metadata: Metadata = { title: 'Your account' };

export default async function AccountPage() {
  const person = await requirePerson();
  const now = new Date();
  const [sessions, summary] = await Promise.all([listSessionItems(person.id, now), findPersonSummary(person.id)]);
  return (
    <>
      <PageHeader title="Your account">
        <span>
          <ForeignText text={person.email} maxLength={254} />, {person.role}
        </span>
      </PageHeader>
      <div className="space-y-6">
        <Panel title="Where you are signed in" flush>
          <SessionTable
            sessions={sessions}
            currentId={person.sessionId}
            end={endOwnSessionAction}
            hidden={{}}
            now={now.getTime()}
          />
          <div className="border-t border-line p-4">
            <ActionForm action={endOtherSessionsAction} label="End all other sessions">
              <SubmitButton kind="danger">End all others</SubmitButton>
            </ActionForm>
          </div>
        </Panel>
        <Panel title="Password">
          {summary?.hasPassword === true ? (
            <ActionForm action={changePasswordAction} label="Change the password">
              <div className="max-w-md space-y-4">
                <Field
                  label="The one you have"
                  name="current"
                  type="password"
                  autoComplete="current-password"
                  maxLength={128}
                  required
                />
                <Field
                  label="A new one"
                  name="password"
                  type="password"
                  autoComplete="new-password"
                  hint={`At least ${minPasswordLength} characters. All your other sessions end.`}
                  minLength={minPasswordLength}
                  maxLength={128}
                  required
                />
                <SubmitButton kind="primary" pendingText="Changing…">
                  Change the password
                </SubmitButton>
              </div>
            </ActionForm>
          ) : (
            <p className="text-muted">
              You have none: you sign in through the provider. An administrator can make a link by which you set one.
            </p>
          )}
        </Panel>
      </div>
    </>
  );
}

import type { Metadata } from 'next';
import { roles } from '#lib/model/role.ts';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { Cell, DataTable } from '#components/ui/data-table.tsx';
import { Choice, Field } from '#components/ui/field.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { inviteAction, withdrawInvitationAction } from '#app/_actions/people.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { listPeopleAndInvitations } from '#app/_queries/people.ts';

export const metadata: Metadata = { title: 'People' };

const lifetimes = [
  { value: '24', text: 'One day' },
  { value: '72', text: 'Three days' },
  { value: '168', text: 'One week' },
];

export default async function PeoplePage() {
  const person = await requirePerson();
  if (!personMay(person, 'people:manage')) {
    return (
      <>
        <PageHeader title="People" />
        <Banner tone="warn">Only an administrator may see and invite people. Your role is {person.role}.</Banner>
      </>
    );
  }
  const at = new Date();
  const now = at.getTime();
  const { people, invitations } = await listPeopleAndInvitations(at);
  return (
    <>
      <PageHeader title="People">
        Who may sign in. A viewer sees; an operator also acts; an approver also signs exceptions and plans; an
        administrator also decides who may.
      </PageHeader>
      <div className="space-y-6">
        <Panel title="People" flush>
          <DataTable caption="People" columns={['Name', 'Address', 'Role', 'Signs in by', 'Seen', 'State']}>
            {people.map((one) => (
              <tr key={one.id}>
                <Cell>
                  <Link href={`/settings/people/${one.id}`} className="link">
                    <ForeignText text={one.name} maxLength={100} />
                  </Link>
                </Cell>
                <Cell>
                  <ForeignText text={one.email} maxLength={254} />
                </Cell>
                <Cell>{one.role}</Cell>
                <Cell>
                  {[...(one.hasPassword ? ['password'] : []), ...(one.hasProvider ? ['provider'] : [])].join(', ') ||
                    'nothing yet'}
                </Cell>
                <Cell>
                  {one.lastSeenAt === null ? (
                    <span className="text-muted">not signed in</span>
                  ) : (
                    <TimeStamp at={one.lastSeenAt.getTime()} now={now} form="relative" />
                  )}
                </Cell>
                <Cell>
                  {one.disabledAt === null ? (
                    'may sign in'
                  ) : (
                    <>
                      disabled <TimeStamp at={one.disabledAt.getTime()} now={now} form="relative" />
                    </>
                  )}
                </Cell>
              </tr>
            ))}
          </DataTable>
        </Panel>
        <Panel title="Invite somebody">
          <ActionForm action={inviteAction} label="Invite somebody">
            <div className="space-y-4">
              <div className="flex flex-wrap items-start gap-3">
                <Field label="E-mail address" name="email" type="email" maxLength={254} required autoComplete="off" />
                <Choice label="Role" name="role" options={roles.map((role) => ({ value: role, text: role }))} />
                <Choice label="Good for" name="hours" options={lifetimes} />
              </div>
              <p className="text-sm text-muted">
                You get a link to hand over. Latchwatch mails no link: whoever reads it could come in.
              </p>
              <SubmitButton kind="primary" pendingText="Inviting…">
                Make the link
              </SubmitButton>
            </div>
          </ActionForm>
        </Panel>
        {invitations.length === 0 ? null : (
          <Panel title="Invited, not here yet" flush>
            <DataTable caption="Invitations" columns={['Address', 'Role', 'Invited', 'Good until', 'Change']}>
              {invitations.map((invitation) => (
                <tr key={invitation.email}>
                  <Cell>
                    <ForeignText text={invitation.email} maxLength={254} />
                  </Cell>
                  <Cell>{invitation.role}</Cell>
                  <Cell>
                    <TimeStamp at={invitation.createdAt.getTime()} now={now} form="relative" /> by{' '}
                    <ForeignText text={invitation.createdBy} maxLength={254} />
                  </Cell>
                  <Cell>
                    <TimeStamp at={invitation.expiresAt.getTime()} now={now} form="relative" />
                  </Cell>
                  <Cell>
                    <ActionForm
                      action={withdrawInvitationAction}
                      hidden={{ email: invitation.email }}
                      label={`Withdraw the invitation of ${invitation.email}`}
                    >
                      <SubmitButton kind="danger">Withdraw</SubmitButton>
                    </ActionForm>
                  </Cell>
                </tr>
              ))}
            </DataTable>
          </Panel>
        )}
      </div>
    </>
  );
}

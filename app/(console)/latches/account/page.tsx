import type { Metadata } from 'next';
import { AccountLookup } from '#components/account-lookup.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { Field } from '#components/ui/field.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { eraseAccountAction, lookAccountUpAction } from '#app/_actions/accounts.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';

export const metadata: Metadata = { title: 'Account' };

export default async function AccountPage() {
  const person = await requirePerson();
  const above = (
    <Link href="/latches" className="link">
      Clients
    </Link>
  );
  if (!personMay(person, 'accounts:read')) {
    return (
      <>
        <PageHeader title="Account" above={above} />
        <Banner tone="warn">Your role is {person.role}: it may not look accounts up.</Banner>
      </>
    );
  }
  return (
    <>
      <PageHeader title="Account" above={above}>
        Accounts are kept under pseudonyms. What you type is turned into one here and not kept; that you looked is
        written to the audit record.
      </PageHeader>
      <div className="space-y-6">
        <Panel title="Look an account up" flush>
          <AccountLookup action={lookAccountUpAction} />
        </Panel>
        {personMay(person, 'accounts:erase') ? (
          <Panel title="Erase an account">
            <p className="mb-3 text-sm text-muted">
              Takes everything that is kept of the account out of the census, at once and for good. It comes back with
              its next login after 30 days, if your servers still report it.
            </p>
            <ActionForm action={eraseAccountAction} label="Erase an account">
              <div className="flex flex-wrap items-end gap-3">
                <Field
                  label="Address or user name to erase"
                  name="erased"
                  required
                  maxLength={320}
                  autoComplete="off"
                  spellCheck={false}
                />
                <SubmitButton kind="danger" pendingText="Erasing…">
                  Erase it everywhere
                </SubmitButton>
              </div>
            </ActionForm>
          </Panel>
        ) : null}
      </div>
    </>
  );
}

import type { Metadata } from 'next';
import { SourceTable } from '#components/source-table.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Field } from '#components/ui/field.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { createSourceAction } from '#app/_actions/sources.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { ingestUrl, listSourceItems } from '#app/_queries/report-sources.ts';

export const metadata: Metadata = { title: 'Sources' };

export default async function SourcesPage() {
  const person = await requirePerson();
  if (!personMay(person, 'sources:manage')) {
    return (
      <>
        <PageHeader title="Sources" />
        <Banner tone="warn">Only an administrator may see and make sources. Your role is {person.role}.</Banner>
      </>
    );
  }
  const now = new Date().getTime();
  const sources = await listSourceItems(now);
  const since = sources[0]?.recent.since;
  return (
    <>
      <PageHeader title="Sources">
        Mail servers, log shippers and proxies that tell what mail clients hold. They send it to {ingestUrl()}
      </PageHeader>
      <div className="space-y-6">
        <Panel
          title="Sources"
          flush
          aside={
            since === undefined ? undefined : (
              <>
                Taken and refused since <TimeStamp at={since} now={now} form="absolute" />
              </>
            )
          }
        >
          {sources.length === 0 ? (
            <EmptyState title="No source yet">
              Make one for each mail server, and give its token to what ships the log.
            </EmptyState>
          ) : (
            <SourceTable sources={sources} now={now} />
          )}
        </Panel>
        <Panel title="Make a source">
          <ActionForm action={createSourceAction} label="Make a source">
            <div className="space-y-4">
              <div className="flex flex-wrap items-start gap-3">
                <Field
                  label="What sends"
                  name="name"
                  placeholder="Dovecot in Vienna"
                  maxLength={100}
                  required
                  autoComplete="off"
                />
                <Field
                  label="Addresses it sends from"
                  name="addresses"
                  placeholder="192.0.2.0/24, 2001:db8::1"
                  hint="Syslog, which carries no token, is told apart by them. Empty: from anywhere, with the token."
                  autoComplete="off"
                />
              </div>
              <div className="flex flex-wrap items-start gap-3">
                <Field
                  label="Servers it may report of"
                  name="hosts"
                  placeholder="imap.example.org"
                  hint="Empty: every server."
                  autoComplete="off"
                />
                <Field
                  label="Reports a second, at most"
                  name="perSecond"
                  placeholder="20000"
                  inputMode="numeric"
                  pattern="[0-9]*"
                  autoComplete="off"
                />
              </div>
              <SubmitButton kind="primary" pendingText="Making…">
                Make the source
              </SubmitButton>
            </div>
          </ActionForm>
        </Panel>
      </div>
    </>
  );
}

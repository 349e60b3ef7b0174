import type { Metadata } from 'next';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { Choice, Field } from '#components/ui/field.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { allFindings } from '#lib/checks/registry.ts';
import { createSilenceAction } from '#app/_actions/silences.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';

export const metadata: Metadata = { title: 'Silence something' };

interface Props {
  readonly searchParams: Promise<{
    readonly code?: string | string[];
    readonly host?: string | string[];
    readonly incident?: string | string[];
  }>;
}

function first(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value.slice(0, 300) : '';
}

export default async function NewSilencePage({ searchParams }: Props) {
  const person = await requirePerson();
  const given = await searchParams;
  const incident = first(given.incident);
  const above = (
    <Link href="/silences" className="link">
      Silences
    </Link>
  );
  if (!personMay(person, 'incidents:silence')) {
    return (
      <>
        <PageHeader title="Silence something" above={above} />
        <Banner tone="warn">Only operators and above may silence. Your role is {person.role}.</Banner>
      </>
    );
  }
  const codes = [
    { value: '', text: 'Whatever happens' },
    ...allFindings
      .map(({ code, summary }) => ({ value: code, text: summary }))
      .toSorted((a, b) => a.text.localeCompare(b.text, 'en')),
  ];
  return (
    <>
      <PageHeader title="Silence something" above={above}>
        {incident === '' ? 'Faults are recorded meanwhile, and nobody is called.' : 'For one incident.'}
      </PageHeader>
      <Panel title="What, how long and why">
        <ActionForm
          action={createSilenceAction}
          hidden={incident === '' ? {} : { incidentId: incident }}
          label="Silence something"
        >
          <div className="space-y-4">
            {incident !== '' ? null : (
              <div className="flex flex-wrap items-start gap-3">
                <Field
                  label="Host, domain or zone"
                  name="host"
                  defaultValue={first(given.host)}
                  placeholder="*.example.org"
                  hint="*. stands for all names below. Empty: anywhere."
                  maxLength={260}
                  autoComplete="off"
                />
                <Choice label="What" name="code" options={codes} defaultValue={first(given.code)} />
              </div>
            )}
            <div className="flex flex-wrap items-start gap-3">
              <Field label="From (UTC)" name="from" type="datetime-local" hint="Empty: from now on." />
              <Field label="Until (UTC)" name="until" type="datetime-local" required hint="At most 30 days." />
              <Choice
                label="Why it is quiet"
                name="maintenance"
                options={[
                  { value: 'yes', text: 'Planned work' },
                  { value: 'no', text: 'A fault that is known' },
                ]}
              />
            </div>
            <Field
              label="Reason"
              name="reason"
              required
              maxLength={500}
              placeholder="Change 2026-041"
              autoComplete="off"
            />
            <SubmitButton kind="primary" pendingText="Silencing…">
              Silence it
            </SubmitButton>
          </div>
        </ActionForm>
      </Panel>
    </>
  );
}

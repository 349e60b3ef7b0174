import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { describeExceptionSubject } from '#lib/checks/exception-words.ts';
import { exceptionSubjects } from '#lib/checks/exceptions.ts';
import { packLine } from '#components/pack-words.ts';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { Facts } from '#components/ui/facts.tsx';
import { Choice, Field } from '#components/ui/field.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { maxExceptionDays } from '#prisma/commands/exceptions.ts';
import { signExceptionAction } from '#app/_actions/exceptions.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { findLivingFinding } from '#app/_queries/findings.ts';
import { readParameter, type SearchParameters } from '#app/_queries/page-parameters.ts';

export const metadata: Metadata = { title: 'Accept a finding' };

const dayMs = 86_400_000;

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

export default async function SignPage({ searchParams }: { readonly searchParams: SearchParameters }) {
  const person = await requirePerson();
  const finding = await findLivingFinding((await readParameter(searchParams, 'finding')) ?? '');
  if (finding === null) notFound();
  const now = new Date().getTime();
  const { draft, current } = finding.packs ?? { draft: finding.verdict, current: finding.verdict };
  return (
    <>
      <PageHeader
        above={
          <Link href="/exceptions" className="link">
            Exceptions
          </Link>
        }
        title="Accept a finding for a time"
      />
      <div className="space-y-6">
        <Panel title="What it is">
          <Facts
            facts={[
              { name: 'Finding', value: <ForeignText text={finding.title} maxLength={200} /> },
              { name: 'Got', value: <ForeignText text={finding.got} /> },
              { name: 'What it means', value: <ForeignText text={finding.meaning} maxLength={2000} /> },
              { name: 'By rules', value: packLine({ draft, current }) },
              {
                name: 'Code',
                value: (
                  <Link href={`/findings/${finding.code}`} className="link font-mono text-sm">
                    {finding.code}
                  </Link>
                ),
              },
            ]}
          />
        </Panel>
        {personMay(person, 'exceptions:sign') ? (
          <Panel title="Sign">
            <ActionForm action={signExceptionAction} hidden={{ findingId: finding.id }} label="Accept this finding">
              <div className="max-w-prose space-y-4">
                <p>
                  Until the day you name, alerts about it follow the milder rules, at most as a warning. Your name, the
                  reason and the day stand beside the finding.
                </p>
                <Choice
                  label="For"
                  name="subject"
                  options={exceptionSubjects(finding.subject).map((value) => ({
                    value,
                    text: describeExceptionSubject(value),
                  }))}
                />
                <Field
                  label="Why this may stay as it is"
                  name="reason"
                  placeholder="Scanners of the archive know TLS 1.0 only; they are replaced in spring."
                  maxLength={500}
                  required
                  autoComplete="off"
                />
                <Field
                  label="Last day"
                  hint="The alert comes back on the day after (UTC)."
                  name="until"
                  type="date"
                  min={dayOf(now)}
                  max={dayOf(now + (maxExceptionDays - 1) * dayMs)}
                  required
                />
                <SubmitButton kind="primary" pendingText="Signing…">
                  Sign as {person.name}
                </SubmitButton>
              </div>
            </ActionForm>
          </Panel>
        ) : (
          <Banner tone="warn">
            Only an approver or an administrator may accept a finding. Your role is {person.role}.
          </Banner>
        )}
      </div>
    </>
  );
}

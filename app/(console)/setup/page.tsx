import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AddDomainForm } from '#components/add-domain-form.tsx';
import { SetupProgress } from '#components/setup/setup-progress.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { setupVerdict } from '#lib/setup/verdict-words.ts';
import type { SetupRun } from '#prisma/commands/setup-runs.ts';
import { startSetupAction } from '#app/_actions/setup-runs.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { readHealth } from '#app/_queries/health.ts';
import type { SearchParameters } from '#app/_queries/page-parameters.ts';
import { readParameter } from '#app/_queries/page-parameters.ts';
import { findRun, listRecentSetups, readChecklist } from '#app/_queries/setup-runs.ts';
import { SetupVerdictPage } from './setup-verdict.tsx';

export const metadata: Metadata = { title: 'Set up a domain' };

export default async function SetupPage({ searchParams }: { readonly searchParams: SearchParameters }) {
  const person = await requirePerson();
  if (!personMay(person, 'inventory:write')) {
    return (
      <>
        <PageHeader title="Set up a domain" />
        <Banner tone="warn">Only who may add domains may look at new ones. Your role is {person.role}.</Banner>
      </>
    );
  }
  const id = await readParameter(searchParams, 'run');
  if (id === null) return <SetupStart />;
  const run = await findRun(id);
  if (run === null) notFound();
  const spoken = run.result === null ? '' : setupVerdict(run.domain, run.result).sentence;
  return (
    <>
      {/* Stays while the rest is exchanged, so that the end is heard. */}
      <p aria-live="polite" className="sr-only">
        {run.finishedAt === null ? `Looking at ${run.domain}.` : `The look at ${run.domain} is over. ${spoken}`}
      </p>
      {run.finishedAt === null ? <SetupUnderWay run={run} /> : <SetupVerdictPage run={run} person={person} />}
    </>
  );
}

async function SetupStart() {
  const recent = await listRecentSetups();
  const now = new Date().getTime();
  return (
    <>
      <PageHeader title="Which mail domain shall we look at?">
        Its servers are found from DNS and spoken to at once. Nothing is watched until you say so.
      </PageHeader>
      <div className="space-y-6">
        <Panel title="Set up a domain">
          <AddDomainForm action={startSetupAction} />
        </Panel>
        {recent.length === 0 ? null : (
          <Panel title="Looked at lately, and not watched yet" flush>
            <ul className="divide-y divide-line">
              {recent.map(({ id, domain, requestedAt, isOver }) => (
                <li key={id} className="flex flex-wrap items-baseline gap-x-4 px-4 py-2.5">
                  <Link href={`/setup?run=${id}`} className="link font-mono text-sm">
                    <ForeignText text={domain} maxLength={253} />
                  </Link>
                  <span className="text-sm text-muted">
                    {isOver ? 'done' : 'under way'}, <TimeStamp at={requestedAt} now={now} form="relative" />
                  </span>
                </li>
              ))}
            </ul>
          </Panel>
        )}
      </div>
    </>
  );
}

/** Fills in by events; without scripts the page loads itself anew. */
async function SetupUnderWay({ run }: { readonly run: SetupRun }) {
  const now = new Date();
  const [{ steps, place }, health] = await Promise.all([readChecklist(run), readHealth(now)]);
  const noWorker = run.startedAt === null && health.workersAlive === 0;
  return (
    <>
      <noscript>
        <meta httpEquiv="refresh" content="2" />
      </noscript>
      <PageHeader
        above={
          <Link href="/setup" className="link">
            Set up a domain
          </Link>
        }
        title={
          <>
            Looking at <span className="font-mono">{run.domain}</span>
          </>
        }
      >
        Some ten seconds, a minute at most. What does not answer by then stays unknown, with its reason.
      </PageHeader>
      {noWorker ? (
        <div className="mb-6">
          <Banner tone="fail">No worker is alive, so nobody looks. It begins as soon as one is started.</Banner>
        </div>
      ) : null}
      <Panel title="What is found" flush>
        {steps.length === 0 && noWorker ? (
          <EmptyState title="Nothing yet">A worker has to be started first.</EmptyState>
        ) : null}
        <SetupProgress
          key={run.id}
          runId={run.id}
          place={place}
          steps={steps}
          waiting={run.startedAt === null ? 'Waiting for a worker.' : null}
        />
      </Panel>
    </>
  );
}

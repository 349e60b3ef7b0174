import { AddDomainForm } from '#components/add-domain-form.tsx';
import { EndpointChoice } from '#components/setup/endpoint-choice.tsx';
import { FindingGroups } from '#components/setup/finding-groups.tsx';
import { PrivateAddresses } from '#components/setup/private-addresses.tsx';
import { SetupTree } from '#components/setup/setup-tree.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { ToneIcon } from '#components/ui/tone-icon.tsx';
import { ToneLabel } from '#components/ui/tone-label.tsx';
import type { SetupResult } from '#lib/setup/setup-result.ts';
import type { SetupStep } from '#lib/setup/setup-step.ts';
import type { SetupRun } from '#prisma/commands/setup-runs.ts';
import { monitorSetupAction, startSetupAction } from '#app/_actions/setup-runs.ts';
import type { Person } from '#app/_auth/find-person.ts';
import { describeResult, isWatched, readChecklist } from '#app/_queries/setup-runs.ts';
import { unicodeName } from '#app/_queries/unicode-name.ts';
import { AfterSetup } from './after-setup.tsx';

/** How a look at a domain ended, and what to do with it. */
export async function SetupVerdictPage({ run, person }: { readonly run: SetupRun; readonly person: Person }) {
  const { domain, result, error, finishedAt } = run;
  const above = (
    <Link href="/setup" className="link">
      Set up a domain
    </Link>
  );
  if (result === null || finishedAt === null) {
    return (
      <>
        <PageHeader above={above} title={<span className="font-mono">{domain}</span>} />
        <div className="space-y-6">
          <Banner tone="fail">{error ?? 'The look came to no end.'}</Banner>
          <LookAgain domain={domain} />
        </div>
      </>
    );
  }
  const [{ steps }, watched] = await Promise.all([readChecklist(run), isWatched(domain)]);
  const now = new Date().getTime();
  const view = describeResult(domain, result);
  const { verdict, offered } = view;
  const unicode = unicodeName(domain);
  const done = run.monitoredAt !== null && watched;
  return (
    <>
      <PageHeader above={above} title={<span className="font-mono">{domain}</span>}>
        <span className="basis-full text-lg">
          <span className={`tone-${verdict.tone} tone-text inline-flex items-baseline gap-2 font-semibold`}>
            <span className="self-center">
              <ToneIcon tone={verdict.tone} />
            </span>
            {verdict.sentence}
          </span>
        </span>
        {unicode === null ? null : (
          <span>
            in Unicode <ForeignText text={unicode} maxLength={253} />
          </span>
        )}
        <span className="text-sm">
          Looked at <TimeStamp at={finishedAt.getTime()} now={now} form="relative" />, in{' '}
          {(result.durationMs / 1000).toFixed(1)} s
        </span>
      </PageHeader>
      <div className="space-y-6">
        {done ? <AfterSetup run={run} person={person} endpoints={offered.length} now={now} /> : null}
        {!done && offered.length > 0 ? (
          <Panel title="What was found" flush aside={watched ? 'This domain is watched already' : undefined}>
            <ActionForm
              key={run.id}
              action={monitorSetupAction}
              hidden={{ runId: run.id }}
              label="Choose what to monitor"
            >
              <EndpointChoice items={offered} />
            </ActionForm>
          </Panel>
        ) : null}
        {!done && offered.length === 0 ? <LookAgain domain={domain} /> : null}
        {view.blocked.length === 0 ? null : <PrivateAddresses addresses={view.blocked} />}
        <Findings view={view} />
        <Good view={view} cutShort={result.cutShort} />
        <Checklist steps={steps} guesses={view.guesses} result={result} />
      </div>
    </>
  );
}

function LookAgain({ domain }: { readonly domain: string }) {
  return (
    <Panel title="Look again">
      <AddDomainForm action={startSetupAction} name={domain} />
    </Panel>
  );
}

type View = ReturnType<typeof describeResult>;

function Findings({ view: { locking, mending, notes } }: { readonly view: View }) {
  return (
    <>
      {locking.length === 0 ? null : (
        <Panel title="What locks customers out, or leaves them unprotected" flush aside={String(locking.length)}>
          <FindingGroups items={locking} />
        </Panel>
      )}
      {mending.length === 0 ? null : (
        <Panel title="What is worth mending" flush aside={String(mending.length)}>
          <FindingGroups items={mending} />
        </Panel>
      )}
      {notes.length === 0 ? null : (
        <details className="rounded-lg border border-line bg-surface">
          <summary className="px-4 py-3 text-sm">Notes: {notes.length}</summary>
          <div className="border-t border-line">
            <FindingGroups items={notes} />
          </div>
        </details>
      )}
    </>
  );
}

function Good({ view, cutShort }: { readonly view: View; readonly cutShort: boolean }) {
  const { good, unknown } = view;
  return (
    <div className="grid items-start gap-6 lg:grid-cols-2">
      <Panel title="What is good">
        {good.length === 0 ? (
          <p className="text-muted">Nothing can be called good from this look.</p>
        ) : (
          <ul className="space-y-1.5">
            {good.map((sentence) => (
              <li key={sentence}>
                <span className="inline-flex items-baseline gap-2">
                  <span className="tone-ok tone-text self-center">
                    <ToneIcon tone="ok" size={14} />
                  </span>
                  {sentence}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <Panel title="What is unknown">
        {cutShort ? <p className="mb-2">The minute was over before all was looked at.</p> : null}
        {unknown.length === 0 && !cutShort ? (
          <p className="text-muted">Every question was answered.</p>
        ) : (
          <ul className="space-y-2">
            {unknown.map(({ subject, why }) => (
              <li key={subject} className="text-sm">
                <ToneLabel tone="unknown">
                  <span className="font-mono whitespace-normal">
                    <ForeignText text={subject} maxLength={320} />
                  </span>
                </ToneLabel>
                <span className="block text-muted">
                  <ForeignText text={why} maxLength={400} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </div>
  );
}

function Checklist({
  steps,
  guesses,
  result,
}: {
  readonly steps: readonly SetupStep[];
  readonly guesses: readonly string[];
  readonly result: SetupResult;
}) {
  return (
    <>
      {guesses.length === 0 ? null : (
        <p className="max-w-prose text-sm text-muted">
          {guesses.length === 1 ? 'One usual name was' : `${String(guesses.length)} usual names were`} tried without an
          answer ({guesses.slice(0, 4).join(', ')}
          {guesses.length > 4 ? ', …' : ''}). Nobody promised that there is a service; a watched domain is tried again
          every hour, and a service that begins there becomes an endpoint.
        </p>
      )}
      <details className="overflow-hidden rounded-lg border border-line bg-surface">
        <summary className="px-4 py-3 text-sm">
          All {steps.length} steps of this look, {(result.durationMs / 1000).toFixed(1)} s
        </summary>
        <div className="border-t border-line">
          <SetupTree steps={steps} />
        </div>
      </details>
    </>
  );
}

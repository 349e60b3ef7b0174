import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { AddDomainForm } from '#components/add-domain-form.tsx';
import { DomainTile } from '#components/domain-tile.tsx';
import { IncidentGroups } from '#components/incident-groups.tsx';
import { CoverageCard } from '#components/now/coverage-card.tsx';
import { LastSnapshot } from '#components/now/last-snapshot.tsx';
import { NewCritical } from '#components/now/new-critical.tsx';
import { PromiseCard } from '#components/now/promise-card.tsx';
import { UpcomingStrip } from '#components/now/upcoming-strip.tsx';
import { Verdict } from '#components/now/verdict.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { ErrorNote } from '#components/ui/error-note.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { verdictSentence } from '#lib/now/verdict-sentence.ts';
import { startSetupAction } from '#app/_actions/setup-runs.ts';
import { acknowledgeGroupAction } from '#app/_actions/operate.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { clientStanding, listSourcesHeard } from '#app/_queries/client-standing.ts';
import { shownDomains } from '#app/_queries/estate-standing.ts';
import { incidentGroupItem } from '#app/_queries/incident-group-item.ts';
import { lastNow, readNow } from '#app/_queries/now.ts';
import { promiseItem } from '#app/_queries/promise-item.ts';
import { tryReading, type Attempt } from '#app/_queries/try-reading.ts';
import { unicodeName } from '#app/_queries/unicode-name.ts';
import { upcoming, upcomingDays } from '#app/_queries/upcoming-events.ts';

export const metadata: Metadata = { title: 'Now' };

const shownSources = 5;

/** One part of the page: when it could not be read, the others still stand. */
function Part<T>({
  attempt,
  what,
  children,
}: {
  readonly attempt: Attempt<T>;
  /** A sentence without its full stop. */
  readonly what: string;
  readonly children: (value: T) => ReactNode;
}) {
  if (attempt.ok) return children(attempt.value);
  return (
    <div className="p-4">
      <ErrorNote
        title={what}
        id={attempt.id}
        retry={
          <Link href="/" className="link">
            Try again
          </Link>
        }
      />
    </div>
  );
}

export default async function NowPage() {
  const person = await requirePerson();
  const now = new Date();
  const nowMs = now.getTime();
  const { role } = person;
  const [reading, dates, clients, sources] = await Promise.all([
    tryReading('what needs action', () => readNow(now)),
    tryReading('what has a date', () => upcoming.read(now)),
    tryReading('what clients hold', () => clientStanding.read(now)),
    tryReading('the sources', () => listSourcesHeard(shownSources)),
  ]);
  if (!reading.ok) {
    const last = lastNow();
    const snapshot =
      last === null
        ? null
        : {
            readAt: last.readAt,
            sentence: sentenceOf(verdictSentence({ faults: last.faults, ...last.estate.value.watched })),
            groups: last.waiting.map((group) => incidentGroupItem(group, role)),
          };
    return (
      <>
        <PageHeader title="Not known" />
        <LastSnapshot id={reading.id} snapshot={snapshot} now={nowMs} />
      </>
    );
  }
  const { estate, incidents, faults } = reading.value;
  const { watched, tiles } = estate.value;
  if (watched.domains === 0) return <FirstDomain mayAdd={personMay(person, 'inventory:write')} />;
  const waiting = reading.value.waiting.map((group) => incidentGroupItem(group, role));
  const taken = reading.value.taken.map((group) => incidentGroupItem(group, role));
  const acknowledge = personMay(person, 'incidents:ack') ? acknowledgeGroupAction : null;
  return (
    <>
      <NewCritical groups={waiting} now={nowMs} />
      <Verdict faults={faults} {...watched} worst={waiting.map(({ severity }) => severity)} />
      <div className="space-y-6">
        <Panel
          title="Needs action"
          flush
          aside={
            <Link href="/incidents" className="link">
              {faults > waiting.length
                ? `${String(faults - waiting.length)} more, in all ${String(incidents.needsAction)} incidents`
                : 'All incidents'}
            </Link>
          }
        >
          {waiting.length === 0 ? (
            <EmptyState title="No fault waits for anybody">
              {watched.unknown === 0
                ? 'Every server was looked at lately.'
                : `${String(watched.unknown)} servers could not be seen lately: nothing is said of those.`}
            </EmptyState>
          ) : (
            <>
              <IncidentGroups groups={waiting} now={nowMs} acknowledge={acknowledge} />
              <p className="border-t border-line px-4 py-2 text-xs text-muted">
                On top is what hits most people in the least time.
              </p>
            </>
          )}
        </Panel>
        {taken.length === 0 ? null : (
          <Panel
            title="Somebody has these"
            flush
            aside={
              <Link href="/incidents?state=acknowledged" className="link">
                {incidents.acknowledged === 1 ? 'One incident' : `All ${String(incidents.acknowledged)} incidents`}
              </Link>
            }
          >
            <IncidentGroups groups={taken} now={nowMs} acknowledge={null} />
          </Panel>
        )}
        <Panel title={`Next ${String(upcomingDays)} days`} flush>
          <Part attempt={dates} what="What has a date could not be read">
            {({ value: { items, cut } }) => <UpcomingStrip items={items} cut={cut} now={nowMs} days={upcomingDays} />}
          </Part>
        </Panel>
        <section>
          <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4">
            <h2 className="font-semibold">
              Domains{' '}
              <span className="text-sm font-normal text-muted">
                as of <TimeStamp at={estate.readAt} now={nowMs} form="relative" />
              </span>
            </h2>
            <Link href="/domains" className="link text-sm">
              {watched.domains > shownDomains
                ? `The worst ${String(shownDomains)} of ${String(watched.domains)}`
                : 'All domains'}
            </Link>
          </div>
          <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4">
            {tiles.map(({ id, ...tile }) => (
              <DomainTile key={id} unicode={unicodeName(tile.name)} {...tile} />
            ))}
          </div>
        </section>
        <div className="grid items-start gap-6 xl:grid-cols-2">
          <Panel
            title="Promises"
            flush
            aside={
              <Link href="/commitments" className="link">
                All promises
              </Link>
            }
          >
            <Part attempt={clients} what="The promises could not be counted">
              {({ value, readAt }) => (
                <PromiseCard items={value.tags.map((tag) => promiseItem(tag, role))} readAt={readAt} now={nowMs} />
              )}
            </Part>
          </Panel>
          <Panel
            title="Who can tell us"
            flush
            aside={
              <Link href="/latches" className="link">
                All clients
              </Link>
            }
          >
            <Part attempt={clients} what="The coverage could not be counted">
              {({ value: { coverage } }) => (
                <Part attempt={sources} what="The sources could not be read">
                  {(heard) => (
                    <CoverageCard
                      coverage={coverage}
                      sources={heard.sources.map(({ lastSeenAt, ...source }) => ({
                        ...source,
                        lastSeenAt: lastSeenAt?.getTime() ?? null,
                      }))}
                      total={heard.total}
                      mayManage={personMay(person, 'sources:manage')}
                      now={nowMs}
                    />
                  )}
                </Part>
              )}
            </Part>
          </Panel>
        </div>
      </div>
    </>
  );
}

function sentenceOf({ verdict, scope }: { readonly verdict: string; readonly scope: string }): string {
  return `${verdict} ${scope}`;
}

/** Nothing is watched yet: the field itself. */
function FirstDomain({ mayAdd }: { readonly mayAdd: boolean }) {
  return (
    <>
      <PageHeader title="Which mail domain shall we watch?">
        Its servers are found from DNS and looked at within a minute.
      </PageHeader>
      {mayAdd ? (
        <Panel title="Add the first domain">
          <AddDomainForm action={startSetupAction} />
        </Panel>
      ) : (
        <EmptyState title="No domain is watched yet">An operator can add one.</EmptyState>
      )}
    </>
  );
}

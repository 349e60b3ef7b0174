import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { compareRuns } from '#lib/evidence/compare-runs.ts';
import { Pager } from '#components/pager.tsx';
import { RunChooser } from '#components/run-chooser.tsx';
import { RunComparison } from '#components/run-comparison.tsx';
import { RunSlider } from '#components/run-slider.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { requirePerson } from '#app/_auth/session.ts';
import { listRunStarts, readRunAt, type KeptRun } from '#app/_queries/endpoint-runs.ts';
import { findEndpoint } from '#app/_queries/endpoints.ts';
import { listFindingChanges } from '#app/_queries/finding-changes.ts';
import { readParameters, type SearchParameters } from '#app/_queries/page-parameters.ts';
import { compareHref, parseInstant, startWords } from '#app/_queries/run-place.ts';
import { FindingChanges } from '#components/finding-changes.tsx';

export const metadata: Metadata = { title: 'Before and after' };

interface Props {
  readonly params: Promise<{ readonly id: string }>;
  readonly searchParams: SearchParameters;
}

const pageSize = 20;

/** Two runs of an endpoint, fact by fact. Without a choice: the latest, and what was before it changed. */
export default async function ComparePage({ params, searchParams }: Props) {
  await requirePerson();
  const now = new Date();
  const endpoint = await findEndpoint((await params).id, now);
  if (endpoint === null) notFound();
  const { id, service, tlsMode, host, port } = endpoint;
  const asked = await readParameters(searchParams);
  const vantage = asked('vantage');
  const older = parseInstant(asked('older'));
  const [newest, page] = await Promise.all([
    listRunStarts(id, { before: null, limit: 2 }),
    listRunStarts(id, { before: older, limit: pageSize }),
  ]);
  const after = parseInstant(asked('after')) ?? now;
  const before = parseInstant(asked('before')) ?? new Date((newest.starts[0]?.at ?? now).getTime() - 1);
  const target = { id, target: { service, tlsMode, host, port } };
  const [first, second] = await Promise.all([
    readRunAt(target, { at: before, vantage }),
    readRunAt(target, { at: after, vantage }),
  ]);
  const changes =
    first === null || second === null ? null : await listFindingChanges(id, { from: first.to, to: second.to });
  const base = `/endpoints/${id}/compare`;
  const placeHref = (place: Date | null) => {
    const query = [
      ...(place === null ? [] : [['older', place.toISOString()]]),
      ...(vantage === null ? [] : [['vantage', vantage]]),
    ];
    return `${base}?${new URLSearchParams(query).toString()}`;
  };
  const picked = { before: pickedOf(page.starts, first), after: pickedOf(page.starts, second) };
  const nowMs = now.getTime();
  return (
    <>
      <PageHeader
        above={
          <Link href={`/endpoints/${id}`} className="link font-mono">
            <ForeignText text={`${host}:${String(port)}`} />
          </Link>
        }
        title="Before and after"
      >
        What two runs saw of this endpoint, fact by fact.
      </PageHeader>
      <div className="space-y-6">
        <div className="grid gap-6 md:grid-cols-2">
          <RunPanel title="Before" run={first} asked={before} now={nowMs} />
          <RunPanel title="After" run={second} asked={after} now={nowMs} />
        </div>
        {first === null || second === null ? null : (
          <>
            <Panel title="What differs" flush aside={<Swap id={id} before={first.to} after={second.to} />}>
              <RunComparison comparison={compareRuns(first.observation, second.observation)} />
            </Panel>
            {changes === null || changes.length === 0 ? null : (
              <Panel title="What was found meanwhile" flush aside={String(changes.length)}>
                <FindingChanges items={changes} now={nowMs} />
              </Panel>
            )}
          </>
        )}
        <Panel title="Choose two runs" flush aside="runs in between saw the same as the one before them">
          {page.starts.length === 0 ? (
            <EmptyState title="No run is kept">A worker looks within a minute of an endpoint being added.</EmptyState>
          ) : (
            <>
              {page.starts.length === 1 ? null : (
                <RunSlider
                  address={placeHref(older)}
                  stops={page.starts.map((start) => start.at.getTime()).toReversed()}
                  {...picked}
                  compared={{ before: before.getTime(), after: after.getTime() }}
                  now={nowMs}
                />
              )}
              <RunChooser
                // Its marks are the browser's own: they begin anew where others are compared.
                key={`${String(picked.before)} ${String(picked.after)}`}
                action={base}
                items={page.starts.map((start) => ({
                  at: start.at.getTime(),
                  vantage: start.vantage,
                  what: startWords(start),
                }))}
                {...picked}
                now={nowMs}
              />
            </>
          )}
          <Pager first={older === null ? null : base} next={page.next === null ? null : placeHref(page.next)} />
        </Panel>
      </div>
    </>
  );
}

/** The row that a run belongs to: the newest that began no later than what it saw. */
function pickedOf(starts: readonly { readonly at: Date }[], run: KeptRun | null): number | null {
  return run === null ? null : (starts.find(({ at }) => at <= run.from)?.at.getTime() ?? null);
}

function Swap({ id, before, after }: { readonly id: string; readonly before: Date; readonly after: Date }) {
  return (
    <Link href={compareHref(id, { before: after, after: before })} className="link">
      The other way round
    </Link>
  );
}

function RunPanel({
  title,
  run,
  asked,
  now,
}: {
  readonly title: string;
  readonly run: KeptRun | null;
  readonly asked: Date;
  readonly now: number;
}) {
  return (
    <Panel title={title}>
      {run === null ? (
        <p className="text-muted">
          No run from before <TimeStamp at={asked.getTime()} now={now} form="absolute" /> is kept.
        </p>
      ) : (
        <>
          <p>
            Seen from <TimeStamp at={run.from.getTime()} now={now} form="absolute" /> to{' '}
            <TimeStamp at={run.to.getTime()} now={now} form="absolute" />
            {run.observation.vantage === 'local' ? null : (
              <>
                {' '}
                by the workers of <ForeignText text={run.observation.vantage} maxLength={60} />
              </>
            )}
            .
          </p>
          <p className="mt-1 text-sm text-muted">
            Nothing changed in that time. Timings and texts that differ from run to run are those of{' '}
            <TimeStamp at={run.observation.finishedAt} now={now} form="absolute" />.
          </p>
        </>
      )}
    </Panel>
  );
}

import type { Metadata } from 'next';
import { FailureMap } from '#components/failure-map.tsx';
import { LatchBounceTable } from '#components/latch-bounce-table.tsx';
import { SignalTable } from '#components/signal-table.tsx';
import { SilenceLanes, silenceWords } from '#components/silence-lanes.tsx';
import { TlsReportPanel } from '#components/tls-report-panel.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { StaleNote } from '#components/ui/state-note.tsx';
import { requirePerson } from '#app/_auth/session.ts';
import { readStaleReportAt } from '#app/_queries/last-report.ts';
import { listLatchBounces } from '#app/_queries/latch-bounces.ts';
import type { SearchParameters } from '#app/_queries/page-parameters.ts';
import { readParameter } from '#app/_queries/page-parameters.ts';
import { failureMapRow, signalItems, signalServerName } from '#app/_queries/signal-items.ts';
import { readSignals, type SignalGrouping } from '#app/_queries/signals.ts';
import { readSilenceLanes } from '#app/_queries/silence-lanes.ts';
import { readTlsReports } from '#app/_queries/tls-reports.ts';

export const metadata: Metadata = { title: 'Signals' };

function signalsHref({ tag, by }: { readonly tag: string | null; readonly by: SignalGrouping }): string {
  const asked = [...(tag === null ? [] : [['tag', tag]]), ...(by === 'network' ? [] : [['by', by]])];
  const query = new URLSearchParams(asked).toString();
  return query === '' ? '/signals' : `/signals?${query}`;
}

function Toggle({ href, on, children }: { readonly href: string; readonly on: boolean; readonly children: string }) {
  return (
    <Link
      href={href}
      aria-current={on ? 'true' : undefined}
      className={`min-h-6 rounded-md px-2 py-1 ${on ? 'bg-sunken font-semibold' : 'link'}`}
    >
      <ForeignText text={children} maxLength={64} />
    </Link>
  );
}

export default async function SignalsPage({ searchParams }: { readonly searchParams: SearchParameters }) {
  const person = await requirePerson();
  const now = new Date();
  const tag = await readParameter(searchParams, 'tag');
  const by: SignalGrouping = (await readParameter(searchParams, 'by')) === 'client' ? 'client' : 'network';
  const [signals, silence, tlsReports, bounces, staleAt] = await Promise.all([
    readSignals({ tag, by, now }),
    readSilenceLanes(now.getTime()),
    readTlsReports(now.getTime()),
    listLatchBounces(now.getTime()),
    readStaleReportAt(now.getTime()),
  ]);
  const { role } = person;
  const items = signalItems(signals, role);
  const times = signals.steps.map((at) => new Date(at).toISOString().slice(11, 16));
  const tags = tag === null || signals.tags.includes(tag) ? signals.tags : [tag, ...signals.tags];
  return (
    <>
      <PageHeader title="Signals">
        Clients that refuse to connect because a latch was broken, as they tell the server, beside what Latchwatch sees.
      </PageHeader>
      <div className="space-y-6">
        <Banner tone="info">
          These are claims of strangers: clients report before they log in, and anybody can. One network alone wakes
          nobody. A client behind an interception that lets nothing through cannot report at all.
        </Banner>
        {staleAt === null ? null : (
          <StaleNote at={staleAt} now={now.getTime()}>
            No source has told anything since: an empty map below says nothing.
          </StaleNote>
        )}
        <Panel title="Now" aside="last 20 minutes" flush>
          {items.length === 0 ? (
            <EmptyState title="No client reports a broken latch">
              Only clients that speak of latches report. Those that use POP, or say nothing, are unknown.
            </EmptyState>
          ) : (
            <SignalTable items={items} />
          )}
        </Panel>
        <nav aria-label="What the maps show" className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
          <span className="flex flex-wrap items-center gap-1">
            <span className="text-muted">Rows:</span>
            <Toggle href={signalsHref({ tag, by: 'network' })} on={by === 'network'}>
              networks
            </Toggle>
            <Toggle href={signalsHref({ tag, by: 'client' })} on={by === 'client'}>
              programs
            </Toggle>
          </span>
          <span className="flex flex-wrap items-center gap-1">
            <span className="text-muted">Tag:</span>
            <Toggle href={signalsHref({ tag: null, by })} on={tag === null}>
              all
            </Toggle>
            {tags.map((name) => (
              <Toggle key={name} href={signalsHref({ tag: name, by })} on={tag === name}>
                {name}
              </Toggle>
            ))}
          </span>
        </nav>
        {signals.servers.length === 0 ? (
          <Panel title="The last six hours" flush>
            <EmptyState title="Nothing was reported in six hours" />
          </Panel>
        ) : (
          signals.servers.map(({ server, own, all, rows, more }) => (
            <Panel
              key={`${signalServerName(server)} ${server.address ?? ''}`}
              title={signalServerName(server)}
              aside="clients in 15 minutes, UTC"
              flush
            >
              <FailureMap
                caption={`Reports by ${by} at ${signalServerName(server)}`}
                column={by === 'network' ? 'Network' : 'Program'}
                {...{ times, own, more }}
                all={failureMapRow(all, role)}
                rows={rows.map((row) => failureMapRow(row, role))}
              />
            </Panel>
          ))
        )}
        {signals.left === 0 ? null : (
          <p className="text-sm text-muted">
            {signals.left === 1 ? 'One more service has' : `${String(signals.left)} more services have`} reports of
            these six hours, from fewer networks now; they are not drawn. A spike there is an incident all the same.
          </p>
        )}
        <Panel title="Who fell silent" aside="reports missing by hour, UTC" flush>
          {silence.lanes.length === 0 ? (
            <EmptyState title="No source has told anything">
              Whoever is cut off on the way cannot report it: only that usual reports stay away can show it.
            </EmptyState>
          ) : (
            <>
              <p className="border-b border-line px-4 py-3 text-sm">
                Whoever is cut off on the way cannot report it; what shows is that usual reports stay away.{' '}
                {silenceWords(silence.lanes)}
              </p>
              <SilenceLanes {...silence} />
            </>
          )}
        </Panel>
        <TlsReportPanel summary={tlsReports} now={now.getTime()} />
        <Panel title="Bounces that name a latch" flush>
          {bounces.length === 0 ? (
            <EmptyState title="No bounce has named a latch">
              Servers that keep latches for the mail they send name them in their bounces.
            </EmptyState>
          ) : (
            <LatchBounceTable items={bounces} now={now.getTime()} />
          )}
        </Panel>
      </div>
    </>
  );
}

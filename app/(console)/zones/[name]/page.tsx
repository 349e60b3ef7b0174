import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { withholdDates } from '#lib/checks/trusted-clock.ts';
import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import { judgeEndpointItem } from '#components/endpoint-table.tsx';
import { FindingList } from '#components/finding-list.tsx';
import { IncidentList, MoreIncidents } from '#components/incident-list.tsx';
import { KeyTable } from '#components/key-table.tsx';
import { ResolverTable } from '#components/resolver-table.tsx';
import { ServerMatrix } from '#components/server-matrix.tsx';
import { SignatureCalendar } from '#components/signature-calendar.tsx';
import { TrustChain } from '#components/trust-chain.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { AutoRefresh } from '#components/ui/auto-refresh.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { ToneLabel } from '#components/ui/tone-label.tsx';

import { lookAtZoneAction } from '#app/_actions/operate.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { findingItem } from '#app/_queries/finding-item.ts';
import { incidentListHref, noFilter } from '#app/_queries/incident-filter.ts';
import { incidentItem } from '#app/_queries/incident-item.ts';
import { calendarItems } from '#app/_queries/zone-calendar-item.ts';
import { keyItems } from '#app/_queries/zone-key-item.ts';
import { zoneMatrixItem } from '#app/_queries/zone-matrix-item.ts';
import { opinionItems } from '#app/_queries/zone-opinion-item.ts';
import type { ZoneRecord } from '#app/_queries/zones.ts';
import { findZone, isZoneWaiting, readLatestZone } from '#app/_queries/zones.ts';

interface Props {
  readonly params: Promise<{ readonly name: string }>;
}

/** An apex in presentation form: printable ASCII, everything else is escaped in it (RFC 1035 section 5.1). */
async function nameOf(params: Props['params']): Promise<string> {
  const { name } = await params;
  if (!/^(?:%[2-7][0-9a-f]|[\x21-\x24\x26-\x7e]){1,1004}$/i.test(name)) notFound();
  return decodeURIComponent(name).toLowerCase();
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await nameOf(params) };
}

export default async function ZonePage({ params }: Props) {
  const person = await requirePerson();
  const now = new Date();
  const nowMs = now.getTime();
  const zone = await findZone(await nameOf(params), now);
  if (zone === null) notFound();
  const [{ observation, findings, incidents }, waiting] = await Promise.all([
    readLatestZone(zone.id),
    isZoneWaiting(zone.id, now),
  ]);
  const { tone, word } = judgeEndpointItem({ verdict: zone.lastVerdict, freshness: zone.freshness });
  const stale = zone.freshness !== 'fresh';
  return (
    <>
      <PageHeader
        above={
          <Link href="/domains" className="link">
            Domains
          </Link>
        }
        title={
          <span className="font-mono">
            <ForeignText text={zone.name} maxLength={253} />
          </span>
        }
        actions={
          zone.watched && personMay(person, 'inventory:write') ? (
            <ActionForm action={lookAtZoneAction} hidden={{ zone: zone.name }} label="Look again">
              <SubmitButton pendingText="Asking…">Look again</SubmitButton>
            </ActionForm>
          ) : null
        }
      >
        <ToneLabel tone={tone} look="chip">
          {word}
        </ToneLabel>
        <span>DNS zone</span>
        {zone.lastObservedAt === null ? null : (
          <span>
            looked at <TimeStamp at={zone.lastObservedAt.getTime()} now={nowMs} />
          </span>
        )}
      </PageHeader>
      <div className="space-y-6">
        {waiting ? <AutoRefresh everyMs={2000} /> : null}
        {zone.watched ? null : (
          <Banner tone="warn">
            No domain and no endpoint lies in this zone any more: it is not looked at. What is below is history.
          </Banner>
        )}
        {zone.watched && zone.freshness === 'stale' && zone.lastObservedAt !== null ? (
          <Banner tone="warn">
            <strong>This is old.</strong> Everything below was seen{' '}
            <TimeStamp at={zone.lastObservedAt.getTime()} now={nowMs} />; what is true now is not known.
          </Banner>
        ) : null}
        {incidents.total === 0 ? null : (
          <Panel title="Open incidents" flush aside={String(incidents.total)}>
            <IncidentList items={incidents.worst.map(incidentItem)} now={nowMs} />
            <MoreIncidents
              count={incidents.total - incidents.worst.length}
              href={incidentListHref({ ...noFilter, host: zone.name })}
            />
          </Panel>
        )}
        {findings.length === 0 ? null : (
          <Panel title="What was found" flush>
            <FindingList
              items={findings.map((finding) => findingItem(finding, zone.lastObservedAt))}
              now={nowMs}
              maySign={personMay(person, 'exceptions:sign')}
            />
          </Panel>
        )}
        {observation === null ? (
          <Panel title="Evidence" flush>
            <EmptyState title="Not looked at yet">
              A worker asks its name servers within a minute after a domain or endpoint in it was found.
            </EmptyState>
          </Panel>
        ) : (
          <Evidence observation={observation} now={nowMs} stale={stale} />
        )}
        <Panel title="What lies in it">
          <Names zone={zone} />
        </Panel>
      </div>
    </>
  );
}

function Evidence({
  observation,
  now,
  stale,
}: {
  readonly observation: ZoneObservation;
  readonly now: number;
  readonly stale: boolean;
}) {
  const { clock } = observation;
  const seen = clock.trusted ? observation : withholdDates(observation);
  const context = { now, stale };
  const calendar = calendarItems(observation);
  const keys = keyItems(seen);
  const opinions = opinionItems(seen, context);
  return (
    <>
      {clock.trusted ? null : (
        <Banner tone="warn">
          <strong>Our clock is not to be trusted,</strong> so nothing that hangs on a date is decided
          {clock.said === null ? '' : ': '}
          {clock.said === null ? null : <ForeignText text={clock.said} />}.
        </Banner>
      )}
      <Panel title="Chain of trust" flush>
        <TrustChain validations={seen.validations} now={now} stale={stale} />
      </Panel>
      <Panel title="Server by server" flush>
        <ServerMatrix item={zoneMatrixItem(seen, context)} stale={stale} />
      </Panel>
      <Panel title="Signatures by expiry" flush aside={String(calendar.items.length + calendar.leftOut)}>
        {calendar.items.length === 0 ? (
          <EmptyState title="No signature was seen" />
        ) : (
          <SignatureCalendar
            {...calendar}
            now={now}
            doubt={stale ? 'Stale' : clock.trusted ? null : 'Our clock is in doubt'}
          />
        )}
      </Panel>
      {keys.items.length === 0 ? null : (
        <Panel title="Keys at the parent and in the zone" flush>
          <KeyTable {...keys} />
        </Panel>
      )}
      {opinions.length === 0 ? null : (
        <Panel title="Cross-check with a resolver" flush aside="evidence, never our verdict">
          <ResolverTable items={opinions} stale={stale} />
        </Panel>
      )}
    </>
  );
}

function Names({ zone: { domains, hosts } }: { readonly zone: ZoneRecord }) {
  if (domains.length + hosts.length === 0) return <p className="text-muted">Nothing that is watched.</p>;
  return (
    <ul className="flex flex-wrap gap-x-6 gap-y-2 font-mono text-sm">
      {domains.map((domain) => (
        <li key={domain}>
          <Link href={`/domains/${domain}`} className="link">
            {domain}
          </Link>
        </li>
      ))}
      {hosts
        .filter((host) => !domains.includes(host))
        .map((host) => (
          <li key={host}>
            <ForeignText text={host} maxLength={253} />
          </li>
        ))}
    </ul>
  );
}

import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { parseDomainName } from '#lib/model/domain-name.ts';
import { ChangeList } from '#components/change-list.tsx';
import { judgeDns } from '#components/domain-tile.tsx';
import { DomainFacts } from '#components/domain-facts.tsx';
import { DiscoveryState } from '#components/discovery-state.tsx';
import { DiscoveryTree } from '#components/discovery-tree.tsx';
import { EndpointTable } from '#components/endpoint-table.tsx';
import { FindingList } from '#components/finding-list.tsx';
import { IncidentList, MoreIncidents } from '#components/incident-list.tsx';
import { PublishedTable } from '#components/published-table.tsx';
import { SrvTable } from '#components/srv-table.tsx';
import { AutoRefresh } from '#components/ui/auto-refresh.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { ToneLabel } from '#components/ui/tone-label.tsx';
import { ZoneTable } from '#components/zone-table.tsx';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { changeItems } from '#app/_queries/change-item.ts';
import { listChanges } from '#app/_queries/changes.ts';
import { readLatestLook } from '#app/_queries/discoveries.ts';
import { neverLookedAt, readDnsSummaries } from '#app/_queries/domain-dns.ts';
import { countByLens } from '#app/_queries/domain-lenses.ts';
import { findDomain, type DomainRecord } from '#app/_queries/domains.ts';
import { endpointItem } from '#app/_queries/endpoint-item.ts';
import { isDomainProbeWaiting, listEndpoints } from '#app/_queries/endpoints.ts';
import { findingItem } from '#app/_queries/finding-item.ts';
import { listFindings } from '#app/_queries/findings.ts';
import { foundRecords } from '#app/_queries/found-records.ts';
import { readDomainHeartbeats } from '#app/_queries/heartbeats.ts';
import { incidentItem } from '#app/_queries/incident-item.ts';
import { readMetServers } from '#app/_queries/met-servers.ts';
import { publishedItem } from '#app/_queries/published-item.ts';
import { readServiceLiveness } from '#app/_queries/service-liveness.ts';
import { srvItems } from '#app/_queries/srv-items.ts';
import { unicodeName } from '#app/_queries/unicode-name.ts';
import { listOpenIncidentsOf } from '#app/_queries/worst-incidents.ts';
import { zoneItem } from '#app/_queries/zone-item.ts';
import { readZoneSummaries } from '#app/_queries/zone-summaries.ts';
import { listZonesOf, readZoneObservation } from '#app/_queries/zones.ts';
import {
  AddEndpoint,
  DomainActions,
  DomainVerdict,
  RemovalForm,
  RemoveButton,
  StopWatching,
  TrustPanel,
} from './domain-parts.tsx';

interface Props {
  readonly params: Promise<{ readonly name: string }>;
}

async function nameOf(params: Props['params']): Promise<string> {
  const name = parseDomainName(decodeURIComponent((await params).name));
  if (!name.ok) notFound();
  return name.value.ascii;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await nameOf(params) };
}

/** Whether the zone holds the name: it is the zone's own, or below it. */
function isInZone(name: string, zone: string): boolean {
  return zone === '.' || name === zone || name.endsWith(`.${zone}`);
}

/** Its zones, what their latest looks say in short, and the whole look at the one that it lies in. */
async function readZones(domain: DomainRecord, now: Date) {
  const zones = await listZonesOf(domain.id, now);
  const own = zones.find(({ name }) => isInZone(domain.name, name)) ?? null;
  const [zoneSummaries, trust] = await Promise.all([
    readZoneSummaries(zones.map(({ id }) => id)),
    own === null ? null : readZoneObservation(own.id),
  ]);
  return { zones, zoneSummaries, own, trust };
}

export default async function DomainPage({ params }: Props) {
  const person = await requirePerson();
  const now = new Date();
  const domain = await findDomain(await nameOf(params), now);
  if (domain === null) notFound();
  const to = now.getTime();
  const month = { from: to - 30 * 86_400_000, to, slots: 60 };
  const [
    seen,
    summaries,
    { endpoints },
    incidents,
    findings,
    inZones,
    changes,
    servers,
    lenses,
    beats,
    probing,
    living,
  ] = await Promise.all([
    readLatestLook(domain.id),
    readDnsSummaries([domain.id], now),
    listEndpoints({ domain: domain.name, after: null, limit: 200, now }),
    listOpenIncidentsOf({ domainId: domain.id }),
    listFindings({ domainId: domain.id, endpointId: null }),
    readZones(domain, now),
    listChanges({ scope: { kind: 'domain', domain: domain.name }, after: null, limit: 10 }),
    readMetServers(domain.id),
    countByLens(domain.id),
    readDomainHeartbeats([domain.id], month),
    isDomainProbeWaiting(domain.id, now),
    readServiceLiveness(domain.id),
  ]);
  const { zones, zoneSummaries, own, trust } = inZones;
  const published = seen === null ? null : publishedItem(domain.name, seen, living);
  const mayWrite = personMay(person, 'inventory:write');
  const latest = domain.discovery;
  const busy = latest !== null && (latest.state === 'queued' || latest.state === 'running');
  const dns = summaries.get(domain.id) ?? neverLookedAt;
  const records = judgeDns(dns);
  const unicode = unicodeName(domain.name);
  return (
    <>
      <PageHeader
        above={
          <Link href="/domains" className="link">
            Domains
          </Link>
        }
        title={<span className="font-mono">{domain.name}</span>}
        actions={<DomainActions domain={domain} mayWrite={mayWrite} />}
      >
        {unicode === null ? null : (
          <span>
            in Unicode <ForeignText text={unicode} maxLength={253} />
          </span>
        )}
        <DomainVerdict domain={domain} dns={dns} />
        <span className="inline-flex flex-wrap items-center gap-x-2">
          DNS records <ToneLabel tone={records.tone}>{records.word}</ToneLabel>
        </span>
        <span>
          Watched since <TimeStamp at={domain.createdAt.getTime()} now={now.getTime()} form="relative" />
        </span>
      </PageHeader>
      <div className="space-y-6">
        {latest === null ? null : (
          <DiscoveryState
            now={now.getTime()}
            progress={{
              state: latest.state,
              requestedAt: latest.requestedAt.getTime(),
              startedAt: latest.startedAt?.getTime() ?? null,
              finishedAt: latest.finishedAt?.getTime() ?? null,
              error: latest.error,
            }}
          />
        )}
        {busy || probing ? <AutoRefresh everyMs={2000} /> : null}
        <DomainFacts
          lenses={lenses}
          conformanceHref={`/domains/${encodeURIComponent(domain.name)}/conformance`}
          beats={{ ...month, slots: beats.get(domain.id) ?? [] }}
        />
        {incidents.total === 0 ? null : (
          <Panel title="Open incidents" flush aside={String(incidents.total)}>
            <IncidentList items={incidents.worst.map(incidentItem)} now={now.getTime()} />
            <MoreIncidents count={incidents.total - incidents.worst.length} href="/incidents" />
          </Panel>
        )}
        {findings.length === 0 ? null : (
          <Panel title="What its records and documents say" flush>
            <FindingList
              items={findings.map((finding) => findingItem(finding, dns.lookedAt))}
              now={now.getTime()}
              maySign={personMay(person, 'exceptions:sign')}
            />
          </Panel>
        )}
        <Panel title="Endpoints" flush aside={endpoints.length === 0 ? undefined : String(endpoints.length)}>
          {endpoints.length === 0 ? (
            <EmptyState title={busy ? 'Not known yet' : 'No endpoint'}>
              {busy
                ? 'They appear as soon as DNS has answered.'
                : 'DNS names none. Add one by hand, or correct the records and look again.'}
            </EmptyState>
          ) : (
            <RemovalForm domainId={domain.id} mayWrite={mayWrite}>
              <EndpointTable
                now={now.getTime()}
                items={endpoints.map((endpoint) => ({
                  ...endpointItem(endpoint),
                  origins: endpoint.domains.filter((link) => link.domain === domain.name).map((link) => link.origin),
                }))}
                {...(mayWrite ? { renderAction: (item) => <RemoveButton item={item} /> } : {})}
              />
            </RemovalForm>
          )}
          {mayWrite ? <AddEndpoint domainId={domain.id} /> : null}
        </Panel>
        {seen === null ? null : (
          <Panel title="SRV records and reality" flush>
            <SrvTable items={srvItems(seen, servers)} stale={dns.freshness !== 'fresh'} />
          </Panel>
        )}
        {published === null ? null : (
          <Panel title="What clients are told" flush>
            <PublishedTable {...published} />
          </Panel>
        )}
        {zones.length === 0 ? null : (
          <Panel title="DNS zones" flush aside={String(zones.length)}>
            <ZoneTable
              items={zones.map((zone) => zoneItem(zone, zoneSummaries.get(zone.id) ?? null, now))}
              now={now.getTime()}
            />
          </Panel>
        )}
        {own === null || trust === null ? null : <TrustPanel zone={own} observation={trust} now={to} />}
        {changes.changes.length === 0 ? null : (
          <Panel
            title="What changed, and when"
            flush
            aside={
              <Link href={`/changes?domain=${encodeURIComponent(domain.name)}`} className="link">
                All changes
              </Link>
            }
          >
            <ChangeList items={changeItems(changes.changes, { here: false })} now={now.getTime()} />
          </Panel>
        )}
        {seen !== null ? (
          <Panel
            title="What DNS says"
            flush
            aside={
              <>
                asked in {((seen.finishedAt - seen.startedAt) / 1000).toFixed(1)} s,{' '}
                <TimeStamp at={seen.finishedAt} now={now.getTime()} form="relative" />
              </>
            }
          >
            <DiscoveryTree records={foundRecords(domain.name, seen)} />
          </Panel>
        ) : null}
        {mayWrite ? <StopWatching domain={domain} /> : null}
      </div>
    </>
  );
}

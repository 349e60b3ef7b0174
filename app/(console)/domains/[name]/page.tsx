import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { parseDomainName } from '#lib/model/domain-name.ts';
import { serviceTable } from '#lib/model/endpoint.ts';
import { ChangeList } from '#components/change-list.tsx';
import { judgeDns } from '#components/domain-tile.tsx';
import { DiscoveryState } from '#components/discovery-state.tsx';
import { DiscoveryTree } from '#components/discovery-tree.tsx';
import { EndpointTable } from '#components/endpoint-table.tsx';
import { FindingList } from '#components/finding-list.tsx';
import { IncidentList } from '#components/incident-list.tsx';
import { PublishedTable } from '#components/published-table.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { AutoRefresh } from '#components/ui/auto-refresh.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Choice, Field } from '#components/ui/field.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { ToneLabel } from '#components/ui/tone-label.tsx';
import { ZoneTable } from '#components/zone-table.tsx';
import { addEndpointAction, discoverAction, removeDomainAction, removeEndpointAction } from '#app/_actions/domains.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { changeItems } from '#app/_queries/change-item.ts';
import { listChanges } from '#app/_queries/changes.ts';
import { findLatestDiscovery, readLatestLook } from '#app/_queries/discoveries.ts';
import { neverLookedAt, readDnsSummaries } from '#app/_queries/domain-dns.ts';
import { findDomain } from '#app/_queries/domains.ts';
import { endpointItem } from '#app/_queries/endpoint-item.ts';
import { listEndpoints } from '#app/_queries/endpoints.ts';
import { findingItem } from '#app/_queries/finding-item.ts';
import { listFindings } from '#app/_queries/findings.ts';
import { foundRecords } from '#app/_queries/found-records.ts';
import { incidentItem } from '#app/_queries/incident-item.ts';
import { listOpenIncidentsOf } from '#app/_queries/incidents.ts';
import { publishedItem } from '#app/_queries/published-item.ts';
import { readServiceLiveness } from '#app/_queries/service-liveness.ts';
import { unicodeName } from '#app/_queries/unicode-name.ts';
import { zoneItem } from '#app/_queries/zone-item.ts';
import { readZoneSummaries } from '#app/_queries/zone-summaries.ts';
import { listZonesOf } from '#app/_queries/zones.ts';

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

export default async function DomainPage({ params }: Props) {
  const person = await requirePerson();
  const now = new Date();
  const domain = await findDomain(await nameOf(params), now);
  if (domain === null) notFound();
  const [latest, seen, summaries, { endpoints }, incidents, findings, zones, changes] = await Promise.all([
    findLatestDiscovery(domain.id),
    readLatestLook(domain.id),
    readDnsSummaries([domain.id], now),
    listEndpoints({ domain: domain.name, after: null, limit: 200, now }),
    listOpenIncidentsOf({ domainId: domain.id }),
    listFindings({ domainId: domain.id, endpointId: null }),
    listZonesOf(domain.id, now),
    listChanges({ scope: { kind: 'domain', domain: domain.name }, after: null, limit: 10 }),
  ]);
  const zoneSummaries = await readZoneSummaries(zones.map(({ id }) => id));
  const published = seen === null ? null : publishedItem(domain.name, seen, await readServiceLiveness(domain.id));
  const mayWrite = personMay(person, 'inventory:write');
  const busy = latest !== null && (latest.state === 'queued' || latest.state === 'running');
  const hidden = { domainId: domain.id };
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
        actions={
          mayWrite ? (
            <ActionForm action={discoverAction} hidden={hidden} label="Look again">
              <SubmitButton pendingText="Asking…">Look again</SubmitButton>
            </ActionForm>
          ) : null
        }
      >
        {unicode === null ? null : (
          <span>
            in Unicode <ForeignText text={unicode} maxLength={253} />
          </span>
        )}
        <span className="inline-flex flex-wrap items-center gap-x-2">
          DNS records <ToneLabel tone={records.tone}>{records.word}</ToneLabel>
        </span>
        <span>
          Watched since <TimeStamp at={domain.createdAt.getTime()} now={now.getTime()} form="relative" />
        </span>
        <Link href={`/domains/${encodeURIComponent(domain.name)}/conformance`} className="link">
          Conformance
        </Link>
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
        {busy ? <AutoRefresh everyMs={2000} /> : null}
        {incidents.length === 0 ? null : (
          <Panel title="Open incidents" flush aside={String(incidents.length)}>
            <IncidentList items={incidents.map(incidentItem)} now={now.getTime()} />
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
            <EndpointTable
              now={now.getTime()}
              items={endpoints.map((endpoint) => ({
                ...endpointItem(endpoint),
                origins: endpoint.domains.filter((link) => link.domain === domain.name).map((link) => link.origin),
              }))}
              {...(mayWrite
                ? {
                    renderAction: (item) => (
                      <ActionForm
                        action={removeEndpointAction}
                        hidden={{ ...hidden, endpointId: item.id }}
                        label={`Remove ${item.host}:${item.port}`}
                      >
                        <button
                          type="submit"
                          className="min-h-6 cursor-pointer text-sm text-muted underline-offset-3 hover:text-crit hover:underline"
                        >
                          Remove
                        </button>
                      </ActionForm>
                    ),
                  }
                : {})}
            />
          )}
          {mayWrite ? (
            <details className="border-t border-line px-4 py-3">
              <summary className="w-fit text-sm text-muted hover:text-text">Add an endpoint by hand</summary>
              <div className="mt-3">
                <ActionForm action={addEndpointAction} hidden={hidden} label="Add an endpoint by hand">
                  <div className="flex flex-wrap items-end gap-3">
                    <Choice
                      label="Service"
                      name="kind"
                      options={serviceTable.map((row) => ({ value: `${row.service}/${row.tlsMode}`, text: row.title }))}
                    />
                    <Field
                      label="Host"
                      name="host"
                      placeholder="mail.example.org"
                      autoComplete="off"
                      spellCheck={false}
                      required
                    />
                    <Field
                      label="Port"
                      name="port"
                      inputMode="numeric"
                      placeholder="the usual one"
                      autoComplete="off"
                    />
                    <SubmitButton pendingText="Adding…">Add</SubmitButton>
                  </div>
                </ActionForm>
              </div>
            </details>
          ) : null}
        </Panel>
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
        {mayWrite ? (
          <details className="text-sm">
            <summary className="w-fit text-muted hover:text-text">Stop watching this domain</summary>
            <div className="mt-3 max-w-prose">
              <p className="mb-3 text-muted">
                Its endpoints that no other domain has are forgotten with their history, and their incidents end.
              </p>
              <ActionForm action={removeDomainAction} hidden={hidden}>
                <SubmitButton kind="danger" pendingText="Removing…">
                  Stop watching {domain.name}
                </SubmitButton>
              </ActionForm>
            </div>
          </details>
        ) : null}
      </div>
    </>
  );
}

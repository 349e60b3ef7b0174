import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { listDeclaredFacts } from '#lib/model/declaration-fields.ts';
import { endpointKey } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { ChangeList } from '#components/change-list.tsx';
import { CheckList } from '#components/check-list.tsx';
import { DeclarationPanel, type RelatedItem } from '#components/declaration-panel.tsx';
import { EndpointFacts } from '#components/endpoint-facts.tsx';
import { FindingList } from '#components/finding-list.tsx';
import { GivenCertificates } from '#components/given-certificates.tsx';
import { HostLatches } from '#components/host-latches.tsx';
import { IncidentList, MoreIncidents } from '#components/incident-list.tsx';
import { ScanPanel } from '#components/scan-panel.tsx';
import { TagPanel } from '#components/tag-panel.tsx';
import { TlsaPanel } from '#components/tlsa-panel.tsx';
import { AutoRefresh } from '#components/ui/auto-refresh.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Link } from '#components/ui/link.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { forgetCertificateAction, giveCertificateAction } from '#app/_actions/certificates.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { changeItems } from '#app/_queries/change-item.ts';
import type { RelatedEndpoint } from '#app/_queries/declarations.ts';
import { failureText } from '#app/_queries/endpoint-evidence.ts';
import { readEndpointPage } from '#app/_queries/endpoint-page.ts';
import { findEndpoint } from '#app/_queries/endpoints.ts';
import { endpointFindingItem } from '#app/_queries/finding-item.ts';
import { incidentListHref, noFilter } from '#app/_queries/incident-filter.ts';
import { incidentItem } from '#app/_queries/incident-item.ts';
import { scanItem } from '#app/_queries/scan-item.ts';
import { tagItems } from '#app/_queries/tag-item.ts';
import { tagStates } from '#app/_queries/tag-states.ts';
import { tlsaItems } from '#app/_queries/tlsa-item.ts';
import { AddressPanels, checksOf } from './address-panels.tsx';
import { ChangeLinks, DomainLinks, EndpointHeader, EndpointNotes } from './endpoint-header.tsx';
import { OpenChangePanel } from './open-change.tsx';

export const metadata: Metadata = { title: 'Endpoint' };

function relatedItem({ id, target }: RelatedEndpoint): RelatedItem {
  return { id, name: endpointKey(target) };
}

/** The addresses of each family; null where DNS did not tell. */
function familiesOf(observation: EndpointObservation | null) {
  if (observation === null || !observation.addresses.ok) return { ipv4: null, ipv6: null };
  const { list, missing } = observation.addresses.facts;
  return {
    ipv4: missing?.type === 'A' ? null : list.filter((address) => !address.includes(':')),
    ipv6: missing?.type === 'AAAA' ? null : list.filter((address) => address.includes(':')),
  };
}

export default async function EndpointPage({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const person = await requirePerson();
  const now = new Date();
  const nowMs = now.getTime();
  const endpoint = await findEndpoint((await params).id, now);
  if (endpoint === null) notFound();
  const page = await readEndpointPage(endpoint, { now, role: person.role });
  const { evidence, findings, declared } = page;
  const stale = endpoint.freshness === 'stale';
  const mayWrite = endpoint.monitored && personMay(person, 'inventory:write');
  const maySign = personMay(person, 'exceptions:sign');
  const observation = evidence?.observation ?? null;
  const looks = {
    probedAt: endpoint.lastProbedAt,
    scannedAt: page.scan === null ? null : new Date(page.scan.finishedAt),
  };
  const whole = findings
    .filter(({ address }) => address === null)
    .map((finding) => endpointFindingItem(finding, looks));
  const wholeChecks = checksOf(null, { outcomes: evidence?.outcomes ?? [], findings });
  return (
    <>
      <EndpointHeader endpoint={endpoint} mayWrite={mayWrite} now={nowMs} />
      <div className="space-y-6">
        {page.probing || page.scanning ? <AutoRefresh everyMs={2000} /> : null}
        <EndpointNotes endpoint={endpoint} observation={observation} now={nowMs} />
        <EndpointFacts addresses={familiesOf(observation)} lastDay={page.lastDay} lastMonth={page.lastMonth} />
        {page.incidents.total === 0 ? null : (
          <Panel title="Open incidents" flush aside={String(page.incidents.total)}>
            <IncidentList items={page.incidents.worst.map(incidentItem)} now={nowMs} />
            <MoreIncidents
              count={page.incidents.total - page.incidents.worst.length}
              href={incidentListHref({ ...noFilter, host: endpoint.host })}
            />
          </Panel>
        )}
        {page.openChange === null ? null : (
          <OpenChangePanel
            endpointId={endpoint.id}
            change={page.openChange}
            mayDecide={personMay(person, 'inventory:write')}
            now={nowMs}
          />
        )}
        {whole.length === 0 && wholeChecks.length === 0 ? null : (
          <Panel title="The endpoint as a whole" flush>
            {whole.length === 0 ? null : <FindingList items={whole} now={nowMs} maySign={maySign} />}
            <details className="border-t border-line">
              <summary className="px-4 py-2.5 text-sm font-medium">
                Everything that was looked for ({wholeChecks.length})
              </summary>
              <div className="px-4 pb-4">
                <CheckList items={wholeChecks} stale={stale} />
              </div>
            </details>
          </Panel>
        )}
        {evidence === null ? (
          <Panel title="Evidence" flush>
            <EmptyState title="Not looked at yet">
              A worker does so within a minute of the endpoint being added.
            </EmptyState>
          </Panel>
        ) : (
          <AddressPanels
            evidence={evidence}
            findings={findings}
            unchangedSince={page.unchangedSince}
            looks={looks}
            stale={stale}
            maySign={maySign}
            now={nowMs}
          />
        )}
        {evidence === null || evidence.observation.tlsa === null ? null : (
          <div id="tlsa" className="scroll-mt-4">
            <TlsaPanel
              tlsa={evidence.observation.tlsa}
              items={tlsaItems(evidence)}
              stale={stale}
              now={nowMs}
              failure={
                evidence.observation.tlsa.lookup.ok ? null : failureText(evidence.observation.tlsa.lookup.failure)
              }
              rolloverHref={
                personMay(person, 'inventory:write') ? `/rollovers?endpoint=${encodeURIComponent(endpoint.id)}` : null
              }
            />
          </div>
        )}
        {evidence === null ? null : (
          <>
            <ScanPanel scan={page.scan === null ? null : scanItem(page.scan)} now={nowMs} />
            <TagPanel items={tagItems(tagStates(evidence.observation, evidence.context))} stale={stale} />
          </>
        )}
        <Panel
          title="Latches held at this host"
          flush
          aside={
            <Link href={page.latches.href} className="link">
              These clients
            </Link>
          }
        >
          <HostLatches item={page.latches} />
        </Panel>
        <DeclarationPanel
          facts={listDeclaredFacts(declared.declaration)}
          declared={
            declared.declared === null ? null : { by: declared.declared.by, at: declared.declared.at.getTime() }
          }
          backend={declared.backend === null ? null : relatedItem(declared.backend)}
          fronts={declared.fronts.map(relatedItem)}
          strandedVantage={declared.stranded && endpoint.monitored ? declared.declaration.vantage : null}
          now={nowMs}
          changeHref={personMay(person, 'inventory:write') ? `/endpoints/${endpoint.id}/declaration` : null}
        />
        {page.given.length === 0 && !mayWrite ? null : (
          <Panel title="Renewed certificates" flush>
            <GivenCertificates
              endpointId={endpoint.id}
              items={page.given}
              actions={mayWrite ? { give: giveCertificateAction, forget: forgetCertificateAction } : null}
              now={nowMs}
            />
          </Panel>
        )}
        <DomainLinks links={endpoint.domains} />
        <Panel title="What changed, and when" flush aside={<ChangeLinks endpoint={endpoint} />}>
          {page.changes.changes.length === 0 ? (
            <p className="p-4 text-muted">Nothing, since it was first looked at.</p>
          ) : (
            <ChangeList items={changeItems(page.changes.changes, { here: true })} now={nowMs} />
          )}
        </Panel>
      </div>
    </>
  );
}

import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { listDeclaredFacts } from '#lib/model/declaration-fields.ts';
import { endpointKey, findServiceRow } from '#lib/model/endpoint.ts';
import { AddressEvidence } from '#components/address-evidence.tsx';
import { findOpenChange } from '#prisma/commands/baseline.ts';
import { ChangeList } from '#components/change-list.tsx';
import { ChangeQuestion } from '#components/change-question.tsx';
import { CheckList } from '#components/check-list.tsx';
import { DeclarationPanel, type RelatedItem } from '#components/declaration-panel.tsx';
import { judgeEndpointItem, OriginBadge } from '#components/endpoint-table.tsx';
import { FindingList } from '#components/finding-list.tsx';
import { GivenCertificates } from '#components/given-certificates.tsx';
import { IncidentList } from '#components/incident-list.tsx';
import { ScanPanel } from '#components/scan-panel.tsx';
import { TagPanel } from '#components/tag-panel.tsx';
import { TlsaPanel } from '#components/tlsa-panel.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { AutoRefresh } from '#components/ui/auto-refresh.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Field } from '#components/ui/field.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { ToneLabel } from '#components/ui/tone-label.tsx';
import { toneOfVerdict, wordOfVerdict } from '#components/ui/tone.ts';
import { forgetCertificateAction, giveCertificateAction } from '#app/_actions/certificates.ts';
import { decideChangeAction } from '#app/_actions/changes.ts';
import { probeNowAction, scanNowAction } from '#app/_actions/operate.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { chainItems } from '#app/_queries/chain-item.ts';
import { findDeclaration, type RelatedEndpoint } from '#app/_queries/declarations.ts';
import { worstVerdict } from '#app/_queries/domains.ts';
import { failureText, readEndpointEvidence } from '#app/_queries/endpoint-evidence.ts';
import { changeItems, changeQuestionItem } from '#app/_queries/change-item.ts';
import { listChanges } from '#app/_queries/changes.ts';
import { database } from '#app/_queries/database.ts';
import { findEndpoint, isProbeWaiting } from '#app/_queries/endpoints.ts';
import { findingItem } from '#app/_queries/finding-item.ts';
import { listFindings } from '#app/_queries/findings.ts';
import { incidentItem } from '#app/_queries/incident-item.ts';
import { listOpenIncidentsOf } from '#app/_queries/incidents.ts';
import { listGivenCertificateItems } from '#app/_queries/known-certificates.ts';
import { scanItem } from '#app/_queries/scan-item.ts';
import { findScan, isScanWaiting } from '#app/_queries/scans.ts';
import { tagItems } from '#app/_queries/tag-item.ts';
import { tagStates } from '#app/_queries/tag-states.ts';
import { tlsaItems } from '#app/_queries/tlsa-item.ts';

export const metadata: Metadata = { title: 'Endpoint' };

function relatedItem({ id, target }: RelatedEndpoint): RelatedItem {
  return { id, name: endpointKey(target) };
}

export default async function EndpointPage({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const person = await requirePerson();
  const now = new Date();
  const nowMs = now.getTime();
  const endpoint = await findEndpoint((await params).id, now);
  if (endpoint === null) notFound();
  const [evidence, findings, incidents, changes, openChange, waiting, declared, given, scan, scanning] =
    await Promise.all([
      readEndpointEvidence(endpoint.id, endpoint),
      listFindings({ endpointId: endpoint.id }),
      listOpenIncidentsOf({ endpointId: endpoint.id }),
      listChanges({ scope: { kind: 'endpoint', endpointId: endpoint.id }, after: null, limit: 20 }),
      findOpenChange(database(), { endpointId: endpoint.id, now: nowMs }),
      isProbeWaiting(endpoint.id, now),
      findDeclaration(endpoint.id, now),
      listGivenCertificateItems(endpoint.id),
      findScan(endpoint.id, endpoint),
      isScanWaiting(endpoint.id, now),
    ]);
  const { tone, word } = judgeEndpointItem({ verdict: endpoint.lastVerdict, freshness: endpoint.freshness });
  const stale = endpoint.freshness === 'stale';
  const mayWrite = endpoint.monitored && personMay(person, 'inventory:write');
  const maySign = personMay(person, 'exceptions:sign');
  const observation = evidence?.observation ?? null;
  const checksOf = (address: string | null) =>
    (evidence?.outcomes ?? [])
      .filter((outcome) => outcome.address === address)
      .map((outcome) => ({
        ...outcome,
        holds: findings.some((finding) => finding.code === outcome.code && finding.address === address),
      }));
  const itemsOf = (address: string | null) =>
    findings
      .filter((finding) => finding.address === address)
      .map((finding) => findingItem(finding, endpoint.lastProbedAt));
  const whole = itemsOf(null);
  const wholeChecks = checksOf(null);
  return (
    <>
      <PageHeader
        above={
          <Link href="/endpoints" className="link">
            Endpoints
          </Link>
        }
        title={
          <span className="font-mono">
            <ForeignText text={`${endpoint.host}:${endpoint.port}`} />
          </span>
        }
        actions={
          mayWrite ? (
            <div className="flex flex-wrap items-start gap-3">
              <ActionForm action={scanNowAction} hidden={{ endpointId: endpoint.id }} label="Scan now">
                <SubmitButton pendingText="Asking…">Scan now</SubmitButton>
              </ActionForm>
              <ActionForm action={probeNowAction} hidden={{ endpointId: endpoint.id }} label="Probe now">
                <SubmitButton kind="primary" pendingText="Asking…">
                  Probe now
                </SubmitButton>
              </ActionForm>
            </div>
          ) : null
        }
      >
        <ToneLabel tone={tone} look="chip">
          {word}
        </ToneLabel>
        <span>{findServiceRow(endpoint.service, endpoint.tlsMode)?.title ?? endpoint.service}</span>
        {endpoint.lastProbedAt === null ? null : (
          <span>
            looked at <TimeStamp at={endpoint.lastProbedAt.getTime()} now={nowMs} />
          </span>
        )}
      </PageHeader>
      <div className="space-y-6">
        {waiting || scanning ? <AutoRefresh everyMs={2000} /> : null}
        {endpoint.monitored ? null : (
          <Banner tone="warn">No domain has this endpoint any more: it is not probed. What is below is history.</Banner>
        )}
        {endpoint.freshness === 'stale' && endpoint.monitored && endpoint.lastProbedAt !== null ? (
          <Banner tone="warn">
            <strong>This is old.</strong> Everything below was seen{' '}
            <TimeStamp at={endpoint.lastProbedAt.getTime()} now={nowMs} />; what is true now is not known.
          </Banner>
        ) : null}
        {incidents.length === 0 ? null : (
          <Panel title="Open incidents" flush>
            <IncidentList items={incidents.map(incidentItem)} now={nowMs} />
          </Panel>
        )}
        {openChange === null ? null : (
          <Panel title="An unexpected change" flush>
            <ChangeQuestion item={changeQuestionItem(openChange)} now={nowMs}>
              {personMay(person, 'inventory:write') ? (
                <div className="border-t border-line p-4">
                  <ActionForm
                    action={decideChangeAction}
                    hidden={{ endpointId: endpoint.id, mark: openChange.mark }}
                    label="Your word on this change"
                  >
                    <div className="flex flex-wrap items-end gap-3">
                      <Field label="Note" name="note" maxLength={500} autoComplete="off" placeholder="e.g. a ticket" />
                      <SubmitButton kind="primary" choice={{ name: 'decision', value: 'approved' }}>
                        Approve
                      </SubmitButton>
                      <SubmitButton kind="danger" choice={{ name: 'decision', value: 'rejected' }}>
                        Reject
                      </SubmitButton>
                    </div>
                  </ActionForm>
                </div>
              ) : null}
            </ChangeQuestion>
          </Panel>
        )}
        {whole.length === 0 && wholeChecks.length === 0 ? null : (
          <Panel title="The endpoint as a whole" flush>
            {whole.length === 0 ? null : <FindingList items={whole} now={nowMs} maySign={maySign} />}
            <div className="p-4">
              <CheckList items={wholeChecks} stale={stale} />
            </div>
          </Panel>
        )}
        {observation === null ? (
          <Panel title="Evidence" flush>
            <EmptyState title="Not looked at yet">
              A worker does so within a minute of the endpoint being added.
            </EmptyState>
          </Panel>
        ) : null}
        {observation?.addresses.ok === false ? (
          <Banner tone="unknown">
            The host’s addresses: <ForeignText text={failureText(observation.addresses.failure)} />.
          </Banner>
        ) : null}
        {observation?.sessions.map((session) => {
          const checks = checksOf(session.address);
          const worst = worstVerdict(checks.map((check) => check.verdict));
          return (
            <AddressEvidence
              key={session.address}
              now={nowMs}
              session={session}
              stale={stale}
              failure={session.failure === null ? null : failureText(session.failure)}
              state={
                worst === null
                  ? { tone: 'unknown', word: 'Not judged' }
                  : {
                      tone: stale ? 'unknown' : toneOfVerdict[worst],
                      word: `${stale ? 'Was: ' : ''}${wordOfVerdict[worst]}`,
                    }
              }
              findings={itemsOf(session.address)}
              maySign={maySign}
              checks={checks}
              chain={chainItems(session.tls?.chain ?? [])}
            />
          );
        })}
        {evidence === null || evidence.observation.tlsa === null ? null : (
          <TlsaPanel
            tlsa={evidence.observation.tlsa}
            items={tlsaItems(evidence)}
            stale={stale}
            now={nowMs}
            failure={evidence.observation.tlsa.lookup.ok ? null : failureText(evidence.observation.tlsa.lookup.failure)}
          />
        )}
        {evidence === null ? null : <ScanPanel scan={scan === null ? null : scanItem(scan)} now={nowMs} />}
        {evidence === null ? null : (
          <TagPanel items={tagItems(tagStates(evidence.observation, evidence.context))} stale={stale} />
        )}
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
        {given.length === 0 && !mayWrite ? null : (
          <Panel title="Renewed certificates" flush>
            <GivenCertificates
              endpointId={endpoint.id}
              items={given}
              actions={mayWrite ? { give: giveCertificateAction, forget: forgetCertificateAction } : null}
              now={nowMs}
            />
          </Panel>
        )}
        <Panel title="Domains that use it">
          {endpoint.domains.length === 0 ? (
            <p className="text-muted">None.</p>
          ) : (
            <ul className="flex flex-wrap gap-x-6 gap-y-2">
              {endpoint.domains.map((link) => (
                <li key={link.domain} className="flex items-center gap-2">
                  <Link href={`/domains/${link.domain}`} className="link font-mono text-sm">
                    {link.domain}
                  </Link>
                  <OriginBadge origin={link.origin} />
                </li>
              ))}
            </ul>
          )}
        </Panel>
        {changes.changes.length === 0 ? null : (
          <Panel
            title="What changed, and when"
            flush
            aside={
              <Link href={`/changes?host=${encodeURIComponent(endpoint.host)}`} className="link">
                All changes of this host
              </Link>
            }
          >
            <ChangeList items={changeItems(changes.changes, { here: true })} now={nowMs} />
          </Panel>
        )}
      </div>
    </>
  );
}

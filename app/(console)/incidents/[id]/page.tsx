import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { incidentTimes } from '#lib/incidents/incident-times.ts';
import { ticketJson, ticketMarkdown } from '#lib/incidents/ticket-text.ts';
import { BlastRadius } from '#components/blast-radius.tsx';
import { CommentForm } from '#components/comment-form.tsx';
import { IncidentActions } from '#components/incident-actions.tsx';
import { IncidentAssignForm, IncidentSilenceForm } from '#components/incident-care.tsx';
import { IncidentEvidence } from '#components/incident-evidence.tsx';
import { IncidentFinding } from '#components/incident-finding.tsx';
import { IncidentFix } from '#components/incident-fix.tsx';
import { IncidentImpactNote } from '#components/incident-impact.tsx';
import { IncidentList, MoreIncidents } from '#components/incident-list.tsx';
import { IncidentNumbers } from '#components/incident-numbers.tsx';
import { IncidentSilence } from '#components/incident-silence.tsx';
import { IncidentRoot, IncidentStanding } from '#components/incident-standing.tsx';
import { IncidentTicket } from '#components/incident-ticket.tsx';
import { IncidentTimeline } from '#components/incident-timeline.tsx';
import { TicketRefs } from '#components/ticket-refs.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { VantageList } from '#components/vantage-list.tsx';
import { listPossibleOwners } from '#prisma/commands/tickets.ts';
import { commentAction } from '#app/_actions/comments.ts';
import { assignIncidentAction, silenceIncidentAction } from '#app/_actions/incidents.ts';
import { acknowledgeAction, probeNowAction } from '#app/_actions/operate.ts';
import { endSilenceAction } from '#app/_actions/silences.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { readBlastRadius } from '#app/_queries/blast-radius.ts';
import { database } from '#app/_queries/database.ts';
import { readExternalRefs } from '#app/_queries/external-refs.ts';
import { describe } from '#app/_queries/finding-text.ts';
import { listFindingsOfIncident } from '#app/_queries/findings.ts';
import { readIncidentHistory, readIncidentPast } from '#app/_queries/incident-history.ts';
import { incidentItem } from '#app/_queries/incident-item.ts';
import {
  accountsAtRisk,
  incidentEvidenceItem,
  incidentFindingItem,
  incidentImpactItem,
  readSeenFrom,
} from '#app/_queries/incident-page.ts';
import { findIncidentEndpoint, readIncidentRuns } from '#app/_queries/incident-evidence.ts';
import {
  eventEntries,
  listChangesAround,
  noticeEntries,
  orderTimeline,
  probeEntries,
} from '#app/_queries/incident-timeline.ts';
import { findIncident, type IncidentRecord } from '#app/_queries/incidents.ts';
import { readIncidentSilence } from '#app/_queries/silences.ts';
import { ticketFacts } from '#app/_queries/ticket-facts.ts';
import { listAttached } from '#app/_queries/worst-incidents.ts';

export const metadata: Metadata = { title: 'Incident' };

/** What was seen at the endpoint that it is judged at. Only an incident without one of its own waits for its subjects. */
async function readLooks(
  incident: IncidentRecord,
  { attached, now }: { readonly attached: ReturnType<typeof listAttached>; readonly now: Date },
) {
  const subjects = incident.endpointId === null ? (await attached).subjects.worst : [];
  const endpoint = await findIncidentEndpoint(incident, subjects);
  if (endpoint === null) return { endpoint, runs: { lastGood: null, firstBad: null }, seenFrom: null };
  const [runs, seenFrom] = await Promise.all([
    readIncidentRuns(endpoint),
    readSeenFrom(endpoint, { code: incident.code, now }),
  ]);
  return { endpoint, runs, seenFrom };
}

export default async function IncidentPage({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const person = await requirePerson();
  const incident = await findIncident((await params).id);
  if (incident === null) notFound();
  const today = new Date();
  const now = today.getTime();
  const accounts = accountsAtRisk(incident, person.role);
  const attachedReading = listAttached(incident);
  const [attached, findings, refs, history, past, people, blast, changes, looks, silenced] = await Promise.all([
    attachedReading,
    listFindingsOfIncident(incident),
    readExternalRefs([incident.id]),
    readIncidentHistory(incident.id),
    readIncidentPast(incident),
    listPossibleOwners(database()),
    readBlastRadius(incident, accounts),
    listChangesAround(incident, today),
    readLooks(incident, { attached: attachedReading, now: today }),
    readIncidentSilence(incident, today),
  ]);
  const { subjects, explained } = attached;
  const { endpoint, runs, seenFrom } = looks;
  const over = incident.engineState === 'resolved';
  const text = describe(incident.code, incident.params);
  const impact = incidentImpactItem(incident, person.role);
  const facts = ticketFacts(incident, findings);
  const lastGoodAt = runs.lastGood === null ? null : Math.min(runs.lastGood.to.getTime(), incident.firstSeen.getTime());
  const times = incidentTimes({
    lastGoodAt,
    firstSeen: incident.firstSeen.getTime(),
    openedAt: incident.openedAt?.getTime() ?? null,
    acknowledgedAt: past.firstAcknowledgedAt?.getTime() ?? null,
    resolvedAt: incident.resolvedAt?.getTime() ?? null,
  });
  const timeline = orderTimeline(
    eventEntries(history.events),
    noticeEntries(history.notices),
    probeEntries(incident, runs),
    changes,
  );
  const mayAcknowledge = personMay(person, 'incidents:ack');
  const maySilence = !over && personMay(person, 'incidents:silence');
  return (
    <>
      <PageHeader
        above={
          <Link href="/incidents" className="link">
            Incidents
          </Link>
        }
        title={<ForeignText text={incident.title} maxLength={200} />}
        actions={
          <IncidentActions
            incidentId={incident.id}
            probe={
              incident.endpointId !== null && !over && personMay(person, 'inventory:write')
                ? { endpointId: incident.endpointId, action: probeNowAction }
                : null
            }
            maySilence={maySilence}
            acknowledge={incident.engineState === 'firing' && mayAcknowledge ? acknowledgeAction : null}
          />
        }
      >
        <IncidentStanding
          now={now}
          item={{
            ...{ state: incident.engineState, severity: incident.severity, accounts, unstable: incident.unstable },
            ...{ instance: incident.instance, owner: incident.owner ?? incident.acknowledgedBy },
            firstSeen: incident.firstSeen.getTime(),
            resolvedAt: incident.resolvedAt?.getTime() ?? null,
            previous:
              past.previous === null
                ? null
                : { id: past.previous.id, resolvedAt: past.previous.resolvedAt?.getTime() ?? null },
          }}
        />
      </PageHeader>
      {silenced === null ? null : (
        <IncidentSilence {...silenced} now={now} end={maySilence ? endSilenceAction : null} />
      )}
      {incident.root === null || over ? null : <IncidentRoot root={incident.root} isSubject={incident.isSubject} />}
      <div className="grid gap-6 xl:grid-cols-[3fr_2fr]">
        <div className="min-w-0 space-y-6">
          {over ? (
            <Panel title="How it went">
              <IncidentNumbers times={times} />
            </Panel>
          ) : null}
          <Panel title="What was found">
            <IncidentFinding item={incidentFindingItem(incident, { text, findings })} now={now} />
          </Panel>
          <Panel title="What it means for your customers">
            <p className="max-w-prose">
              <ForeignText text={text.meaning} maxLength={2000} />
            </p>
            {impact === null ? null : (
              <div className="mt-3">
                <IncidentImpactNote impact={impact} />
              </div>
            )}
            <p className="mt-3 text-sm">
              <Link href={`/support/notice?incident=${incident.id}`} className="link inline-flex min-h-6 items-center">
                A text for customers
              </Link>
            </p>
          </Panel>
          <Panel title="What to do">
            <IncidentFix code={incident.code} fix={text.fix} refs={text.refs} commands={facts.commands} />
          </Panel>
          <Panel title="What hangs on it">
            <BlastRadius item={blast} />
          </Panel>
          {endpoint === null ? null : (
            <Panel title="Before and after" flush>
              <IncidentEvidence item={incidentEvidenceItem(runs, { incident, endpoint })} now={now} />
            </Panel>
          )}
          {incident.subjects.length === 0 && subjects.total === 0 ? null : (
            <Panel
              title={over ? 'Where it was' : 'Where it is'}
              aside={String(subjects.total === 0 ? incident.subjects.length : subjects.total)}
              flush
            >
              {subjects.total === 0 ? (
                <p className="p-4 font-mono text-sm">
                  <ForeignText text={incident.subjects.join(', ')} maxLength={4000} />
                </p>
              ) : (
                <IncidentList items={subjects.worst.map(incidentItem)} now={now} />
              )}
              <MoreIncidents count={subjects.total - subjects.worst.length} />
            </Panel>
          )}
          {explained.total === 0 ? null : (
            <Panel title="What comes from it" aside={String(explained.total)} flush>
              <p className="px-4 pt-3 text-sm text-muted">
                {over
                  ? 'Nobody was told of these while it lasted.'
                  : 'Nobody is told of these while it lasts. What is still there afterwards is told then.'}
              </p>
              <IncidentList
                items={explained.worst.map((one) => ({ ...incidentItem(one), explainedBy: null }))}
                now={now}
              />
              <MoreIncidents count={explained.total - explained.worst.length} />
            </Panel>
          )}
        </div>
        <div className="min-w-0 space-y-6">
          {over || !mayAcknowledge || incident.root !== null ? null : (
            <Panel title="Who takes care">
              <IncidentAssignForm
                action={assignIncidentAction}
                incidentId={incident.id}
                owner={incident.owner}
                people={people}
              />
            </Panel>
          )}
          {seenFrom === null ? null : (
            <Panel title="Seen from">
              <VantageList items={seenFrom} now={now} />
            </Panel>
          )}
          <Panel title="What happened">
            <IncidentTimeline entries={timeline} now={now} />
          </Panel>
          <Panel title="Tickets and comments">
            <div className="space-y-4">
              <TicketRefs
                now={now}
                items={(refs.get(incident.id) ?? []).map((ref) => ({ ...ref, updatedAt: ref.updatedAt.getTime() }))}
              />
              {mayAcknowledge ? <CommentForm action={commentAction} incidentId={incident.id} /> : null}
            </div>
          </Panel>
          <Panel title="Copy as a ticket">
            <IncidentTicket incidentId={incident.id} markdown={ticketMarkdown(facts)} json={ticketJson(facts)} />
          </Panel>
          {maySilence ? (
            <section id="silence">
              <Panel title="Silence it">
                <IncidentSilenceForm action={silenceIncidentAction} incidentId={incident.id} />
              </Panel>
            </section>
          ) : null}
        </div>
      </div>
    </>
  );
}

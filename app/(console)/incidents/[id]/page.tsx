import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { readAcceptance } from '#lib/model/acceptance.ts';
import type { Role } from '#lib/model/role.ts';
import { reproduce } from '#lib/reproduce/reproduce.ts';
import { IncidentImpactNote, type IncidentImpactItem } from '#components/incident-impact.tsx';
import { IncidentList } from '#components/incident-list.tsx';
import { CommentForm } from '#components/comment-form.tsx';
import { NoticeTable } from '#components/notice-table.tsx';
import { TicketRefs } from '#components/ticket-refs.tsx';
import { Timeline } from '#components/timeline.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { AcceptanceNote } from '#components/acceptance-note.tsx';
import { CommandList } from '#components/command-list.tsx';
import { packLine } from '#components/pack-words.ts';
import { Banner } from '#components/ui/banner.tsx';
import { buttonLook } from '#components/ui/button-look.ts';
import { Facts } from '#components/ui/facts.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { ToneLabel } from '#components/ui/tone-label.tsx';
import { toneOfSeverity, wordOfSeverity } from '#components/ui/tone.ts';
import { commentAction } from '#app/_actions/comments.ts';
import { acknowledgeAction, probeNowAction } from '#app/_actions/operate.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { eventText, reasonText } from '#app/_queries/event-words.ts';
import { readExternalRefs } from '#app/_queries/external-refs.ts';
import { describe } from '#app/_queries/finding-text.ts';
import { listFindingsOfIncident } from '#app/_queries/findings.ts';
import { readIncidentHistory } from '#app/_queries/incident-history.ts';
import type { IncidentRecord } from '#app/_queries/incidents.ts';
import { findIncident, listAttached } from '#app/_queries/incidents.ts';
import { incidentItem } from '#app/_queries/incident-item.ts';
import { showCount } from '#app/_queries/show-count.ts';

export const metadata: Metadata = { title: 'Incident' };

const stateWords: Readonly<Record<IncidentRecord['engineState'], string>> = {
  firing: 'Open',
  acknowledged: 'Acknowledged',
  recovering: 'Looks better, being confirmed',
  resolved: 'Resolved',
};

export default async function IncidentPage({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const person = await requirePerson();
  const incident = await findIncident((await params).id);
  if (incident === null) notFound();
  const now = new Date().getTime();
  const [{ events, notices }, findings, { subjects, explained }, refs] = await Promise.all([
    readIncidentHistory(incident.id),
    listFindingsOfIncident(incident),
    listAttached(incident),
    readExternalRefs([incident.id]),
  ]);
  // What holds now tells most; of an incident that is over, what it was about.
  const packs = findings.find((finding) => finding.packs !== null)?.packs ?? null;
  const acceptance = readAcceptance(incident.params);
  // Of one of its addresses: the others differ in nothing else.
  const commands = findings.slice(0, 1).flatMap(reproduce);
  const text = describe(incident.code, incident.params);
  const over = incident.engineState === 'resolved';
  const many = incident.subjects.length > 1 ? `${incident.subjects.length} places, listed below` : null;
  const place = many ?? (incident.port === null ? incident.host : `${incident.host}:${incident.port}`);
  const page = pageOf(incident);
  const impact = impactItem(incident, person.role);
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
          <>
            {incident.endpointId !== null && !over && personMay(person, 'inventory:write') ? (
              <ActionForm action={probeNowAction} hidden={{ endpointId: incident.endpointId }} label="Probe now">
                <SubmitButton pendingText="Asking…">Probe now</SubmitButton>
              </ActionForm>
            ) : null}
            {!over && personMay(person, 'incidents:silence') ? (
              <Link href={`/silences/new?incident=${incident.id}`} className={buttonLook('plain')}>
                Silence
              </Link>
            ) : null}
            {incident.engineState === 'firing' && personMay(person, 'incidents:ack') ? (
              <ActionForm action={acknowledgeAction} hidden={{ incidentId: incident.id }} label="Acknowledge">
                <SubmitButton kind="primary" pendingText="Acknowledging…">
                  Acknowledge
                </SubmitButton>
              </ActionForm>
            ) : null}
          </>
        }
      >
        <ToneLabel tone={over ? 'ok' : toneOfSeverity[incident.severity]} look="chip">
          {over ? 'Resolved' : wordOfSeverity[incident.severity]}
        </ToneLabel>
        {over ? null : <span>{stateWords[incident.engineState]}</span>}
        <span>
          since <TimeStamp at={incident.firstSeen.getTime()} now={now} />
        </span>
        {incident.unstable ? (
          <span>Comes and goes: it stays open until it was gone for half an hour, and is told once.</span>
        ) : null}
      </PageHeader>
      {incident.root === null || over ? null : (
        <div className="mb-6">
          <Banner tone="info">
            {incident.isSubject ? 'One of the places of' : 'Probably comes from'}{' '}
            <Link href={`/incidents/${incident.root.id}`} className="link">
              <ForeignText text={incident.root.title} maxLength={200} />
            </Link>
            .{' '}
            {incident.isSubject
              ? 'Alerts and acknowledgements are about that incident.'
              : 'Nobody is told of this one while that lasts. If it is still there afterwards, it is told then.'}
          </Banner>
        </div>
      )}
      <div className="grid gap-6 xl:grid-cols-[3fr_2fr]">
        <div className="min-w-0 space-y-6">
          <Panel title="What was found">
            <Facts
              facts={[
                { name: 'Expected', value: <ForeignText text={text.expected} /> },
                { name: 'Got', value: <ForeignText text={text.got} /> },
                ...(packs === null ? [] : [{ name: 'By rules', value: packLine(packs) }]),
                ...(acceptance === null
                  ? []
                  : [{ name: 'Exception', value: <AcceptanceNote acceptance={acceptance} now={now} /> }]),
                {
                  name: incident.endpointId !== null ? 'Endpoint' : incident.zoneName !== null ? 'Zone' : 'Where',
                  value:
                    page === null ? (
                      <span className="font-mono text-sm">
                        <ForeignText text={place} />
                      </span>
                    ) : (
                      <Link href={page} className="link font-mono text-sm">
                        <ForeignText text={place} />
                      </Link>
                    ),
                },
                ...(incident.affected.length === 0
                  ? []
                  : [
                      {
                        name: 'Addresses',
                        value: (
                          <span className="font-mono text-sm">
                            <ForeignText text={incident.affected.join(', ')} maxLength={2000} />
                          </span>
                        ),
                      },
                    ]),
                { name: 'Last seen', value: <TimeStamp at={incident.lastSeen.getTime()} now={now} /> },
                ...(incident.acknowledgedBy === null || incident.acknowledgedAt === null
                  ? []
                  : [
                      {
                        name: 'Taken by',
                        value: (
                          <>
                            <ForeignText text={incident.acknowledgedBy} maxLength={200} />,{' '}
                            <TimeStamp at={incident.acknowledgedAt.getTime()} now={now} />
                          </>
                        ),
                      },
                    ]),
                ...(incident.resolvedAt === null
                  ? []
                  : [
                      {
                        name: 'Resolved',
                        value: (
                          <>
                            <TimeStamp at={incident.resolvedAt.getTime()} now={now} />
                            {incident.resolution === null ? null : <>, {incident.resolution}</>}
                          </>
                        ),
                      },
                    ]),
              ]}
            />
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
          </Panel>
          <Panel title="What to do">
            <p className="max-w-prose">
              <ForeignText text={text.fix} maxLength={2000} />
            </p>
            {commands.length === 0 ? null : (
              <div className="mt-4">
                <h3 className="mb-1.5 text-sm font-medium">See for yourself</h3>
                <CommandList commands={commands} />
              </div>
            )}
            <p className="mt-3 text-xs text-muted">
              <Link href={`/findings/${incident.code}`} className="link font-mono">
                {incident.code}
              </Link>
              {text.refs.map((ref) => ` · ${ref}`)}
            </p>
          </Panel>
          {incident.subjects.length === 0 ? null : (
            <Panel title={over ? 'Where it was' : 'Where it is'} aside={String(incident.subjects.length)} flush>
              {subjects.length === 0 ? (
                <p className="p-4 font-mono text-sm">
                  <ForeignText text={incident.subjects.join(', ')} maxLength={4000} />
                </p>
              ) : (
                <IncidentList items={subjects.map(incidentItem)} now={now} />
              )}
            </Panel>
          )}
          {explained.length === 0 ? null : (
            <Panel title="What comes from it" aside={String(explained.length)} flush>
              <p className="px-4 pt-3 text-sm text-muted">
                {over
                  ? 'Nobody was told of these while it lasted.'
                  : 'Nobody is told of these while it lasts. What is still there afterwards is told then.'}
              </p>
              <IncidentList items={explained.map((one) => ({ ...incidentItem(one), explainedBy: null }))} now={now} />
            </Panel>
          )}
        </div>
        <div className="min-w-0 space-y-6">
          <Panel title="Alerts" flush>
            <NoticeTable
              now={now}
              items={notices.map((notice) => ({
                id: notice.id,
                reason: reasonText(notice.reason),
                routeName: notice.route.name,
                digest: notice.digest,
                held: notice.held,
                overflowed: notice.overflowed,
                createdAt: notice.createdAt.getTime(),
                sentAt: notice.sentAt?.getTime() ?? null,
                givenUpAt: notice.givenUpAt?.getTime() ?? null,
                attempts: notice.attempts,
                lastError: notice.lastError,
              }))}
            />
          </Panel>
          <Panel title="Tickets and comments">
            <div className="space-y-4">
              <TicketRefs
                now={now}
                items={(refs.get(incident.id) ?? []).map((ref) => ({ ...ref, updatedAt: ref.updatedAt.getTime() }))}
              />
              {personMay(person, 'incidents:ack') ? (
                <CommentForm action={commentAction} incidentId={incident.id} />
              ) : null}
            </div>
          </Panel>
          <Panel title="What happened">
            {events.length === 0 ? (
              <p className="text-muted">Nothing was noted yet.</p>
            ) : (
              <Timeline
                now={now}
                entries={events.map(({ id, kind, at, actor, note }) => ({
                  id,
                  text: eventText(kind),
                  at: at.getTime(),
                  actor,
                  note,
                }))}
              />
            )}
          </Panel>
        </div>
      </div>
    </>
  );
}

function impactItem({ impact }: IncidentRecord, role: Role): IncidentImpactItem | null {
  if (impact === null) return null;
  const { tags, breaks, atRisk, unknownShare } = impact;
  return {
    ...{ tags, unknownShare, nobody: breaks + atRisk === 0 },
    breaks: showCount(breaks, role),
    atRisk: showCount(atRisk, role),
  };
}

/** The page of what it is about; null where that is gone or has none. */
function pageOf({ endpointId, zoneName }: IncidentRecord): string | null {
  if (endpointId !== null) return `/endpoints/${endpointId}`;
  return zoneName === null ? null : `/zones/${encodeURIComponent(zoneName)}`;
}

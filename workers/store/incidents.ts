import { z } from 'zod';
import type { Transaction } from '#prisma/client.ts';
import { releaseExplained } from '#prisma/commands/incident-causes.ts';
import type { IncidentDecision, KnownIncident } from '#lib/incidents/decide.ts';
import { causeRow, rankOf } from '#lib/incidents/causes.ts';
import { placesOf, type Explainer } from '#lib/incidents/explain.ts';
import { placeDecisions, readPlaces, type Placed, type Placement } from '#lib/incidents/place-decisions.ts';
import type { CauseDecision } from '#lib/incidents/shared-cause.ts';
import { incidentDedupKey, type IncidentProgress, type IncidentSubject } from '#lib/model/incident.ts';
import type { NoticePayload } from '#lib/model/notice.ts';
import { storableJson } from '#lib/model/stored-text.ts';
import { findFinding } from '#lib/checks/registry.ts';
import { loadCauses, loadExplainers, loadStanding } from './incident-context.ts';
import { measureImpact } from './incident-impact.ts';
import { adopt } from './incident-moves.ts';
import { incidentRow, readProgress } from './incident-rows.ts';
import { enqueueNotice } from './notices.ts';
import { saveIncident } from './save-incident.ts';
import type { SpanOwner } from './spans.ts';
import { createUlid } from './ulid.ts';

/**
 * Living incidents of a subject, and the last one of each code that this run judged. Locked until the transaction ends:
 * a person who acknowledges meanwhile waits.
 */
export async function loadIncidents(
  tx: Transaction,
  wanted: SpanOwner & { readonly subject: IncidentSubject; readonly codes: readonly string[] },
): Promise<readonly KnownIncident[]> {
  const keys = [...new Set(wanted.codes)].map((code) => incidentDedupKey(wanted.subject, code));
  const found = await tx.$queryRaw`
    SELECT id, code, instance, host, state, severity, params, affected, found_runs, clean_runs, first_seen, last_seen,
      opened_at, acknowledged_at, resolved_at, resolution, unstable_since, root_id, cause
    FROM incident WHERE id IN (
      SELECT latest.id FROM unnest(${keys}::text[]) AS wanted(dedup_key) CROSS JOIN LATERAL (
        SELECT id FROM incident WHERE incident.dedup_key = wanted.dedup_key ORDER BY instance DESC LIMIT 1
      ) AS latest
      UNION
      SELECT id FROM incident WHERE state IN ('suspect', 'firing', 'acknowledged', 'recovering')
        AND (endpoint_id = ${wanted.endpointId} OR domain_id = ${wanted.domainId} OR zone_id = ${wanted.zoneId})
    ) ORDER BY id FOR UPDATE`;
  const rows = z.array(incidentRow).parse(found);
  const progress = await readProgress(tx, rows);
  return rows.flatMap(({ id, code, instance }) => {
    const state = progress.get(id);
    return state === undefined ? [] : [{ id, code, instance, progress: state }];
  });
}

type Run = SpanOwner & {
  readonly decisions: readonly IncidentDecision[];
  /** Where the worker stands that looked; absent: nobody looked. */
  readonly vantage?: string;
  readonly now: number;
};

/**
 * Writes what a run decided: incidents, what they share or hang under, their history, and the messages about them.
 * Messages come last: until then others wait for the causes that this run holds, and never the other way round.
 */
export async function saveDecisions(tx: Transaction, run: Run): Promise<void> {
  const { decisions, now } = run;
  if (decisions.length === 0) return;
  const vantage = run.vantage ?? null;
  const standing = await loadStanding(tx, decisions);
  const causes = await loadCauses(tx, { decisions, standing });
  const explainers = decisions.some(({ step }) => isOpen(step.next))
    ? await loadExplainers(tx, { decisions, causes, vantage })
    : [];
  const placement = placeDecisions({
    ...{ decisions, standing, causes, explainers, vantage, findFinding, now },
    newId: () => createUlid(now),
  });
  // What explains another comes first: its row has to be there.
  const inOrder = placement.causes.toSorted((a, b) => rankOf(a.decision.code) - rankOf(b.decision.code));
  for (const placed of inOrder) await saveCause(tx, { placed, now });
  for (const placed of placement.decisions) await saveDecision(tx, { placed, run });
  for (const explainer of newExplainers(placement)) await adopt(tx, { explainer, now });
  const ended = [...placement.causes, ...placement.decisions].filter(({ decision }) => hasEnded(decision));
  await releaseExplained(tx, { rootIds: ended.map(({ decision }) => decision.id), now });
  const notices: NoticePayload[] = [];
  for (const placed of placement.causes)
    notices.push(...(await complete(tx, { placed, places: causePlaces(placed), now })));
  for (const placed of placement.decisions) {
    const places = { hosts: [placed.decision.host], isZone: run.zoneId !== null };
    notices.push(...(await complete(tx, { placed, places, now })));
  }
  for (const notice of notices) await enqueueNotice(tx, notice);
}

interface Hosts {
  readonly hosts: readonly string[];
  readonly isZone: boolean;
}

function causePlaces({ decision }: Placed<CauseDecision>): Hosts {
  return { hosts: [...new Set(readPlaces(decision.step.next.affected).map(({ host }) => host))], isZone: false };
}

/** A message with whom it hits and what it explains, or nothing. What waits already learns of new subjects. */
async function complete(
  tx: Transaction,
  about: {
    readonly placed: Placed<IncidentDecision | CauseDecision>;
    readonly places: Hosts;
    readonly now: number;
  },
): Promise<readonly NoticePayload[]> {
  const { placed, places, now } = about;
  const { decision } = placed;
  const { id, code, notice, step } = decision;
  const grown = 'added' in decision && decision.added.length + decision.removed.length > 0 && placed.rootId === null;
  if (step.next === null || (notice === null && !grown)) return [];
  const explains = await countExplained(tx, decision);
  if (notice?.reason === 'resolved') return [{ ...notice, explains }];
  const impact = await measureImpact(tx, { broken: { code, params: step.next.params, ...places }, now });
  if (impact !== null) await tx.incident.update({ where: { id }, data: { impact } });
  if (notice !== null) return [{ ...notice, explains, impact }];
  const news = storableJson({ subjects: step.next.affected, title: decision.title, explains, impact });
  await tx.$executeRaw`
    UPDATE notice SET payload = payload || ${news}::jsonb WHERE id IN (
      SELECT id FROM notice WHERE incident_id = ${id} AND sent_at IS NULL AND reason <> 'resolved'
      FOR NO KEY UPDATE SKIP LOCKED)`;
  return [];
}

async function countExplained(tx: Transaction, { id, ...decision }: IncidentDecision | CauseDecision): Promise<number> {
  const cause = 'cause' in decision ? decision.cause : null;
  return tx.incident.count({
    where: {
      rootId: id,
      state: { in: ['firing', 'acknowledged', 'recovering'] },
      NOT: cause === null ? [] : { cause },
    },
  });
}

/** What explains more than before. What is at the same endpoint was looked at by the same run, and hangs there already. */
function newExplainers({ decisions, causes }: Placement): readonly Explainer[] {
  const own = decisions.flatMap(({ decision, cause }): readonly Explainer[] => {
    const { id, code, subject, before, step } = decision;
    if (cause !== null || isOpen(before) || !isOpen(step.next)) return [];
    const vantage = subject.kind === 'vantage' ? subject.vantage : null;
    return [{ code, severity: step.next.severity, places: placesOf(subject), vantage, rootId: id }];
  });
  const shared = causes.flatMap(({ decision }): readonly Explainer[] => {
    const { id, code, before, step, added } = decision;
    if (!isOpen(step.next) || (isOpen(before) && added.length === 0)) return [];
    const { severity, affected } = step.next;
    return [{ code, severity, places: readPlaces(affected), vantage: null, rootId: id }];
  });
  return [...own, ...shared].filter(({ code }) => {
    const { explains, level } = causeRow(code);
    return explains === 'later' || level === 'zone';
  });
}

function isOpen(progress: IncidentProgress | null): progress is IncidentProgress {
  return progress !== null && progress.state !== 'suspect' && progress.state !== 'resolved';
}

function hasEnded({ before, step }: IncidentDecision | CauseDecision): boolean {
  return isOpen(before) && !isOpen(step.next);
}

async function saveDecision(
  tx: Transaction,
  { placed, run }: { readonly placed: Placed<IncidentDecision>; readonly run: Run },
): Promise<void> {
  const { decision } = placed;
  const { id, subject, step } = decision;
  if (step.next === null) {
    if (!decision.isNew) await tx.incident.deleteMany({ where: { id } });
    return;
  }
  const { endpointId, domainId, zoneId, now } = run;
  const vantage = subject.kind === 'vantage' ? subject.vantage : null;
  await saveIncident(tx, { placed, next: step.next, owner: { endpointId, domainId, zoneId, vantage }, now });
  const { severity, affected, resolution } = step.next;
  const data = { severity, affected: [...affected], from: decision.before?.severity ?? null, resolution };
  await note(tx, { id, events: step.event === null ? [] : [{ kind: step.event, data }], now });
  await noteMove(tx, { placed, now });
}

const maxSubjectEvents = 100;

async function saveCause(
  tx: Transaction,
  { placed, now }: { readonly placed: Placed<CauseDecision>; readonly now: number },
): Promise<void> {
  const { id, step, before, added, removed, becameUnstable } = placed.decision;
  const owner = { endpointId: null, domainId: null, zoneId: null, vantage: null };
  await saveIncident(tx, { placed, next: step.next, owner, now });
  const { severity, affected, resolution } = step.next;
  const data = { severity, affected: [...affected], from: before?.severity ?? null, resolution };
  const subjects = [
    ...added.map((subject) => ({ kind: 'subject-added', data: { subject } })),
    ...removed.map((subject) => ({ kind: 'subject-removed', data: { subject } })),
  ];
  await note(tx, {
    id,
    events: [
      ...(step.event === null ? [] : [{ kind: step.event, data }]),
      ...subjects.slice(0, maxSubjectEvents),
      ...(becameUnstable ? [{ kind: 'unstable', data }] : []),
    ],
    now,
  });
  await noteMove(tx, { placed, now });
}

interface NewEvent {
  readonly kind: string;
  readonly data: Readonly<Record<string, string | string[] | null>>;
}

async function note(
  tx: Transaction,
  { id, events, now }: { readonly id: string; readonly events: readonly NewEvent[]; readonly now: number },
): Promise<void> {
  if (events.length === 0) return;
  await tx.incidentEvent.createMany({
    data: events.map((event) => ({ incidentId: id, at: new Date(now), actor: 'latchwatch', ...event })),
  });
}

async function noteMove(
  tx: Transaction,
  { placed, now }: { readonly placed: Placed<IncidentDecision | CauseDecision>; readonly now: number },
): Promise<void> {
  const { decision, rootId, moved } = placed;
  if (moved === null) return;
  await note(tx, { id: decision.id, events: [{ kind: moved, data: { root: rootId } }], now });
}

import type { FindingDefinition } from '../checks/check.ts';
import { causeKey, causeRow } from './causes.ts';
import type { IncidentDecision } from './decide.ts';
import { placesOf, placeText, rootOf, type Explainer, type Place } from './explain.ts';
import { causeIdentity, type IncidentProgress } from '../model/incident.ts';
import { stepCause, type CauseDecision, type KnownCause, type Member } from './shared-cause.ts';

/** Where an incident hung before a run. */
export interface Standing {
  readonly rootId: string | null;
  readonly cause: string | null;
}

/** A shared cause that a run may touch, as it is kept. */
export interface KeptCause {
  readonly code: string;
  readonly cause: string;
  readonly known: KnownCause | null;
  readonly rootId: string | null;
  /** Its open members, without those that the run decides about. */
  readonly members: readonly Member[];
}

/** Where an incident hangs after a run. Attached, it is silent: but that it ended is told where it was told of. */
export interface Placed<T> {
  readonly decision: T;
  readonly cause: string | null;
  readonly rootId: string | null;
  readonly moved: 'attached' | 'detached' | null;
}

export interface Placement {
  readonly decisions: readonly Placed<IncidentDecision>[];
  readonly causes: readonly Placed<CauseDecision>[];
}

interface PlaceInput {
  readonly decisions: readonly IncidentDecision[];
  /** Of the incidents that are kept already, by id. */
  readonly standing: ReadonlyMap<string, Standing>;
  readonly causes: readonly KeptCause[];
  /** Open incidents that may explain others, without those that the run decides about. */
  readonly explainers: readonly Explainer[];
  /** Where the worker stands. */
  readonly vantage: string | null;
  readonly findFinding: (code: string) => FindingDefinition | null | undefined;
  readonly newId: () => string;
  readonly now: number;
}

const nowhere: Standing = { rootId: null, cause: null };

/**
 * Who speaks: an incident of a shared cause is a subject of the one incident that its subjects share, what another
 * explains hangs under that, and both are silent. Pure: the world is in what was loaded.
 */
export function placeDecisions(input: PlaceInput): Placement {
  const causes = new Map(input.causes.map((kept) => [keyOf(kept), stepKept(input, kept)]));
  const shared = [...causes.values()];
  const members = input.decisions.map((decision) => ({ decision, cause: causeOf(input, decision) }));
  const open = members.flatMap(({ decision, cause }) => {
    const { next } = decision.step;
    if (!isOpen(next)) return [];
    const rootId =
      cause === null ? decision.id : (causes.get(keyOf({ code: decision.code, cause }))?.id ?? decision.id);
    const { severity } = next;
    const { code, subject } = decision;
    const vantage = subject.kind === 'vantage' ? subject.vantage : input.vantage;
    return [{ code, severity, places: placesOf(subject), vantage, rootId }];
  });
  const ended = new Set([
    ...input.decisions.flatMap(({ id, step }) => (isOpen(step.next) ? [] : [id])),
    ...shared.flatMap(({ id, progress }) => (isOpen(progress) ? [] : [id ?? ''])),
  ]);
  const explainers = [...input.explainers, ...open].filter(({ rootId }) => !ended.has(rootId));
  return {
    decisions: members.map(({ decision, cause }) => {
      const share = cause === null ? undefined : causes.get(keyOf({ code: decision.code, cause }));
      const before = input.standing.get(decision.id) ?? nowhere;
      const { code, subject, step } = decision;
      if (!isOpen(step.next)) return end(decision, before);
      if (cause !== null && share?.id !== undefined && isOpen(share.progress)) {
        // A member is told of as a subject, never by itself.
        return { decision: silent(decision), cause, rootId: share.id, moved: null };
      }
      const suspect = { code, severity: step.next.severity, places: placesOf(subject), vantage: input.vantage };
      return hang(decision, { before, cause, rootId: rootOf(suspect, explainers) });
    }),
    causes: shared.flatMap(({ decision, kept }) => {
      if (decision === null) return [];
      const { cause, code } = decision;
      const before = { rootId: decision.isNew ? null : kept.rootId, cause };
      const { next } = decision.step;
      if (!isOpen(next)) return [end(decision, before)];
      const suspect = { code, severity: next.severity, places: readPlaces(next.affected), vantage: input.vantage };
      return [hang(decision, { before, cause, rootId: rootOf(suspect, explainers) })];
    }),
  };
}

/** The causes that a run may touch: those that its incidents have now, and those that they had. */
export function touchedCauses({
  decisions,
  standing,
}: Pick<PlaceInput, 'decisions' | 'standing'>): readonly { readonly code: string; readonly cause: string }[] {
  const touched = decisions.flatMap((decision) => {
    const before = standing.get(decision.id)?.cause ?? null;
    return [before, causeOf({ standing }, decision)].flatMap((cause) =>
      cause === null ? [] : [{ code: decision.code, cause }],
    );
  });
  return [...new Map(touched.map((one) => [keyOf(one), one])).values()];
}

function stepKept(input: PlaceInput, kept: KeptCause) {
  const { code, cause, known } = kept;
  const own = input.decisions.filter((decision) => decision.code === code);
  const joined = own.filter((decision) => isOpen(decision.step.next) && causeOf(input, decision) === cause);
  const left = own.filter((decision) => !joined.includes(decision) && input.standing.get(decision.id)?.cause === cause);
  const decision = stepCause({
    ...{ code, cause, known },
    members: [...kept.members, ...joined.flatMap((one) => memberOf(one, one.step.next))],
    left: left.flatMap((one) => memberOf(one, one.before)),
    resolution: left.flatMap(({ step }) => step.next?.resolution ?? []).at(-1) ?? 'no place of it is left',
    definition: input.findFinding(code) ?? null,
    newId: input.newId,
    now: input.now,
  });
  return { kept, decision, id: decision?.id ?? known?.id, progress: decision?.step.next ?? known?.progress ?? null };
}

function memberOf({ id, subject }: IncidentDecision, progress: IncidentProgress | null): readonly Member[] {
  return progress === null ? [] : [{ id, subject, progress }];
}

/**
 * What an incident shares with others, as it was when it opened: where certificates are shown in turn it must not move with
 * each run. One that people were told of by itself, before incidents had shared causes, stays by itself until it ends.
 */
function causeOf({ standing }: Pick<PlaceInput, 'standing'>, decision: IncidentDecision): string | null {
  const { id, code, host, before, step } = decision;
  if (!isOpen(step.next) || causeRow(code).sharedBy === undefined) return null;
  const cause = isOpen(before) ? (standing.get(id)?.cause ?? null) : null;
  const alone = isOpen(before) && before.toldSeverity !== null;
  return cause ?? (alone ? null : causeKey({ code, host, params: step.next.params }));
}

function hang<T extends IncidentDecision | CauseDecision>(
  decision: T,
  place: { readonly before: Standing; readonly cause: string | null; readonly rootId: string | null },
): Placed<T> {
  const { before, cause, rootId } = place;
  // What begins anew hangs nowhere yet; and what a member hung under was no explanation.
  const stays = isOpen(decision.before) && (before.cause === null || before.cause === cause);
  const was = stays ? before.rootId : null;
  if (rootId === null) return { decision, cause, rootId, moved: was === null ? null : 'detached' };
  return { decision: silent(decision), cause, rootId, moved: was === rootId ? null : 'attached' };
}

/** What people were told of ends under its own name, wherever it hung. */
function end<T extends IncidentDecision | CauseDecision>(decision: T, { rootId, cause }: Standing): Placed<T> {
  return { decision, cause, rootId: decision.notice === null ? rootId : null, moved: null };
}

function silent<T extends IncidentDecision | CauseDecision>(decision: T): T {
  return { ...decision, notice: null };
}

function isOpen(progress: IncidentProgress | null): progress is IncidentProgress {
  return progress !== null && progress.state !== 'suspect' && progress.state !== 'resolved';
}

function keyOf({ code, cause }: { readonly code: string; readonly cause: string }): string {
  return causeIdentity(code, cause).dedupKey;
}

/** Reads `host:port` back. */
export function readPlaces(subjects: readonly string[]): readonly Place[] {
  return subjects.map((text) => {
    const [, host, port] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
    const place = host === undefined ? { host: text, port: null } : { host, port: Number(port) };
    return placeText(place) === text ? place : { host: text, port: null };
  });
}

import type { FindingDefinition } from '../checks/check.ts';
import { severityNumber } from '../model/finding.ts';
import { causeIdentity, type IncidentProgress, type IncidentSubject } from '../model/incident.ts';
import type { NoticePayload } from '../model/notice.ts';
import { describeService, incidentText, maxTitleCharacters, type KnownIncident } from './decide.ts';
import { placesOf, placeText } from './explain.ts';
import { stepIncident, type IncidentPolicy, type IncidentStep, type Observed } from './step.ts';

/** A subject that shows a shared cause, as its own incident stands. */
export interface Member {
  readonly id: string;
  readonly subject: IncidentSubject;
  readonly progress: IncidentProgress;
}

/** What to write about an incident that several subjects share. */
export interface CauseDecision {
  readonly id: string;
  readonly isNew: boolean;
  readonly code: string;
  readonly cause: string;
  readonly instance: number;
  readonly fingerprint: string;
  readonly dedupKey: string;
  readonly host: string;
  readonly title: string;
  readonly before: IncidentProgress | null;
  readonly step: IncidentStep & { readonly next: IncidentProgress };
  /** One of its members comes and goes since this run. */
  readonly becameUnstable: boolean;
  /** Of its subjects, each `host:port`. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly notice: NoticePayload | null;
}

/** The latest incident of a cause. */
export interface KnownCause extends KnownIncident {
  readonly host: string;
}

interface CauseInput {
  readonly code: string;
  readonly cause: string;
  readonly known: KnownCause | null;
  /** Every open incident of the cause after this run. */
  readonly members: readonly Member[];
  /** Those that this run ended or moved to another cause, as they were. */
  readonly left: readonly Member[];
  /** Why the last of them ended. */
  readonly resolution: string;
  readonly definition: FindingDefinition | null;
  readonly newId: () => string;
  readonly now: number;
}

const shownServices = 4;

/**
 * The incident that all subjects of one cause share: it opens with the first, is as bad as the worst, and ends with the
 * last. Null: there is nothing to write.
 */
export function stepCause(input: CauseInput): CauseDecision | null {
  const { code, cause, members, now } = input;
  const known = input.known === null ? null : { ...input.known, progress: withoutOwnUnrest(input.known.progress) };
  const before = known?.progress ?? null;
  const weighed = weigh(members);
  const observed = observe(weighed, { before, members, resolution: input.resolution });
  const policy = policyFor(weighed, { before, confirmations: input.definition?.confirmations ?? 2 });
  const stepped = stepIncident({ incident: before, observed, policy, now });
  if (stepped.next === null || stepped.next === before) return null;
  const isOver = stepped.next.state === 'resolved';
  const moved = { ...stepped, next: stepped.next };
  const { next, ...step } = isOver ? moved : withUnrest(moved, { before, members });
  // Opened anew, and not within the hour: an incident of its own.
  const fresh = known === null || step.change === 'open';
  const earlier = fresh || before === null || before.state === 'resolved' ? [] : before.affected;
  const subjects = isOver ? earlier : subjectsOf(members);
  const firstSeen = fresh ? Math.min(...members.map(({ progress }) => progress.firstSeen)) : next.firstSeen;
  const progress = { ...next, affected: subjects, firstSeen };
  const decided = {
    ...{ code, cause, before: fresh ? null : before, ...causeIdentity(code, cause) },
    ...(fresh
      ? { id: input.newId(), isNew: true, instance: (known?.instance ?? 0) + 1, host: hostOf(cause, weighed) }
      : { id: known.id, isNew: false, instance: known.instance, host: known.host }),
    title: titleOf(input, progress),
    step: { ...step, next: progress },
    becameUnstable: progress.unstableSince !== null && (before?.unstableSince ?? null) === null,
    added: fresh ? [] : subjects.filter((subject) => !earlier.includes(subject)),
    removed: earlier.filter((subject) => !subjects.includes(subject)),
  };
  return { ...decided, notice: composeNotice(input, decided) };
}

/** Its members count how often they come and go; it does not count the sum of them. */
function withoutOwnUnrest(progress: IncidentProgress): IncidentProgress {
  return { ...progress, transitions: [] };
}

/** Members that are seen now, the worst first, then the longest standing: the order must not change from run to run. */
function weigh(members: readonly Member[]): readonly Member[] {
  return members
    .filter(({ progress }) => progress.state !== 'recovering')
    .toSorted(
      (a, b) =>
        severityNumber[a.progress.severity] - severityNumber[b.progress.severity] ||
        a.progress.firstSeen - b.progress.firstSeen ||
        (a.id < b.id ? -1 : 1),
    );
}

/** Its members are confirmed, each for itself: worse is told once the worst is. It recovers and ends as they do. */
function policyFor(
  weighed: readonly Member[],
  about: { readonly before: IncidentProgress | null; readonly confirmations: number },
): IncidentPolicy {
  const [worst] = weighed;
  const begins = about.before === null || about.before.state === 'resolved';
  const confirmed = begins || (worst !== undefined && worst.progress.foundRuns > about.confirmations);
  return { confirmations: confirmed ? 0 : Infinity, cleanRuns: Infinity };
}

function observe(
  weighed: readonly Member[],
  about: { readonly before: IncidentProgress | null; readonly members: readonly Member[]; readonly resolution: string },
): Observed {
  const { before, members, resolution } = about;
  if (members.length === 0) return { kind: 'withdrawn', resolution };
  const [worst] = weighed;
  if (worst !== undefined) {
    const { severity, params } = worst.progress;
    return { kind: 'found', severity, params, affected: subjectsOf(members) };
  }
  return before === null || before.state === 'resolved' ? { kind: 'unseen' } : { kind: 'clean', resolution };
}

/** It comes and goes while one of its members does. */
function withUnrest(
  step: IncidentStep & { readonly next: IncidentProgress },
  { before, members }: { readonly before: IncidentProgress | null; readonly members: readonly Member[] },
): IncidentStep & { readonly next: IncidentProgress } {
  const since = members.flatMap(({ progress }) => progress.unstableSince ?? []);
  const unstableSince = since.length === 0 ? null : Math.min(...since);
  const next = { ...step.next, unstableSince };
  const isNews = unstableSince !== null && (before?.unstableSince ?? null) === null;
  return isNews ? { ...step, next, notice: 'unstable' } : { ...step, next };
}

function subjectsOf(members: readonly Member[]): readonly string[] {
  return [...new Set(members.flatMap(({ subject }) => placesOf(subject).map(placeText)))].toSorted();
}

function hostOf(cause: string, weighed: readonly Member[]): string {
  if (cause.startsWith('host:')) return cause.slice('host:'.length);
  const [host] = weighed.flatMap(({ subject }) => placesOf(subject).map((place) => place.host));
  return host ?? '';
}

function titleOf({ code, definition }: CauseInput, { params, affected }: IncidentProgress): string {
  const { title } = incidentText(definition, { code, params });
  const more = affected.length - 1;
  if (more < 1) return title.slice(0, maxTitleCharacters);
  const suffix = ` (and ${String(more)} more)`;
  return `${title.slice(0, maxTitleCharacters - suffix.length)}${suffix}`;
}

function composeNotice(
  { code, definition, members, left, now }: CauseInput,
  decided: Omit<CauseDecision, 'notice'>,
): NoticePayload | null {
  const { step, title } = decided;
  if (step.notice === null) return null;
  const about = members.length === 0 ? left : members;
  const addresses = new Set(about.flatMap(({ progress }) => progress.affected));
  return {
    incidentId: decided.id,
    reason: step.notice,
    severity: step.next.severity,
    code,
    host: decided.host,
    service: servicesOf(about),
    addresses: [...addresses].toSorted(),
    ...incidentText(definition, { code, params: step.next.params }),
    title,
    firstSeen: step.next.firstSeen,
    decidedAt: now,
    reopened: step.change === 'reopen',
    resolution: step.next.resolution,
    subjects: step.next.affected,
    explains: 0,
    impact: null,
  };
}

function servicesOf(members: readonly Member[]): string {
  const services = [...new Set(members.map(({ subject }) => describeService(subject)))].toSorted();
  const more = services.length - shownServices;
  return `${services.slice(0, shownServices).join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
}

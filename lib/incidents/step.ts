import { readAcceptance } from '../model/acceptance.ts';
import type { IncidentProgress } from '../model/incident.ts';
import { isWorse } from '../model/incident.ts';
import type { NoticeReason } from '../model/notice.ts';
import type { Params, Severity } from '../model/finding.ts';

/** What one run says about one code on one subject. */
export type Observed =
  | {
      readonly kind: 'found';
      readonly severity: Severity;
      readonly params: Params;
      readonly affected: readonly string[];
    }
  /** Looked at and not there. `resolution` says why, should that end an incident. */
  | { readonly kind: 'clean'; readonly resolution: string }
  /** Not looked at, or not everywhere it was before: opens nothing and resolves nothing. */
  | { readonly kind: 'unseen' }
  /** The subject itself is watched no more. */
  | { readonly kind: 'withdrawn'; readonly resolution: string };

export interface IncidentPolicy {
  /** Further runs that must see it before it opens: 1 or 2; 0 where what it is made of is confirmed already. */
  readonly confirmations: number;
  /** Runs in a row that must see it gone before it resolves. */
  readonly cleanRuns: number;
}

/**
 * `suspect`: seen for the first time, a new incident that nobody sees yet. `confirm`: seen again, not often enough.
 * `open`: tell people. `reopen`: it is back within the hour, tell people in the same thread. `relapse`: it had begun to
 * recover. `announce`: it was silent because of another, and is not any more. `unstable`: it comes and goes, which is told
 * once. `forget`: the suspicion was wrong.
 */
export type IncidentChange =
  | 'none'
  | 'suspect'
  | 'confirm'
  | 'open'
  | 'reopen'
  | 'seen'
  | 'regrade'
  | 'improving'
  | 'relapse'
  | 'announce'
  | 'unstable'
  | 'hold'
  | 'resolve'
  | 'forget';

export type IncidentEventKind =
  'opened' | 'regraded' | 'accepted' | 'recovering' | 'relapsed' | 'unstable' | 'resolved';

/** Events that count for whether an incident comes and goes. */
export const transitionEvents = ['opened', 'relapsed', 'resolved'] as const satisfies readonly IncidentEventKind[];
/** With one more within `flapWindowMs` an incident is unstable. */
export const maxTransitions = 4;

export interface IncidentStep {
  readonly change: IncidentChange;
  /** The incident after this run; null: there is none. */
  readonly next: IncidentProgress | null;
  readonly event: IncidentEventKind | null;
  readonly notice: NoticeReason | null;
  /** The answer is wanted sooner than the schedule would look. */
  readonly reprobeInMs: number | null;
}

/** An incident that comes back this soon is the same one. */
const relapseWindowMs = 60 * 60 * 1000;
/** Re-probes at 5 s and 20 s after the first sight. */
const confirmAfterMs = [5_000, 15_000] as const;
const recoverAfterMs = 10_000;
const flapWindowMs = 60 * 60 * 1000;
/** An unstable incident ends when it was not seen for so long. */
const quietMs = 30 * 60 * 1000;

/**
 * One step of one incident: what this run changes, who is told, and when to look again. `incident` is the living one,
 * or the last resolved one. Pure, and safe with a clock that goes backwards: only runs open and resolve, never time alone.
 */
export function stepIncident(input: {
  readonly incident: IncidentProgress | null;
  readonly observed: Observed;
  readonly policy: IncidentPolicy;
  readonly now: number;
}): IncidentStep {
  const { incident, observed } = input;
  switch (observed.kind) {
    case 'found':
      // Worth knowing, not worth an incident: where there is one, the fault it stood for has gone.
      if (observed.severity === 'info') return stepClean({ ...input, resolution: 'only a note is left of it' });
      return stepFound({ ...input, observed });
    case 'clean':
      return stepClean({ ...input, resolution: observed.resolution });
    case 'unseen':
      return quiet(incident === null || incident.state === 'resolved' ? 'none' : 'hold', incident);
    case 'withdrawn':
      return stepWithdrawn({ ...input, resolution: observed.resolution });
  }
}

interface Found {
  readonly incident: IncidentProgress | null;
  readonly observed: Extract<Observed, { kind: 'found' }>;
  readonly policy: IncidentPolicy;
  readonly now: number;
}

function stepFound({ incident, observed, policy, now }: Found): IncidentStep {
  const { severity, params, affected } = observed;
  if (incident === null) return firstSight(observed, { policy, now });
  const sighting = { severity, params, affected, lastSeen: Math.max(now, incident.lastSeen), cleanRuns: 0 };
  switch (incident.state) {
    case 'suspect': {
      const foundRuns = incident.foundRuns + 1;
      const next = { ...incident, ...sighting, foundRuns };
      if (foundRuns <= policy.confirmations) return wait('confirm', next);
      return open(next, now);
    }
    case 'resolved': {
      if (now - (incident.resolvedAt ?? 0) >= relapseWindowMs) return firstSight(observed, { policy, now });
      const foundRuns = incident.foundRuns + 1;
      if (foundRuns <= policy.confirmations) return wait('confirm', { ...incident, foundRuns });
      const again = { ...noted(incident, now), ...sighting, foundRuns, ...reopened, toldSeverity: severity };
      if (isFlapping(incident, now)) return turnUnstable(again, now);
      return { ...quiet('reopen', again), event: 'relapsed', notice: 'opened' };
    }
    case 'firing':
    case 'acknowledged':
    case 'recovering':
      return stepOpen({ incident, sighting, policy, now });
  }
}

const reopened = { state: 'firing', acknowledgedAt: null, resolvedAt: null, resolution: null } as const;

interface Open {
  readonly incident: IncidentProgress;
  readonly sighting: Pick<IncidentProgress, 'severity' | 'params' | 'affected' | 'lastSeen' | 'cleanRuns'>;
  readonly policy: IncidentPolicy;
  readonly now: number;
}

/** Still there, back while it recovered, or at another severity. Worse than told is told, once it is confirmed. */
function stepOpen({ incident, sighting, policy, now }: Open): IncidentStep {
  const regraded = sighting.severity !== incident.severity;
  const back = incident.state === 'recovering';
  // What comes and goes does not come back each time.
  const relapsed = back && incident.unstableSince === null;
  const foundRuns = regraded || back ? 1 : incident.foundRuns + 1;
  const state = back ? (incident.acknowledgedAt === null ? 'firing' : 'acknowledged') : incident.state;
  // What somebody accepts is told again once it is accepted no more.
  const accepted = readAcceptance(sighting.params) !== null && readAcceptance(incident.params) === null;
  const toldSeverity = accepted ? sighting.severity : incident.toldSeverity;
  const known = relapsed ? noted(incident, now) : incident;
  const next: IncidentProgress = { ...known, ...sighting, toldSeverity, foundRuns, state };
  if (relapsed && !accepted && isFlapping(incident, now)) return turnUnstable(next, now);
  const untold = toldSeverity === null || isWorse(sighting.severity, toldSeverity);
  const change = regraded ? 'regrade' : relapsed ? 'relapse' : 'seen';
  const event = accepted ? 'accepted' : relapsed ? 'relapsed' : regraded ? 'regraded' : null;
  if (!untold) return { ...quiet(change, next), event };
  if (foundRuns <= policy.confirmations) return { ...wait(change, next), event };
  if (toldSeverity === null) {
    return { ...quiet('announce', { ...next, toldSeverity: sighting.severity }), event, notice: 'opened' };
  }
  // Whoever acknowledged it did not acknowledge this.
  const told = { ...next, state: 'firing', acknowledgedAt: null, toldSeverity: sighting.severity } as const;
  return { change: 'regrade', next: told, event: 'regraded', notice: 'worsened', reprobeInMs: null };
}

/** Whether one more change would be too many for a person to follow. */
function isFlapping({ unstableSince, transitions }: IncidentProgress, now: number): boolean {
  const recent = transitions.filter((at) => Math.abs(now - at) < flapWindowMs);
  return unstableSince === null && recent.length >= maxTransitions;
}

/** Says once that it comes and goes; from here on it is open until it was gone for long. */
function turnUnstable(incident: IncidentProgress, now: number): IncidentStep {
  const { severity, toldSeverity } = incident;
  const told = toldSeverity === null || isWorse(severity, toldSeverity) ? severity : toldSeverity;
  return {
    change: 'unstable',
    next: { ...incident, unstableSince: now, toldSeverity: told },
    event: 'unstable',
    notice: 'unstable',
    reprobeInMs: null,
  };
}

function noted(incident: IncidentProgress, now: number): IncidentProgress {
  return { ...incident, transitions: [...incident.transitions, now].slice(-maxTransitions) };
}

interface Gone {
  readonly incident: IncidentProgress | null;
  readonly resolution: string;
  readonly policy: IncidentPolicy;
  readonly now: number;
}

function stepClean(gone: Gone): IncidentStep {
  const { incident, policy } = gone;
  if (incident === null) return quiet('none', null);
  switch (incident.state) {
    case 'suspect':
      return quiet('forget', null);
    case 'resolved':
      return quiet('none', incident.foundRuns === 0 ? incident : { ...incident, foundRuns: 0 });
    case 'firing':
    case 'acknowledged':
    case 'recovering': {
      const cleanRuns = incident.cleanRuns + 1;
      const next: IncidentProgress = { ...incident, state: 'recovering', cleanRuns };
      const unstable = incident.unstableSince !== null;
      // Either way: a clock that went back must not keep it open.
      const isQuiet = !unstable || Math.abs(gone.now - incident.lastSeen) >= quietMs;
      if (cleanRuns < policy.cleanRuns || !isQuiet) {
        const event = incident.state === 'recovering' || unstable ? null : 'recovering';
        return { change: 'improving', next, event, notice: null, reprobeInMs: unstable ? null : recoverAfterMs };
      }
      return isFlapping(incident, gone.now) ? turnUnstable(next, gone.now) : resolve(incident, gone);
    }
  }
}

function stepWithdrawn(gone: Gone): IncidentStep {
  const { incident } = gone;
  if (incident === null || incident.state === 'resolved') return quiet('none', incident);
  if (incident.state === 'suspect') return quiet('forget', null);
  return resolve(incident, gone);
}

function resolve(incident: IncidentProgress, { resolution, now }: Gone): IncidentStep {
  const next: IncidentProgress = {
    ...noted(incident, now),
    state: 'resolved',
    // With the end nothing that was told is open any more: what comes back in silence ends in silence.
    toldSeverity: null,
    unstableSince: null,
    foundRuns: 0,
    cleanRuns: incident.cleanRuns + 1,
    resolvedAt: Math.max(now, incident.openedAt ?? now),
    resolution,
  };
  const notice = incident.toldSeverity === null ? null : 'resolved';
  return { change: 'resolve', next, event: 'resolved', notice, reprobeInMs: null };
}

function firstSight(
  { severity, params, affected }: Found['observed'],
  { policy, now }: { readonly policy: IncidentPolicy; readonly now: number },
): IncidentStep {
  const suspect: IncidentProgress = {
    state: 'suspect',
    severity,
    params,
    affected,
    foundRuns: 1,
    cleanRuns: 0,
    firstSeen: now,
    lastSeen: now,
    openedAt: null,
    acknowledgedAt: null,
    resolvedAt: null,
    resolution: null,
    toldSeverity: null,
    unstableSince: null,
    transitions: [],
  };
  return policy.confirmations === 0 ? open(suspect, now) : wait('suspect', suspect);
}

function open(incident: IncidentProgress, now: number): IncidentStep {
  const next = { ...noted(incident, now), state: 'firing', openedAt: now, toldSeverity: incident.severity } as const;
  return { ...quiet('open', next), event: 'opened', notice: 'opened' };
}

function quiet(change: IncidentChange, next: IncidentProgress | null): IncidentStep {
  return { change, next, event: null, notice: null, reprobeInMs: null };
}

function wait(change: IncidentChange, next: IncidentProgress): IncidentStep {
  return { ...quiet(change, next), reprobeInMs: confirmAfterMs[next.foundRuns - 1] ?? null };
}

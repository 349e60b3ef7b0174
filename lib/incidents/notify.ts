import type { Severity } from '../model/finding.ts';
import { isWorse, type IncidentState } from '../model/incident.ts';
import type { NoticeReason } from '../model/notice.ts';
import type { RouteKind } from '../model/alert-route.ts';

/** What decides whether a route takes an alert. */
export interface RouteRules {
  readonly kind: RouteKind;
  readonly minSeverity: Severity;
  /** Above 0: told only of what nobody took care of for so long. */
  readonly escalateAfterMinutes: number;
  readonly outOfBand: boolean;
}

/** A notice of one incident for one route, as far as later ones depend on it. */
export interface MadeNotice {
  readonly id: string;
  readonly reason: NoticeReason;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly digest: boolean;
  /** True: it waits for the end of a silence, or for nobody to take the incident. */
  readonly held: boolean;
  readonly sent: boolean;
}

/** What to write, and which waiting notices it replaces. */
export interface NoticePlan {
  readonly drop: readonly string[];
  readonly write: {
    readonly reason: NoticeReason;
    readonly digest: boolean;
    readonly held: boolean;
    /** Since when it is held, milliseconds since the epoch; null: since now. */
    readonly heldSince: number | null;
    /** What may change until then changes before anybody is called. */
    readonly waitMs: number;
  } | null;
}

const minuteMs = 60_000;
const repeatAfterMs = 4 * 60 * minuteMs;
const maxRepeats = 6;
/** Errors wait for others of the same moment; what is critical does not. */
const groupWaitMs = 30_000;

/** How long an acknowledgement holds: who forgot it is told again. */
export const acknowledgementMs = 24 * 60 * minuteMs;

const ownCodes: readonly string[] = ['own-network-down', 'own-resolver-down'];

/**
 * Those among the enabled routes that are told of a code at a severity. That our own network or resolver is down goes
 * to routes that do not need it, or to all where there is none such.
 */
export function routesFor<T extends RouteRules>(
  routes: readonly T[],
  alert: { readonly code: string; readonly severity: Severity },
): readonly T[] {
  const apart = routes.filter(({ outOfBand }) => outOfBand);
  const candidates = ownCodes.includes(alert.code) && apart.length > 0 ? apart : routes;
  return candidates.filter(({ minSeverity }) => !isWorse(minSeverity, alert.severity));
}

/** What a decision of the machine means for one route that takes it. `made`: oldest first. */
export function planNotice(input: {
  readonly route: RouteRules;
  readonly made: readonly MadeNotice[];
  readonly reason: NoticeReason;
  readonly severity: Severity;
  readonly silenced: boolean;
}): NoticePlan {
  const { route, reason, severity, silenced } = input;
  const current = sinceResolved(input.made);
  const held = current.filter((notice) => notice.held);
  const told = current.filter((notice) => !notice.held);
  const heldIds = held.map(({ id }) => id);
  if (reason === 'resolved') {
    // Who was never told that it began is not told that it ended.
    if (told.length === 0) return { drop: heldIds, write: null };
    const digest = told.every((notice) => notice.digest);
    return { drop: heldIds, write: { reason, digest, held: false, heldSince: null, waitMs: 0 } };
  }
  const digest = route.kind === 'mail' && isQuiet(severity);
  const waiting = digest ? [] : told.filter((notice) => notice.digest && !notice.sent);
  const first = told.length === waiting.length;
  const escalation = route.escalateAfterMinutes > 0 && first;
  return {
    drop: [...heldIds, ...waiting.map(({ id }) => id)],
    write: {
      reason: escalation ? 'escalated' : first && reason === 'worsened' ? 'opened' : reason,
      digest,
      held: silenced || escalation,
      heldSince: held[0]?.createdAt ?? null,
      waitMs: severity === 'critical' || route.kind !== 'mail' ? 0 : groupWaitMs,
    },
  };
}

/** What the time that went by makes due. */
export type DueNotice =
  { readonly kind: 'release'; readonly noticeId: string } | { readonly kind: 'write'; readonly reason: 'repeated' };

/** What is due now for one open root incident on one route that takes it; null: nothing. `made`: oldest first. */
export function dueNotice(input: {
  readonly route: RouteRules;
  readonly made: readonly MadeNotice[];
  readonly incident: { readonly state: IncidentState; readonly severity: Severity; readonly openedAt: number | null };
  readonly silenced: boolean;
  readonly now: number;
}): DueNotice | null {
  const { route, incident, silenced, now } = input;
  if (silenced || incident.state !== 'firing') return null;
  const current = sinceResolved(input.made);
  const held = current.find((notice) => notice.held);
  if (held !== undefined) {
    const first = current.every((notice) => notice.held);
    const since = Math.max(held.createdAt, incident.openedAt ?? 0);
    const tooSoon = first && now - since < route.escalateAfterMinutes * minuteMs;
    return tooSoon ? null : { kind: 'release', noticeId: held.id };
  }
  // Alertmanager is told of all that is open again and again, and repeats by its own rules.
  if (route.kind === 'alertmanager' || (route.kind === 'mail' && isQuiet(incident.severity))) return null;
  if (current.some(({ sent }) => !sent)) return null;
  const last = current.findLast(({ digest }) => !digest);
  if (last === undefined) return null;
  const repeats = countRepeats(current);
  if (repeats >= maxRepeats || now - last.createdAt < repeatAfterMs * 2 ** repeats) return null;
  return { kind: 'write', reason: 'repeated' };
}

/** True: it was repeated often enough, and only the daily digest still names it. */
export function isRepeatedOut(made: readonly MadeNotice[]): boolean {
  return countRepeats(sinceResolved(made)) >= maxRepeats;
}

/** Whether an acknowledgement ended. `until` null: one of before they ended. */
export function acknowledgementEnded(
  incident: { readonly state: IncidentState; readonly acknowledgedUntil: number | null },
  now: number,
): boolean {
  const { state, acknowledgedUntil } = incident;
  return state === 'acknowledged' && acknowledgedUntil !== null && now >= acknowledgedUntil;
}

function sinceResolved(made: readonly MadeNotice[]): readonly MadeNotice[] {
  return made.slice(made.findLastIndex(({ reason }) => reason === 'resolved') + 1);
}

/** Repeats since something else was said. */
function countRepeats(current: readonly MadeNotice[]): number {
  return current.length - 1 - current.findLastIndex(({ reason }) => reason !== 'repeated');
}

function isQuiet(severity: Severity): boolean {
  return severity === 'warning' || severity === 'info';
}

import { vitalSigns, type VitalSign } from '../model/vital-sign.ts';

/** One look of the watchdog at the database. */
export type WatchdogReading =
  | { readonly database: 'answers'; readonly signs: Readonly<Record<VitalSign, SignReading>> }
  /** `error`: what the attempt to ask it ended with. */
  | { readonly database: 'silent'; readonly error: string };

export interface SignReading {
  /** By the database's clock; null: never seen. Negative where that clock was set back since. */
  readonly ageMs: number | null;
  /** What the worker says about why it is not renewed. */
  readonly said: string | null;
}

/** What the watchdog remembers. Instants in milliseconds of one clock, which may go backwards. */
export interface WatchdogState {
  /** The latest moment for which all signs vouch; when the watchdog started, where there was none. */
  readonly provenAt: number;
  readonly freshSince: number | null;
  /** The last call that was answered. */
  readonly pingedAt: number | null;
  /** When people were told last that something is wrong; null: they believe that all is well. */
  readonly toldAt: number | null;
  /** The last mail of this trouble that did not go out. */
  readonly failedAt: number | null;
}

export type WatchdogMail = 'alarm' | 'reminder' | 'well';

export interface WatchdogStep {
  readonly next: WatchdogState;
  /** Call the outside address now. */
  readonly ping: boolean;
  readonly mail: WatchdogMail | null;
}

const minuteMs = 60_000;
/** A sign older than this proves nothing: no calls. */
const freshMs = 2 * minuteMs;
const alarmAfterMs = 3 * minuteMs;
const pingEveryMs = minuteMs;
const remindEveryMs = 4 * 60 * minuteMs;
/** One good look between two bad ones is no end of it. */
const wellAfterMs = minuteMs;
const mailAgainMs = minuteMs;
/** The column of a sign rounds to milliseconds, and the worker may write while we ask. */
const futureMs = 5_000;

export function startWatchdog(now: number): WatchdogState {
  return { provenAt: now, freshSince: null, pingedAt: null, toldAt: null, failedAt: null };
}

/** What to do after a look. Only `notePing` and `noteMail` say that it was done. */
export function stepWatchdog(before: WatchdogState, reading: WatchdogReading, now: number): WatchdogStep {
  const state = notAfter(before, now);
  const vouched = vouchedFor(reading, now);
  const fresh = vouched !== null && now - vouched <= freshMs;
  const freshSince = fresh ? (state.freshSince ?? now) : null;
  // Nobody is told that trouble ended which nobody was told of: what failed then is not of the next one.
  const endsUntold = state.toldAt === null && isOver(freshSince, now);
  const next = {
    ...state,
    provenAt: Math.max(state.provenAt, vouched ?? state.provenAt),
    freshSince,
    failedAt: endsUntold ? null : state.failedAt,
  };
  const ping = fresh && isPast(state.pingedAt, pingEveryMs, now);
  const mail = isPast(state.failedAt, mailAgainMs, now) ? mailFor(next, now) : null;
  return { next, ping, mail };
}

/** The outside address answered. */
export function notePing(state: WatchdogState, now: number): WatchdogState {
  return { ...state, pingedAt: now };
}

/** A mail went out, or did not: then it is tried again in a minute, if it is still true. */
export function noteMail(
  state: WatchdogState,
  { mail, sent, now }: { readonly mail: WatchdogMail; readonly sent: boolean; readonly now: number },
): WatchdogState {
  if (!sent) return { ...state, failedAt: now };
  return { ...state, failedAt: null, toldAt: mail === 'well' ? null : now };
}

/** What is wrong, a sentence each; empty where every sign is fresh. */
export function watchdogReasons(reading: WatchdogReading): readonly string[] {
  if (reading.database === 'silent') return [`The database does not answer: ${reading.error}.`];
  return vitalSigns.flatMap((name) => {
    const { ageMs, said } = reading.signs[name];
    if (isVouching(ageMs)) return [];
    const since =
      ageMs === null
        ? 'never yet'
        : ageMs < 0
          ? 'not since the clock of the database was set back'
          : `not for ${Math.round(ageMs / 1000)} seconds`;
    return [`${signWords[name]}: ${since}.${said === null ? '' : ` The worker says: ${said}.`}`];
  });
}

const signWords: Readonly<Record<VitalSign, string>> = {
  'database-write': 'A worker wrote to the database',
  'fixture-probe': 'A worker probed the server that is there to be probed',
  'outbox-drain': 'All alerts that were due had gone out',
};

function mailFor(state: WatchdogState, now: number): WatchdogMail | null {
  const { toldAt, freshSince, provenAt } = state;
  if (toldAt === null) return now - provenAt > alarmAfterMs ? 'alarm' : null;
  if (freshSince !== null) return isOver(freshSince, now) ? 'well' : null;
  return now - toldAt >= remindEveryMs ? 'reminder' : null;
}

function isOver(freshSince: number | null, now: number): boolean {
  return freshSince !== null && now - freshSince >= wellAfterMs;
}

/** The moment for which all signs vouch; null: at least one says nothing. */
function vouchedFor(reading: WatchdogReading, now: number): number | null {
  if (reading.database === 'silent') return null;
  const ages = vitalSigns.map((name) => reading.signs[name].ageMs);
  let oldestMs = 0;
  for (const ageMs of ages) {
    // A sign from the future is from before the clock was set back.
    if (ageMs === null || ageMs < -futureMs) return null;
    oldestMs = Math.max(oldestMs, ageMs);
  }
  return now - oldestMs;
}

function isVouching(ageMs: number | null): boolean {
  return ageMs !== null && ageMs >= -futureMs && ageMs <= freshMs;
}

/** Where the clock went back, what was noted counts from now: nothing waits for the old time to come again. */
function notAfter(state: WatchdogState, now: number): WatchdogState {
  const clamp = (at: number | null): number | null => (at === null ? null : Math.min(at, now));
  return {
    provenAt: Math.min(state.provenAt, now),
    freshSince: clamp(state.freshSince),
    pingedAt: clamp(state.pingedAt),
    toldAt: clamp(state.toldAt),
    failedAt: clamp(state.failedAt),
  };
}

function isPast(at: number | null, everyMs: number, now: number): boolean {
  return at === null || now - at >= everyMs;
}

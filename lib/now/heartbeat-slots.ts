/** What a stretch of time was like: the worst that lived in it; not seen in it is unknown, never fine. */
export type HeartbeatSlot = 'ok' | 'warn' | 'fail' | 'unknown';

/** A window of time cut into equal slots. `from` and `to` in milliseconds since the epoch. */
export interface HeartbeatWindow {
  readonly from: number;
  readonly to: number;
  readonly slots: number;
}

/** From one instant to another, both included, in milliseconds since the epoch. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What is known of one thing that is looked at. */
export interface WatchedTime {
  /** It was not watched before, so that nothing is missing there. */
  readonly since: number;
  /** Stretches in which it was looked at and answered. */
  readonly seen: readonly Stretch[];
}

export interface Fault extends Stretch {
  readonly grade: 'warn' | 'fail';
}

/**
 * The slots of a window. A fault colours every slot that it touches, whoever looked. A slot without one is `ok` only where
 * each thing that was watched by its start was seen in it, and at least one was.
 */
export function paintSlots(
  window: HeartbeatWindow,
  { watched, faults }: { readonly watched: readonly WatchedTime[]; readonly faults: readonly Fault[] },
): readonly HeartbeatSlot[] {
  const seenCount = new Array<number>(window.slots).fill(0);
  const dueCount = new Array<number>(window.slots).fill(0);
  for (const { since, seen } of watched) {
    const seenIn = new Uint8Array(window.slots);
    for (const stretch of seen) {
      const { first, end } = slotsOf(window, stretch);
      seenIn.fill(1, first, end);
    }
    const firstDue = slotAt(window, since);
    for (let slot = 0; slot < window.slots; slot += 1) {
      const isSeen = seenIn[slot] === 1;
      if (isSeen) seenCount[slot] = (seenCount[slot] ?? 0) + 1;
      if (isSeen || slot >= firstDue) dueCount[slot] = (dueCount[slot] ?? 0) + 1;
    }
  }
  const worst = new Map<number, Fault['grade']>();
  for (const { grade, ...stretch } of faults) {
    const { first, end } = slotsOf(window, stretch);
    for (let slot = first; slot < end; slot += 1) if (worst.get(slot) !== 'fail') worst.set(slot, grade);
  }
  return seenCount.map((seen, slot) => worst.get(slot) ?? (seen > 0 && seen === dueCount[slot] ? 'ok' : 'unknown'));
}

function slotAt({ from, to, slots }: HeartbeatWindow, at: number): number {
  return ((at - from) / (to - from)) * slots;
}

/** From `first` up to but without `end`; empty where the stretch is outside the window. */
function slotsOf(window: HeartbeatWindow, { from, to }: Stretch): { readonly first: number; readonly end: number } {
  if (to < window.from || from > window.to) return { first: 0, end: 0 };
  const last = window.slots - 1;
  return {
    first: Math.min(last, Math.max(0, Math.floor(slotAt(window, from)))),
    end: Math.min(last, Math.floor(slotAt(window, to))) + 1,
  };
}

/** Slots of one state in a row. */
export interface HeartbeatRun {
  readonly state: HeartbeatSlot;
  /** Index of the first slot. */
  readonly start: number;
  readonly length: number;
}

/** Equal neighbours put together, in order. */
export function heartbeatRuns(slots: readonly HeartbeatSlot[]): readonly HeartbeatRun[] {
  const runs: HeartbeatRun[] = [];
  for (const [start, state] of slots.entries()) {
    const last = runs.at(-1);
    if (last?.state === state) runs[runs.length - 1] = { ...last, length: last.length + 1 };
    else runs.push({ state, start, length: 1 });
  }
  return runs;
}

import { heartbeatRuns, type HeartbeatRun, type HeartbeatSlot } from '#lib/now/heartbeat-slots.ts';
import { absoluteTime } from './ui/relative-time.ts';
import type { Tone } from './ui/tone.ts';

const toneOf: Readonly<Record<HeartbeatSlot, Tone>> = { ok: 'ok', warn: 'warn', fail: 'fail', unknown: 'unknown' };
const wordOf: Readonly<Record<HeartbeatSlot, string>> = {
  ok: 'fine',
  warn: 'warning',
  fail: 'error',
  unknown: 'not seen',
};
/** The worse, the taller; what was not seen is a thin line. */
const heightOf: Readonly<Record<HeartbeatSlot, number>> = { ok: 9, warn: 15, fail: 20, unknown: 2 };
const worstFirst: readonly HeartbeatSlot[] = ['fail', 'warn', 'unknown', 'ok'];

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

function lengthText(ms: number): string {
  if (ms < 90 * minuteMs) return `${String(Math.round(ms / minuteMs))} min`;
  if (ms < 2 * dayMs) return `${(ms / hourMs).toFixed(1).replace(/\.0$/, '')} h`;
  return `${(ms / dayMs).toFixed(1).replace(/\.0$/, '')} d`;
}

/** `error 48 min, not seen 1 h`: the worst first; `fine throughout` where there is nothing else. */
function summarizeSlots(slots: readonly HeartbeatSlot[], slotMs: number): string {
  const counts = worstFirst.flatMap((state) => {
    const count = slots.filter((slot) => slot === state).length;
    return count === 0 ? [] : [{ state, count }];
  });
  const [only] = counts;
  if (only === undefined) return 'nothing to show';
  if (counts.length === 1) return `${wordOf[only.state]} throughout`;
  return counts.map(({ state, count }) => `${wordOf[state]} ${lengthText(count * slotMs)}`).join(', ');
}

/** One line, dashed into a bar a slot; a warning is hollow. */
function Bars({ run }: { readonly run: HeartbeatRun }) {
  const line = { x1: run.start + 0.1, x2: run.start + run.length, y1: 10, y2: 10 };
  return (
    <g className={`tone-${toneOf[run.state]}`}>
      <line {...line} stroke="var(--tone)" strokeWidth={heightOf[run.state]} strokeDasharray="0.8 0.2" />
      {run.state === 'warn' ? (
        <line {...line} stroke="var(--surface)" strokeWidth={heightOf.warn - 7} strokeDasharray="0.8 0.2" />
      ) : null}
    </g>
  );
}

const listedRuns = 12;

/**
 * How something was over time, a bar a slot, told apart by height as well as by colour; and the same in words. `from` and
 * `to` are milliseconds since the epoch.
 */
export function HeartbeatStrip({
  label,
  from,
  to,
  slots,
}: {
  /** What it is about and how long, e.g. `Last 24 hours`. */
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly slots: readonly HeartbeatSlot[];
}) {
  const slotMs = (to - from) / Math.max(1, slots.length);
  const runs = heartbeatRuns(slots);
  const troubles = runs.filter(({ state }) => state !== 'ok');
  return (
    <span className="block min-w-0">
      <svg
        width="100%"
        height="20"
        viewBox={`0 0 ${String(Math.max(1, slots.length))} 20`}
        preserveAspectRatio="none"
        aria-hidden="true"
        className="block"
      >
        {runs.map((run) => (
          <Bars key={run.start} run={run} />
        ))}
      </svg>
      <span className="mt-1 block text-xs text-muted">
        {label}: {summarizeSlots(slots, slotMs)}
      </span>
      {troubles.length === 0 ? null : (
        <span className="sr-only">
          {troubles
            .slice(-listedRuns)
            .map(
              ({ state, start, length }) =>
                `${wordOf[state]} from ${absoluteTime(from + start * slotMs)} to ${absoluteTime(from + (start + length) * slotMs)}`,
            )
            .join('; ')}
        </span>
      )}
    </span>
  );
}

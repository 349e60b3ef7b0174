'use client';

import { useRouter } from 'next/navigation';
import { useId, useRef, useState } from 'react';
import { TimeStamp } from './ui/time-stamp.tsx';

/** How long a knob rests before the page follows it. */
const restMs = 250;

const sides = [
  { name: 'before', label: 'Before' },
  { name: 'after', label: 'After' },
] as const;

/**
 * Two knobs over the runs of a list, the oldest on the left; the page compares those where they come to rest. The table
 * of the runs does the same without JavaScript.
 */
export function RunSlider({
  address,
  stops,
  before,
  after,
  now,
}: {
  /** The page that compares, and its query as far as it does not say what. */
  readonly address: string;
  /** Milliseconds since the epoch, the oldest first. */
  readonly stops: readonly number[];
  /** Where the knobs stand; null: at a run outside the list. */
  readonly before: number | null;
  readonly after: number | null;
  readonly now: number;
}) {
  const router = useRouter();
  const id = useId();
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const shown = `${String(before)} ${String(after)}`;
  // What is being moved counts until the page has followed.
  const [moved, setMoved] = useState({ shown, before, after });
  const at = moved.shown === shown ? moved : { before, after };
  const move = (name: 'before' | 'after', index: number): void => {
    const next = { before: at.before, after: at.after, [name]: stops[index] ?? null };
    setMoved({ shown, ...next });
    clearTimeout(resting.current);
    resting.current = setTimeout(() => {
      const query = sides.flatMap((side) => {
        const instant = next[side.name];
        return instant === null ? [] : [`&${side.name}=${encodeURIComponent(new Date(instant).toISOString())}`];
      });
      router.replace(`${address}${query.join('')}`, { scroll: false });
    }, restMs);
  };
  return (
    <div className="grid gap-x-6 gap-y-3 border-b border-line px-4 py-3 md:grid-cols-2 [@media(scripting:none)]:hidden">
      {sides.map(({ name, label }) => {
        const instant = at[name];
        return (
          <div key={name} className="min-w-0">
            <label htmlFor={`${id}-${name}`} className="block text-sm font-medium">
              {label}
            </label>
            <input
              id={`${id}-${name}`}
              type="range"
              className="h-6 w-full min-w-0 cursor-pointer accent-accent"
              min={0}
              max={stops.length - 1}
              value={instant === null ? 0 : stops.indexOf(instant)}
              aria-valuetext={instant === null ? 'a run outside this list' : new Date(instant).toISOString()}
              onChange={(event) => move(name, Number(event.target.value))}
            />
            <output htmlFor={`${id}-${name}`} className="block text-sm text-muted">
              {instant === null ? 'a run outside this list' : <TimeStamp at={instant} now={now} form="absolute" />}
            </output>
          </div>
        );
      })}
    </div>
  );
}

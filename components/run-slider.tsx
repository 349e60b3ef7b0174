'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useId, useRef, useState } from 'react';
import { TimeStamp } from './ui/time-stamp.tsx';

/** How long a knob rests before the page follows it. */
const restMs = 250;

const outsideWords = 'a run outside this list';

const sides = [
  { name: 'before', label: 'Before' },
  { name: 'after', label: 'After' },
] as const;

/**
 * Two knobs over the runs of a list, the oldest on the left; the page compares those where they come to rest. The table
 * of the runs does the same without JavaScript. All instants in milliseconds since the epoch.
 */
export function RunSlider({
  address,
  stops,
  before,
  after,
  compared,
  now,
}: {
  /** The page that compares, and its query as far as it does not say which runs. */
  readonly address: string;
  /** The oldest first. */
  readonly stops: readonly number[];
  /** Where the knobs stand; null: at a run outside the list. */
  readonly before: number | null;
  readonly after: number | null;
  /** What the page compares now: the side that is not moved stays, also outside the list. */
  readonly compared: { readonly before: number; readonly after: number };
  readonly now: number;
}) {
  const router = useRouter();
  const id = useId();
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(resting.current), []);
  const shown = `${String(before)} ${String(after)}`;
  // What is being moved counts until the page has followed.
  const [moved, setMoved] = useState({ shown, before, after });
  const at = moved.shown === shown ? moved : { before, after };
  const move = (name: 'before' | 'after', index: number): void => {
    const next = { before: at.before, after: at.after, [name]: stops[index] ?? null };
    setMoved({ shown, ...next });
    clearTimeout(resting.current);
    resting.current = setTimeout(() => {
      const query = sides.map((side) => {
        const instant = new Date(next[side.name] ?? compared[side.name]).toISOString();
        return `&${side.name}=${encodeURIComponent(instant)}`;
      });
      router.replace(`${address}${query.join('')}`, { scroll: false });
    }, restMs);
  };
  return (
    <div className="grid gap-x-6 gap-y-3 border-b border-line px-4 py-3 md:grid-cols-2 [@media(scripting:none)]:hidden">
      {sides.map(({ name, label }) => {
        const instant = at[name];
        // Outside the list is one place left of it, so that each run of the list is a move away.
        const outside = instant === null;
        return (
          <div key={name} className="min-w-0">
            <label htmlFor={`${id}-${name}`} className="block text-sm font-medium">
              {label}
            </label>
            <input
              id={`${id}-${name}`}
              type="range"
              className="h-6 w-full min-w-0 cursor-pointer accent-accent"
              min={outside ? -1 : 0}
              max={stops.length - 1}
              value={outside ? -1 : stops.indexOf(instant)}
              aria-valuetext={outside ? outsideWords : new Date(instant).toISOString()}
              onChange={(event) => move(name, Number(event.target.value))}
            />
            <output htmlFor={`${id}-${name}`} className="block text-sm text-muted">
              {outside ? outsideWords : <TimeStamp at={instant} now={now} form="absolute" />}
            </output>
          </div>
        );
      })}
    </div>
  );
}

'use client';

import { useEffect, useState } from 'react';
import { durationText } from './duration-text.ts';

/**
 * How long something lasts by now, counted on each second. Without JavaScript it stands as the server wrote it. Instants
 * are milliseconds since the epoch; the clock of the browser only says how much time went by since.
 */
export function IncidentTimer({ since, now }: { readonly since: number; readonly now: number }) {
  const [passedMs, setPassedMs] = useState(0);
  useEffect(() => {
    const startedAt = performance.now();
    const ticking = setInterval(() => setPassedMs(performance.now() - startedAt), 1000);
    return () => {
      clearInterval(ticking);
      setPassedMs(0);
    };
  }, [now]);
  return (
    <span role="timer" className="font-medium tabular-nums">
      {durationText(now + passedMs - since)}
    </span>
  );
}

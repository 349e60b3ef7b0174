'use client';

import { useSyncExternalStore } from 'react';
import { absoluteTime, placeTime, relativeTime } from './relative-time.ts';

const waiting = new Set<() => void>();
let observer: MutationObserver | null = null;

/** The choice stands at the root of the page; one observer serves all times of it. */
function onChoice(changed: () => void): () => void {
  waiting.add(changed);
  observer ??= new MutationObserver(() => waiting.forEach((tell) => tell()));
  if (waiting.size === 1) observer.observe(document.documentElement, { attributeFilter: ['data-times'] });
  return () => {
    waiting.delete(changed);
    if (waiting.size === 0) observer?.disconnect();
  };
}

const isLocal = (): boolean => document.documentElement.dataset['times'] === 'local';
/** The server does not know where the reader is, so pages arrive in UTC. */
const isLocalOnServer = (): boolean => false;

/** An instant, relative for the eye and absolute for the record; both in milliseconds since the epoch. */
export function TimeStamp({
  at,
  now,
  form = 'both',
}: {
  readonly at: number;
  readonly now: number;
  readonly form?: 'both' | 'relative' | 'absolute';
}) {
  const local = useSyncExternalStore(onChoice, isLocal, isLocalOnServer);
  const absolute = local ? placeTime(at, -new Date(at).getTimezoneOffset()) : absoluteTime(at);
  const relative = relativeTime(at, now);
  return (
    <time dateTime={new Date(at).toISOString()} title={`${absolute}, ${relative}`}>
      <span className="whitespace-nowrap">{form === 'absolute' ? absolute : relative}</span>
      {form === 'both' ? (
        <>
          {' '}
          <span className="whitespace-nowrap text-muted">· {absolute}</span>
        </>
      ) : null}
    </time>
  );
}

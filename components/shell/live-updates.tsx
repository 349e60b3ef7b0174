'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState, useTransition } from 'react';
import type { LiveMessage } from '#lib/live/live-message.ts';
import { absoluteTime } from '../ui/relative-time.ts';
import type { Tone } from '../ui/tone.ts';
import { ToneIcon } from '../ui/tone-icon.tsx';
import type { LiveHow } from './follow-live.ts';
import { isListInUse } from './list-in-use.ts';
import { judgeRefresh, wordsOfOffer } from './refresh-rule.ts';
import { shareLive } from './share-live.ts';

const looks: Readonly<Record<LiveHow, { readonly tone: Tone; readonly word: string }>> = {
  connecting: { tone: 'unknown', word: 'Connecting' },
  live: { tone: 'ok', word: 'Live' },
  polling: { tone: 'info', word: 'Every 10 s' },
  off: { tone: 'fail', word: 'No connection' },
  'signed-out': { tone: 'fail', word: 'Signed out' },
};

const tickMs = 1_000;
/**
 * Keeps the page true: it is made anew when something has changed, but never while somebody points at a list or has the
 * focus in it; then it offers. Says how news comes, since when it does not, and speaks up for new critical incidents only.
 */
export function LiveUpdates({
  position,
  keys,
}: {
  /** The last incident event that the page shows. */
  readonly position: number;
  /** Whether single keys do something. */
  readonly keys: boolean;
}) {
  const router = useRouter();
  const [standing, setStanding] = useState<{ readonly how: LiveHow; readonly since: number }>({
    how: 'connecting',
    since: 0,
  });
  const [offer, setOffer] = useState<number | null>(null);
  const [announced, setAnnounced] = useState('');
  const show = useRef<() => void>(() => undefined);
  const first = useRef(position);
  const [isRefreshing, startRefresh] = useTransition();
  // On a slow server a second one would only hold up the first, and the forms of the page with it.
  const isBusy = useRef(false);
  useEffect(() => {
    isBusy.current = isRefreshing;
  }, [isRefreshing]);

  useEffect(() => {
    const leaving = new AbortController();
    let latest: LiveMessage | null = null;
    let seen = { version: '', position: first.current };
    let spoken = first.current;
    let how: LiveHow = 'connecting';
    let refreshedAt = performance.now();

    const refresh = (): void => {
      if (latest !== null) seen = latest;
      refreshedAt = performance.now();
      setOffer(null);
      startRefresh(() => router.refresh());
    };
    const look = (): void => {
      // A page that is asked for without a network is lost, and what stood on it.
      if (latest === null || isBusy.current || how === 'off' || how === 'signed-out' || !navigator.onLine) return;
      const judged = judgeRefresh({
        hasNews: latest.version !== seen.version,
        isHeld: isListInUse(),
        isVisible: document.visibilityState === 'visible',
        sinceRefreshMs: performance.now() - refreshedAt,
      });
      if (judged === 'refresh') refresh();
      if (judged === 'offer') setOffer(latest.opened.filter((one) => one.position > seen.position).length);
    };
    const hear = (message: LiveMessage): void => {
      // What the page was made of is not news.
      if (latest === null && message.position <= seen.position) seen = message;
      latest = message;
      const [critical] = message.opened.filter((one) => one.critical && one.position > spoken);
      spoken = Math.max(spoken, message.position);
      if (critical !== undefined && document.visibilityState === 'visible') {
        setAnnounced(`New critical incident: ${critical.title}`);
      }
      look();
    };
    const stand = (next: LiveHow): void => {
      // What could not be heard of meanwhile is looked at.
      if (how === 'off') refreshedAt = 0;
      how = next;
      setStanding({ how: next, since: Date.now() });
      document.documentElement.toggleAttribute('data-stale', next === 'off' || next === 'signed-out');
    };
    show.current = refresh;
    const timer = setInterval(look, tickMs);
    shareLive({ hear, stand }, leaving.signal);
    return () => {
      leaving.abort();
      clearInterval(timer);
    };
  }, [router]);

  const { tone, word } = looks[standing.how];
  return (
    <>
      <span className="flex min-h-8 items-center gap-1.5 text-sm whitespace-nowrap">
        <ToneIcon tone={tone} size={14} />
        <span className="sr-only">Updates: </span>
        <span className={tone === 'ok' || tone === 'unknown' ? 'max-sm:sr-only' : ''}>{word}</span>
      </span>
      {standing.how === 'off' || standing.how === 'signed-out' ? (
        <p role="status" className="tone-fail tone-text order-last w-full text-sm font-semibold">
          {standing.how === 'off'
            ? `No connection since ${absoluteTime(standing.since)}. What stands below was true then.`
            : 'Your session has ended. What stands below is no longer brought up to date: '}
          {standing.how === 'off' ? null : (
            <a
              href={`/login?${new URLSearchParams({ next: `${location.pathname}${location.search}` }).toString()}`}
              className="link"
            >
              sign in again
            </a>
          )}
        </p>
      ) : null}
      <p aria-live="polite" className="sr-only">
        {announced}
      </p>
      {offer === null ? null : (
        <button
          type="button"
          data-action="show-new"
          onClick={() => show.current()}
          className="fixed right-4 bottom-4 z-30 min-h-9 cursor-pointer rounded-full border border-line-strong bg-surface px-4 text-sm font-medium shadow-lg print:hidden"
        >
          {wordsOfOffer(offer, keys)}
        </button>
      )}
    </>
  );
}

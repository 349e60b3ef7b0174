/** Pages are not made anew more often than this, whatever happens. */
const pauseMs = 3_000;
/** Without any news they are made anew this seldom, for the ages that they show. */
const idleMs = 60_000;

export interface RefreshQuestion {
  /** Whether the page shows less than is known. */
  readonly hasNews: boolean;
  /** Whether the pointer or the focus is in a list whose rows must not move. */
  readonly isHeld: boolean;
  readonly isVisible: boolean;
  readonly sinceRefreshMs: number;
}

/** What to do about news: make the page anew, offer it, or neither yet. */
export function judgeRefresh({
  hasNews,
  isHeld,
  isVisible,
  sinceRefreshMs,
}: RefreshQuestion): 'wait' | 'offer' | 'refresh' {
  if (!isVisible || sinceRefreshMs < pauseMs) return 'wait';
  if (isHeld) return hasNews ? 'offer' : 'wait';
  return hasNews || sinceRefreshMs >= idleMs ? 'refresh' : 'wait';
}

/** `3 new, press u`; without the key where keys are switched off. */
export function wordsOfOffer(opened: number, keys: boolean): string {
  const what = opened === 0 ? 'Updated since' : `${opened} new`;
  return keys ? `${what}, press u` : `${what}: show`;
}

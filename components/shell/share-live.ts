import { readLiveMessage, type LiveMessage } from '#lib/live/live-message.ts';
import { followLive, type LiveHow } from './follow-live.ts';

interface Listener {
  readonly hear: (message: LiveMessage) => void;
  readonly stand: (how: LiveHow) => void;
}

const lockName = 'latchwatch-live';
const hows: readonly LiveHow[] = ['connecting', 'live', 'polling', 'off', 'signed-out'];

interface Told {
  readonly message: LiveMessage | null;
  readonly how: LiveHow | null;
}

function readTold(value: unknown): Told {
  const told: Readonly<Record<string, unknown>> = { ...(typeof value === 'object' ? value : {}) };
  return { message: readLiveMessage(told['message']), how: hows.find((one) => one === told['how']) ?? null };
}

/**
 * One connection a browser: the tab that has the lock listens and tells the others, and when it is closed another one
 * gets the lock. Where the browser has no locks (a page without TLS), each tab listens while it is looked at.
 */
export function shareLive({ hear, stand }: Listener, signal: AbortSignal): void {
  if (!('locks' in navigator)) {
    followWhileVisible({ hear, stand }, signal);
    return;
  }
  const channel = new BroadcastChannel(lockName);
  let last: Told = { message: null, how: null };
  let leads = false;
  const told = (news: Partial<Told>): void => {
    last = { ...last, ...news };
    if (news.message) hear(news.message);
    if (news.how) stand(news.how);
  };
  const tell = (news: Partial<Told>): void => {
    told(news);
    channel.postMessage(news);
  };
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data !== 'what?') told(readTold(data));
    else if (leads) channel.postMessage(last);
  };
  channel.postMessage('what?');
  signal.addEventListener('abort', () => channel.close());
  navigator.locks
    .request(lockName, { signal }, () => {
      leads = true;
      return followLive({ origin: '', signal, hear: (message) => tell({ message }), stand: (how) => tell({ how }) });
    })
    .catch(() => {
      // The page was left before it was its turn.
    });
}

function followWhileVisible({ hear, stand }: Listener, signal: AbortSignal): void {
  let following: AbortController | null = null;
  const look = (): void => {
    following?.abort();
    following = null;
    if (signal.aborted || document.visibilityState === 'hidden') return;
    following = new AbortController();
    void followLive({ origin: '', signal: following.signal, hear, stand });
  };
  document.addEventListener('visibilitychange', look, { signal });
  signal.addEventListener('abort', look);
  look();
}

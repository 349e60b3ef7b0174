import { readStreamEvents } from '#lib/live/event-stream.ts';
import { parseLiveMessage, type LiveMessage } from '#lib/live/live-message.ts';

/** How news reaches this browser: at once, by asking now and then, not at all, or no more since the session is over. */
export type LiveHow = 'connecting' | 'live' | 'polling' | 'off' | 'signed-out';

export interface FollowOptions {
  /** '' for the page's own. */
  readonly origin: string;
  readonly signal: AbortSignal;
  readonly hear: (message: LiveMessage) => void;
  readonly stand: (how: LiveHow) => void;
  /** How often it asks while it cannot listen. */
  readonly pollMs?: number;
  /** A stream that says nothing for so long is dead, although nobody closed it. */
  readonly silenceMs?: number;
  /** Sent along. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Streams that fail one after the other are tried only every so many polls. */
const patience = 3;
const rareTries = 6;
/** A poll that is not answered within this time has failed. */
const answerMs = 8_000;

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

/**
 * Listens to `/live`, and asks `/live/state` while that cannot be done. It takes up where it was (Last-Event-ID), and
 * ends when `signal` is aborted or the session is over.
 */
export async function followLive(options: FollowOptions): Promise<void> {
  const { origin, signal, hear, stand, pollMs = 10_000, silenceMs = 40_000, headers = {} } = options;
  let version: string | null = null;
  let etag: string | null = null;
  let how: LiveHow = 'connecting';

  function turn(next: LiveHow): void {
    if (next !== how) stand(next);
    how = next;
  }
  function take(text: string): boolean {
    const message = parseLiveMessage(text);
    if (message === null) return false;
    version = message.version;
    hear(message);
    return true;
  }

  /** True: something came. */
  async function listen(): Promise<boolean> {
    const silence = new AbortController();
    const watch = (): ReturnType<typeof setTimeout> => setTimeout(() => silence.abort(), silenceMs);
    let timer = watch();
    let heard = false;
    try {
      const response = await fetch(`${origin}/live`, {
        signal: AbortSignal.any([signal, silence.signal]),
        headers: { ...headers, ...(version === null ? {} : { 'last-event-id': version }) },
        cache: 'no-store',
      });
      if (response.status === 401) turn('signed-out');
      if (response.status !== 200 || response.body === null) {
        await response.body?.cancel();
        return false;
      }
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      let rest = '';
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return heard;
        clearTimeout(timer);
        timer = watch();
        const read = readStreamEvents(rest + decoder.decode(value, { stream: true }));
        rest = read.rest;
        for (const { type, data } of read.events) {
          heard = true;
          if (type === 'signed-out') turn('signed-out');
          if (type === 'trouble') turn('off');
          if (type === 'beat' || (type === 'state' && take(data))) turn('live');
        }
      }
    } catch {
      return heard;
    } finally {
      clearTimeout(timer);
    }
  }

  function readAnswer(response: Response, text: string): LiveHow {
    if (response.status === 401) return 'signed-out';
    if (response.status === 304) return 'polling';
    if (response.status !== 200 || !take(text)) return 'off';
    etag = response.headers.get('etag');
    return 'polling';
  }

  async function ask(): Promise<void> {
    try {
      const response = await fetch(`${origin}/live/state`, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
        headers: { ...headers, ...(etag === null ? {} : { 'if-none-match': etag }) },
        cache: 'no-store',
      });
      turn(readAnswer(response, await response.text()));
    } catch {
      turn('off');
    }
  }

  const isOver = (): boolean => signal.aborted || how === 'signed-out';
  let failures = 0;
  while (!isOver()) {
    if (failures < patience || failures % rareTries === 0) failures = (await listen()) ? 0 : failures + 1;
    else failures += 1;
    if (isOver()) return;
    await ask();
    // A stream that worked is taken up again at once: its server was started anew, or it was idle behind a proxy.
    if (!isOver()) await pause(failures === 0 ? Math.min(1_000, pollMs) : pollMs, signal);
  }
}

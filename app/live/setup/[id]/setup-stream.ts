import { setTimeout as pause } from 'node:timers/promises';
import { writeStreamEvent } from '#lib/live/event-stream.ts';
import type { SetupRun } from '#prisma/commands/setup-runs.ts';
import { readNews, writePlace, type SetupPlace } from '#app/_queries/setup-runs.ts';

export interface SetupStreamOptions {
  /** The run as it is now; null: it is gone. */
  readonly read: () => Promise<SetupRun | null>;
  /** Where the reader was; null: at the beginning. */
  readonly place: SetupPlace | null;
  readonly signal: AbortSignal;
  /** Called once. */
  readonly onEnd: () => void;
  readonly reportTrouble: (error: unknown) => void;
  readonly pollMs?: number;
  readonly beatMs?: number;
  /** After this the reader comes back by itself, and is asked again who it is. */
  readonly longestMs?: number;
}

const encoder = new TextEncoder();
/** Bytes that may wait for a slow reader before it is let go. */
const bufferBytes = 262_144;

/**
 * The steps of a run as events: `steps` with a JSON array and `attempt.step` as id, `anew` where another worker begins
 * again, `done` at the end.
 */
export function createSetupStream(options: SetupStreamOptions): ReadableStream<Uint8Array> {
  const { signal, pollMs = 300, beatMs = 15_000, longestMs = 120_000 } = options;
  const ending = new AbortController();
  const end = (): void => ending.abort();
  const follow = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    let place = options.place;
    let saidAt = Number.NEGATIVE_INFINITY;
    const begunAt = performance.now();
    const send = (text: string): void => {
      if ((controller.desiredSize ?? 0) <= 0) end();
      else controller.enqueue(encoder.encode(text));
      saidAt = performance.now();
    };
    send('retry: 1000\n\n');
    while (!ending.signal.aborted && performance.now() - begunAt < longestMs) {
      const run = await options.read();
      if (run !== null) {
        const news = await readNews(run, place);
        place = news.place;
        const id = writePlace(place);
        if (news.anew) send(writeStreamEvent({ type: 'anew', data: '', id: null }));
        if (news.steps.length > 0) send(writeStreamEvent({ type: 'steps', data: JSON.stringify(news.steps), id }));
      }
      // Steps of a run that was over when it was read have all been read.
      if (run === null || run.finishedAt !== null) {
        send(writeStreamEvent({ type: 'done', data: '', id: null }));
        return;
      }
      if (performance.now() - saidAt >= beatMs) send(': beat\n\n');
      await pause(pollMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        signal.addEventListener('abort', end);
        if (signal.aborted) end();
        void follow(controller)
          .catch(options.reportTrouble)
          .finally(() => {
            signal.removeEventListener('abort', end);
            options.onEnd();
            try {
              controller.close();
            } catch {
              // The reader was faster.
            }
          });
      },
      cancel: end,
    },
    { highWaterMark: bufferBytes, size: ({ byteLength }) => byteLength },
  );
}

/** How many pages may listen at a time: each asks the database by itself. */
const maxStreams = 100;
const maxPerActor = 10;

function createPlaces() {
  const held = new Map<string, number>();
  let total = 0;
  return {
    /** Gives what frees the place again; null: there is none. */
    take: (actorId: string): (() => void) | null => {
      const own = held.get(actorId) ?? 0;
      if (total >= maxStreams || own >= maxPerActor) return null;
      total += 1;
      held.set(actorId, own + 1);
      return () => {
        total -= 1;
        const left = (held.get(actorId) ?? 1) - 1;
        if (left <= 0) held.delete(actorId);
        else held.set(actorId, left);
      };
    },
  };
}

export const setupStreams = createPlaces();

import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import type { FailureReason } from '#lib/model/observation.ts';
import { readSocketError } from './socket-failure.ts';

/** What a server may send before we stop listening. */
const maxLineBytes = 8 * 1024;
export const maxTotalBytes = 64 * 1024;

export type LineRead =
  | { readonly ok: true; readonly line: string }
  /** `partial`: the beginning of a line that did not end, as far as a transcript keeps it. */
  | { readonly ok: false; readonly reason: FailureReason; readonly said?: string; readonly partial: string };

/** Reads a socket line by line. One at a time; bytes are counted over all sockets of a probe by `budget`. */
export interface LineChannel {
  /** The next line as latin1 without its line end. Never rejects. `deadline` is a `performance.now()` value. */
  readonly readLine: (deadline: number) => Promise<LineRead>;
  readonly writeLine: (line: string) => void;
  /** Stops listening and hands over what came and was not read, at most what the caps let in. */
  readonly detach: () => Buffer;
}

/** Bytes that one probe may still read: plaintext before and after STARTTLS count together. */
export interface ByteBudget {
  remaining: number;
}

interface Ending {
  readonly reason: FailureReason;
  readonly said?: string;
}

const maxPartialBytes = 512;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Listens to `socket`, which must already have an error listener that stays. */
export function openLineChannel(socket: Duplex, budget: ByteBudget): LineChannel {
  let unread = Buffer.alloc(0);
  let ended: Ending | null = null;
  let wake: (() => void) | null = null;

  const finish = (ending: Ending) => {
    ended ??= ending;
    wake?.();
  };
  const onData = (chunk: Buffer) => {
    const taken = chunk.subarray(0, budget.remaining);
    budget.remaining -= taken.length;
    unread = Buffer.concat([unread, taken]);
    if (taken.length < chunk.length) {
      finish({ reason: 'limit', said: `more than ${maxTotalBytes} bytes` });
    }
    // One line ahead is enough: what a flood sends waits in the kernel, which then stops the flood.
    if (unread.length > maxLineBytes) socket.pause();
    wake?.();
  };
  const onError = (error: Error) => finish(readSocketError(error));
  const onEnd = () => finish({ reason: 'closed' });
  socket.on('data', onData).on('error', onError).once('end', onEnd).once('close', onEnd);

  const giveUp = (ending: Ending): LineRead => ({
    ok: false,
    ...ending,
    partial: unread.toString('latin1', 0, maxPartialBytes),
  });
  const nextLine = (): LineRead | null => {
    const end = unread.indexOf(lineFeed);
    if (end === -1 ? unread.length > maxLineBytes : end > maxLineBytes) {
      return giveUp({ reason: 'limit', said: `a line longer than ${maxLineBytes} bytes` });
    }
    if (end === -1) return ended === null ? null : giveUp(ended);
    const textEnd = unread[end - 1] === carriageReturn ? end - 1 : end;
    const line = unread.toString('latin1', 0, textEnd);
    unread = unread.subarray(end + 1);
    if (unread.length <= maxLineBytes) socket.resume();
    return { ok: true, line };
  };

  return {
    readLine: async (deadline) => {
      const ready = nextLine();
      if (ready !== null) return ready;
      return new Promise((resolve) => {
        const settle = (outcome: LineRead) => {
          clearTimeout(timer);
          wake = null;
          resolve(outcome);
        };
        const timer = setTimeout(
          () => settle(giveUp({ reason: 'timeout' })),
          Math.max(0, deadline - performance.now()),
        );
        wake = () => {
          const outcome = nextLine();
          if (outcome !== null) settle(outcome);
        };
      });
    },
    writeLine: (line) => {
      if (socket.writable) socket.write(`${line}\r\n`, 'latin1');
    },
    detach: () => {
      socket.off('data', onData).off('error', onError).off('end', onEnd).off('close', onEnd);
      const rest = unread;
      unread = Buffer.alloc(0);
      return rest;
    },
  };
}

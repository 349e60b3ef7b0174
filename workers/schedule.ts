import { schedule as scheduleCron } from 'node-cron';
import { errorText } from '#lib/error-text.ts';
import type { TaskKind } from '#prisma/commands/tasks.ts';
import type { Log } from './ports.ts';
import type { Claim } from './store/tasks.ts';

/** Kinds of work with room of their own: slow probes never keep an alert waiting. */
export interface Lane {
  readonly kinds: readonly TaskKind[];
  /** Runs at a time. */
  readonly concurrency: number;
}

export const lanes: readonly Lane[] = [
  { kinds: ['notify', 'digest', 'remind', 'prove'], concurrency: 8 },
  // Whether it is us: never behind a probe that waits for a network that is gone.
  { kinds: ['self-check'], concurrency: 2 },
  { kinds: ['probe', 'discover'], concurrency: 50 },
  // A deploy hook waits for each.
  { kinds: ['preflight'], concurrency: 4 },
  // Somebody watches each of them fill in.
  { kinds: ['setup'], concurrency: 4 },
  // Slow on purpose: they pace themselves.
  { kinds: ['scan', 'message', 'prune'], concurrency: 4 },
  // Each asks many servers many questions.
  { kinds: ['zone'], concurrency: 4 },
];

export interface Schedule {
  /** Claims what is due and starts it. Resolves when nothing more can be started now; never rejects. */
  wake(): Promise<void>;
  /** Starts nothing new and waits for what runs, at most `timeoutMs`. Gives what still runs. */
  drain(timeoutMs: number): Promise<number>;
}

/** A lane at work. */
interface Room {
  readonly lane: Lane;
  readonly running: Set<Promise<void>>;
  full: boolean;
  filling: Promise<void> | null;
}

/** Runs due tasks. Wakes are only hints: what is due stays in Postgres until it has been done. */
export function createSchedule(options: {
  readonly claim: (wanted: {
    readonly limit: number;
    readonly kinds: readonly TaskKind[];
  }) => Promise<readonly Claim[]>;
  /** Must not reject. */
  readonly run: (claim: Claim) => Promise<void>;
  readonly lanes: readonly Lane[];
  readonly log: Log;
}): Schedule {
  const { claim, run, log } = options;
  const rooms = options.lanes.map((lane): Room => ({ lane, running: new Set(), full: false, filling: null }));
  let stopping = false;
  let lost = false;

  const fill = async (room: Room): Promise<void> => {
    for (;;) {
      const free = room.lane.concurrency - room.running.size;
      room.full = free <= 0;
      if (stopping || room.full) return;
      const claims = await claim({ limit: free, kinds: room.lane.kinds });
      if (lost) log.info('the database is back');
      lost = false;
      if (claims.length === 0) return;
      for (const item of claims) {
        const running = run(item).finally(() => {
          room.running.delete(running);
          // More may be waiting than there was room for.
          if (room.full) void wakeRoom(room);
        });
        room.running.add(running);
      }
    }
  };
  const tryToFill = async (room: Room): Promise<void> => {
    try {
      await fill(room);
    } catch (error) {
      // Said once: the next wake tries again, and nothing is lost meanwhile.
      if (!lost) log.error('the database cannot be reached; work waits', { error: errorText(error) });
      lost = true;
    }
  };
  // Each by itself: where more is due than a worker can do, its lane is being filled all the time.
  const wakeRoom = async (room: Room): Promise<void> => {
    if (stopping) return;
    room.filling ??= tryToFill(room).finally(() => (room.filling = null));
    await room.filling;
  };
  const wake = async (): Promise<void> => {
    await Promise.all(rooms.map(wakeRoom));
  };
  return {
    wake,
    drain: async (timeoutMs) => {
      stopping = true;
      await Promise.all(rooms.flatMap(({ filling }) => filling ?? []));
      const running = rooms.flatMap((room) => [...room.running]);
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
      await Promise.race([Promise.all(running), timeout]);
      clearTimeout(timer);
      return rooms.reduce((count, room) => count + room.running.size, 0);
    },
  };
}

/** Wakes with every second, also while the last wake still works: one wake at a time is for `wake`. Gives what stops it. */
export function startTicking(wake: () => Promise<void>): () => Promise<void> {
  // node-cron does not wait for it: it would write a warning of its own into the log for every tick that it leaves out.
  const task = scheduleCron('* * * * * *', () => void wake(), { timezone: 'UTC', suppressMissedWarning: true });
  return async () => {
    await task.destroy();
  };
}

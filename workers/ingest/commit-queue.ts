import type { IngestDetail } from '#lib/model/vital-sign.ts';
import type { BatchAnswer, CensusStore } from '#workers/store/census/census-store.ts';
import type { ReportBatch } from '#workers/store/census/prepare-reports.ts';

/** Why a batch was not taken: the sender keeps it and tries again after some seconds. */
export interface Postponed {
  readonly why: 'full' | 'database';
  readonly retryAfterSeconds: number;
  /** What the database said, for the log. */
  readonly error?: unknown;
}

export type Outcome =
  { readonly ok: true; readonly answer: BatchAnswer } | { readonly ok: false; readonly postponed: Postponed };

/** Takes batches and resolves each once it is safe on disk. Never rejects. */
export interface CommitQueue {
  readonly add: (batch: ReportBatch) => Promise<Outcome>;
  /** Resolves when all that was added has been answered. */
  readonly drain: () => Promise<void>;
  /** How far behind it is, and was since the question before. */
  readonly look: () => Pick<IngestDetail, 'waitedMs' | 'putOff'>;
}

interface Waiting {
  readonly batch: ReportBatch;
  /** `performance.now()`. */
  readonly since: number;
  readonly resolve: (outcome: Outcome) => void;
}

/** Reports that wait: some tens of MB. Beyond that senders keep them. */
const maxWaiting = 60_000;
/** Reports of one transaction, unless one batch alone has more. */
const maxTogether = 10_000;
/** Transactions at once: while one waits for the census lock, the next reads what it will change. */
const maxAtOnce = 2;

/**
 * Collects batches while the database works: what came in the meantime is committed together, so that few batches wait
 * for little and many share a transaction. Bounded: a batch that finds it full is refused at once.
 */
export function createCommitQueue(store: Pick<CensusStore, 'commit'>): CommitQueue {
  const waiting: Waiting[] = [];
  const unanswered = new Set<Waiting>();
  let waitingReports = 0;
  let longestMs = 0;
  let putOff = 0;
  let running = 0;
  let drained: (() => void)[] = [];

  const sizeOf = ({ batch }: Waiting): number => batch.reports.length + batch.rejected.length + 1;

  function takeGroup(): readonly Waiting[] {
    const group: Waiting[] = [];
    let size = 0;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (group.length > 0 && size + sizeOf(next) > maxTogether) break;
      group.push(next);
      size += sizeOf(next);
      waiting.shift();
    }
    waitingReports -= size;
    return group;
  }

  async function commitGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const answers = await store.commit(group.map(({ batch }) => batch));
      group.forEach(({ resolve }, index) => {
        const answer = answers[index];
        resolve(answer === undefined ? postpone(new Error('no answer')) : { ok: true, answer });
      });
    } catch (error) {
      const [first, ...others] = group;
      if (others.length === 0) {
        first?.resolve(postpone(error));
        return;
      }
      // One batch may be to blame: the others shall not wait for it.
      for (const one of group) await commitGroup([one]);
    }
  }

  function pump(): void {
    while (running < maxAtOnce && waiting.length > 0) {
      running += 1;
      void commitGroup(takeGroup()).finally(() => {
        running -= 1;
        pump();
      });
    }
    if (running > 0 || waiting.length > 0) return;
    for (const resolve of drained) resolve();
    drained = [];
  }

  return {
    add: (batch) => {
      if (waitingReports >= maxWaiting) {
        putOff += 1;
        return Promise.resolve({ ok: false, postponed: { why: 'full', retryAfterSeconds: 2 } });
      }
      return new Promise((resolve) => {
        const one: Waiting = {
          batch,
          since: performance.now(),
          resolve: (outcome) => {
            unanswered.delete(one);
            if (outcome.ok) longestMs = Math.max(longestMs, performance.now() - one.since);
            else putOff += 1;
            resolve(outcome);
          },
        };
        unanswered.add(one);
        waitingReports += sizeOf(one);
        waiting.push(one);
        pump();
      });
    },
    look: () => {
      // The first that came has waited longest.
      const [oldest] = unanswered;
      const seen = {
        waitedMs: Math.max(longestMs, oldest === undefined ? 0 : performance.now() - oldest.since),
        putOff,
      };
      [longestMs, putOff] = [0, 0];
      return seen;
    },
    drain: () =>
      new Promise((resolve) => {
        drained.push(resolve);
        pump();
      }),
  };
}

function postpone(error: unknown): Outcome {
  return { ok: false, postponed: { why: 'database', retryAfterSeconds: 5, error } };
}

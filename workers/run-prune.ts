import type { Clock, Log } from './ports.ts';
import type { Store } from './store/store.ts';
import type { Claim } from './store/tasks.ts';

/** What pruning goes by. */
export interface PrunePorts {
  /** Days that history is kept once it has ended, at most: the console may say less. */
  readonly retentionDays: number;
}

const dayMs = 24 * 60 * 60 * 1000;
/** Well within the lease: what is left over goes on at once, with a lease of its own. */
const longestMs = 120_000;

/** Keeps what the census says today, and deletes the history that is older than an operator wants to keep, once a day. */
export async function runPrune(
  claim: Claim,
  ports: PrunePorts & { readonly store: Store; readonly clock: Clock; readonly log: Log },
): Promise<void> {
  const { store, clock, log, retentionDays } = ports;
  const startedAt = performance.now();
  const now = clock.now();
  await store.noteCensusDay(new Date(now));
  const kept = await store.loadRetention(retentionDays);
  const since = (days: number) => new Date(now - days * dayMs);
  const { pruned, complete } = await store.prune({
    before: {
      observations: since(kept.observations),
      incidents: since(kept.incidents),
      reports: since(kept.reports),
    },
    now: new Date(now),
    mayGoOn: () => performance.now() - startedAt < longestMs,
  });
  if (Object.values(pruned).some((count) => count > 0)) log.info('old history was deleted', { ...pruned });
  await store.inClaim(claim, (run) => run.complete({ nextInMs: complete ? dayMs : 0 }));
}

import { setTimeout as delay } from 'node:timers/promises';
import { createCommitQueue } from '#workers/ingest/commit-queue.ts';
import type { BatchAnswer } from '#workers/store/census/census-store.ts';
import type { ReportBatch } from '#workers/store/census/prepare-reports.ts';
import type { Report } from '#lib/model/report.ts';

const report: Report = {
  ...{ observedAt: 0, service: 'imap', server: { host: 'imap.example.org', address: null, port: null } },
  ...{ account: { kind: 'none' }, client: null, clientAddress: null, session: null, isLogin: false },
  ...{ latches: null, tls: null, proxied: false, proxyTold: false },
};
const batchOf = (count: number): ReportBatch => ({
  ...{ source: 1, batchId: String(count), rejected: [], reports: Array.from({ length: count }, () => report) },
});

const answer: BatchAnswer = { accepted: 0, duplicate: 0, rejected: [], revoked: false };

it('says how long reports wait, and waited since it was asked before', async () => {
  const commits: ((answers: readonly BatchAnswer[]) => void)[] = [];
  const queue = createCommitQueue({ commit: () => new Promise((resolve) => commits.push(resolve)) });
  expect(queue.look()).toEqual({ waitedMs: 0, putOff: 0 });
  // Two are under way, the third waits for its turn.
  const outcomes = [3, 4, 5].map((count) => queue.add(batchOf(count)));
  const addedAt = performance.now();
  await delay(5);
  const askedAt = performance.now();
  expect(queue.look().waitedMs).toBeGreaterThanOrEqual(askedAt - addedAt);
  // Not answered yet: it goes on.
  const againAt = performance.now();
  expect(queue.look().waitedMs).toBeGreaterThanOrEqual(againAt - addedAt);
  const answeredAt = performance.now();
  for (let answered = 0; answered < outcomes.length; answered += 1) {
    while (commits.length === 0) await delay(1);
    commits.shift()?.([answer]);
  }
  await Promise.all(outcomes);
  // What was answered since is remembered until it was told, and then no more.
  expect(queue.look().waitedMs).toBeGreaterThanOrEqual(answeredAt - addedAt);
  expect(queue.look()).toEqual({ waitedMs: 0, putOff: 0 });
});

it('says how many batches it did not take, and that those waited for nothing', async () => {
  const commits: (() => void)[] = [];
  const queue = createCommitQueue({
    commit: () => new Promise((_, reject) => commits.push(() => reject(new Error('no database')))),
  });
  // Two under way, and more reports behind them than there is room for.
  const outcomes = [1, 2, 60_000, 4, 5].map((count) => queue.add(batchOf(count)));
  expect((await Promise.all(outcomes.slice(3))).map(({ ok }) => ok)).toEqual([false, false]);
  expect(queue.look().putOff).toBe(2);
  for (let failed = 0; failed < 3; failed += 1) {
    while (commits.length === 0) await delay(1);
    commits.shift()?.();
  }
  await Promise.all(outcomes);
  expect(queue.look()).toEqual({ waitedMs: 0, putOff: 3 });
});

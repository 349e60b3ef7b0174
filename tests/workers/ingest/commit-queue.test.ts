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

it('says how much waits, and how long it waited since it was asked before', async () => {
  const commits: ((answers: readonly BatchAnswer[]) => void)[] = [];
  const queue = createCommitQueue({ commit: () => new Promise((resolve) => commits.push(resolve)) });
  expect(queue.look()).toEqual({ waiting: 0, waitedMs: 0 });
  // Two are under way, the third waits for its turn.
  const outcomes = [3, 4, 5].map((count) => queue.add(batchOf(count)));
  await delay(30);
  const early = queue.look();
  expect(early.waiting).toBe(12);
  expect(early.waitedMs).toBeGreaterThanOrEqual(29);
  await delay(30);
  // Not answered yet: it goes on.
  expect(queue.look().waitedMs).toBeGreaterThan(early.waitedMs);
  const answer: BatchAnswer = { accepted: 0, duplicate: 0, rejected: [], revoked: false };
  for (let answered = 0; answered < outcomes.length; answered += 1) {
    while (commits.length === 0) await delay(1);
    commits.shift()?.([answer]);
  }
  await Promise.all(outcomes);
  // What was answered since is remembered until it was told, and then no more.
  const late = queue.look();
  expect(late.waiting).toBe(0);
  expect(late.waitedMs).toBeGreaterThanOrEqual(59);
  expect(queue.look()).toEqual({ waiting: 0, waitedMs: 0 });
});

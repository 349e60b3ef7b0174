import { z } from 'zod';
import { ok } from '#lib/model/result.ts';
import { listed, when } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { findOutages, readHealth } from '#app/_queries/health.ts';
import { countIncidents } from '#app/_queries/incidents.ts';

const answer = z.object({
  up: z.boolean().describe('Whether somebody looks at all: a silent watcher looks like a healthy network.'),
  reasons: listed(z.string()).describe('Why not.'),
  incidents: z.object({ open: z.int(), acknowledged: z.int() }).describe('Warnings and worse.'),
  workers: z.object({ alive: z.int(), known: z.int(), last_heartbeat_at: when.nullable() }),
  oldest_due_at: when.nullable().describe('Since when the probe that is latest is due; null: none is late.'),
  notices: z.object({
    unsent: z.int(),
    failing: z.int().describe('Unsent although delivery was tried.'),
    last_sent_at: when.nullable(),
  }),
  reports: z.object({
    sources: z.int().describe('Sources that may report.'),
    silent: z.int().describe('Of those, from how many nothing came for an hour.'),
    last_at: when.nullable(),
    ingest_alive: z.int().describe('Processes that take reports.'),
    put_off: z.int().describe('Batches that ingest did not take within the last seconds: their senders try again.'),
    waited_ms: z.number().describe('The longest that reports waited lately until they were safe on disk.'),
  }),
  unseen_places: listed(z.string()).describe('Places that endpoints wait for and that no living worker has.'),
});

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'status:read',
    summary: 'How Latchwatch itself is',
    answers: { 200: answer },
    handle: async ({ now }) => {
      const [health, counts, reasons] = await Promise.all([readHealth(now), countIncidents(), findOutages(now)]);
      return ok(
        jsonResponse({
          up: reasons.length === 0,
          reasons,
          incidents: { open: counts.needsAction, acknowledged: counts.acknowledged },
          workers: {
            alive: health.workersAlive,
            known: health.workersKnown,
            last_heartbeat_at: health.lastHeartbeatAt,
          },
          oldest_due_at: health.oldestDueAt,
          notices: {
            unsent: health.unsentNotices,
            failing: health.failingNotices,
            last_sent_at: health.lastMailSentAt,
          },
          reports: {
            sources: health.ingest.sources,
            silent: health.ingest.silent,
            last_at: health.ingest.lastReportAt,
            ingest_alive: health.ingest.running,
            put_off: health.ingest.putOff,
            waited_ms: health.ingest.waitedMs,
          },
          unseen_places: health.strandedVantages.map(({ vantage }) => vantage),
        }),
      );
    },
  },
});

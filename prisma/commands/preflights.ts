import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ServedTlsa } from '#lib/dane/held-since.ts';
import { tlsaRecord } from '#lib/model/observation-schema.ts';
import { preflightReportSchema, type PreflightReport } from '#lib/model/preflight-schema.ts';
import { readStoredJson, storableJson } from '#lib/model/stored-text.ts';
import type { PreflightOutcome } from '#lib/planner/preflight-outcome.ts';
import { preflightRequestSchema, type PreflightRequest } from '#lib/planner/preflight-request.ts';
import type { Transaction } from '../client.ts';
import { requestTask, urgent } from './tasks.ts';

/** A preflight as it is kept. */
export interface Preflight {
  readonly id: string;
  readonly request: PreflightRequest;
  readonly requestedAt: Date;
  readonly requestedBy: string;
  readonly finishedAt: Date | null;
  readonly report: PreflightReport | null;
  /** One sentence, where it could not be answered. */
  readonly error: string | null;
}

const served: z.ZodType<ServedTlsa> = z.object({
  host: z.string(),
  address: z.string(),
  set: z.object({ records: z.array(tlsaRecord), ttlSeconds: z.number().nullable() }).nullable(),
});
export const servedTlsaSet = z.array(served);

const answer = z.object({ report: preflightReportSchema });

/** Asks a worker for a preflight. Call it in a transaction. */
export async function requestPreflight(
  db: Transaction,
  asked: { readonly request: PreflightRequest; readonly actor: string; readonly now: Date },
): Promise<string> {
  const { request, actor, now } = asked;
  const id = randomUUID();
  await db.preflight.create({ data: { id, change: asJson(request), requestedAt: now, requestedBy: actor } });
  await requestTask(db, { kind: 'preflight', ref: id, dueAt: now, priority: urgent });
  return id;
}

/** Keeps a preflight that was answered where it was asked. */
export async function keepPreflight(
  db: Transaction,
  kept: {
    readonly request: PreflightRequest;
    readonly outcome: PreflightOutcome;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<void> {
  const { request, outcome, actor, now } = kept;
  const id = randomUUID();
  await db.preflight.create({ data: { id, change: asJson(request), requestedAt: now, requestedBy: actor } });
  await savePreflight(db, { id, outcome, now });
}

/** A preflight by its id; null: there is none. */
export async function findPreflight(db: Transaction, id: string): Promise<Preflight | null> {
  const row = await db.preflight.findUnique({ where: { id } });
  if (row === null) return null;
  return {
    id,
    request: preflightRequestSchema.parse(readStoredJson(JSON.stringify(row.change))),
    requestedAt: row.requestedAt,
    requestedBy: row.requestedBy,
    finishedAt: row.finishedAt,
    report: row.answer === null ? null : answer.parse(readStoredJson(JSON.stringify(row.answer))).report,
    error: row.error,
  };
}

/** Writes the answer down. False: it is answered already, or not there any more. */
export async function savePreflight(
  db: Transaction,
  done: {
    readonly id: string;
    readonly outcome: PreflightOutcome;
    readonly now: Date;
  },
): Promise<boolean> {
  const { id, outcome, now } = done;
  const data = 'error' in outcome ? { error: outcome.error } : { answer: asJson(outcome) };
  const { count } = await db.preflight.updateMany({
    where: { id, finishedAt: null },
    data: { ...data, finishedAt: now },
  });
  return count === 1;
}

function asJson(value: unknown) {
  return z.record(z.string(), z.json()).parse(JSON.parse(storableJson(value)));
}

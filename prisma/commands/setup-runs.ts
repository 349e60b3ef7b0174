import { randomUUID } from 'node:crypto';
import { endpointKey } from '#lib/model/endpoint.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import { readStoredJson } from '#lib/model/stored-text.ts';
import { isOffered, setupResultSchema, type SetupResult } from '#lib/setup/setup-result.ts';
import { setupStepSchema } from '#lib/setup/setup-step-schema.ts';
import type { SetupStep } from '#lib/setup/setup-step.ts';
import type { Transaction } from '../client.ts';
import { addDomain } from './domains.ts';
import { addFoundEndpoint, removeEndpoint } from './endpoints.ts';
import { requestTask, urgent } from './tasks.ts';

/** A look at a domain that somebody sets up, as it is kept. */
export interface SetupRun {
  readonly id: string;
  readonly domain: string;
  readonly requestedAt: Date;
  readonly requestedBy: string;
  /** Grows when another worker begins anew; 0: none has begun. */
  readonly attempt: bigint;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** One sentence, where it came to no end. */
  readonly error: string | null;
  readonly result: SetupResult | null;
  readonly monitoredAt: Date | null;
}

/** Looks that wait or are under way: more at once are a mistake of somebody's script. */
const maxUnfinished = 20;

/**
 * Asks a worker to look at a domain that need not be watched. One that waits or is under way is the answer to a second
 * request for the same domain. `domain` is in A-label form, as `parseDomainName` gives it. Call it in a transaction.
 */
export async function requestSetup(
  db: Transaction,
  { domain, actor, now }: { readonly domain: string; readonly actor: string; readonly now: Date },
): Promise<Result<{ readonly id: string }>> {
  // Two requests at once must not queue two.
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('setup_run'))`;
  const unfinished = await db.setupRun.findMany({ where: { finishedAt: null }, select: { id: true, domain: true } });
  const same = unfinished.find((run) => run.domain === domain);
  if (same !== undefined) return ok({ id: same.id });
  if (unfinished.length >= maxUnfinished) {
    return err('Too many domains are being looked at. Wait until some are done; is a worker running?');
  }
  const id = randomUUID();
  await db.setupRun.create({ data: { id, domain, requestedAt: now, requestedBy: actor } });
  await requestTask(db, { kind: 'setup', ref: id, dueAt: now, priority: urgent });
  return ok({ id });
}

/** A run by its id; null: there is none. */
export async function findSetupRun(db: Transaction, id: string): Promise<SetupRun | null> {
  const row = await db.setupRun.findUnique({ where: { id } });
  if (row === null) return null;
  const { domain, requestedAt, requestedBy, attempt, startedAt, finishedAt, error, monitoredAt } = row;
  const result = row.result === null ? null : setupResultSchema.parse(readStoredJson(JSON.stringify(row.result)));
  return { id, domain, requestedAt, requestedBy, attempt, startedAt, finishedAt, error, result, monitoredAt };
}

/** A step with its place in the order in which they were written. */
export interface KeptSetupStep {
  readonly id: bigint;
  readonly step: SetupStep;
}

/** Steps of one attempt after a place, the oldest first, at most `limit`. */
export async function readSetupSteps(
  db: Transaction,
  wanted: { readonly runId: string; readonly attempt: bigint; readonly after: bigint; readonly limit: number },
): Promise<readonly KeptSetupStep[]> {
  const { runId, attempt, after, limit } = wanted;
  const rows = await db.setupStep.findMany({
    where: { runId, attempt, id: { gt: after } },
    orderBy: { id: 'asc' },
    take: limit,
    select: { id: true, step: true },
  });
  return rows.map(({ id, step }) => ({ id, step: setupStepSchema.parse(readStoredJson(JSON.stringify(step))) }));
}

/**
 * Puts the domain of a run under watch with those of its endpoints that `wanted` names by `endpointKey`; the others are
 * dismissed, so that discovery does not bring them back. Doing it again sets the same. Call it in a transaction. The
 * error is one sentence for a person.
 */
export async function monitorSetup(
  db: Transaction,
  choice: { readonly id: string; readonly wanted: ReadonlySet<string>; readonly actor: string; readonly now: Date },
): Promise<Result<{ readonly domain: string; readonly domainId: string; readonly endpoints: number }>> {
  const { id, wanted, actor, now } = choice;
  // Two clicks at once must not do it twice.
  await db.$queryRaw`SELECT id FROM setup_run WHERE id = ${id} FOR UPDATE`;
  const run = await findSetupRun(db, id);
  if (run === null) return err('This look is not kept any more. Look at the domain again.');
  if (run.result === null) return err('This look is not over yet.');
  if (run.result.exists === false) return err(`${run.domain} does not exist in DNS.`);
  const { domainId } = await addDomain(db, { name: run.domain, actor, now });
  let endpoints = 0;
  for (const found of run.result.endpoints.filter(isOffered)) {
    const { target, origin, priority, weight } = found;
    const endpointId = await addFoundEndpoint(db, { domainId, target, origin, priority, weight, now });
    if (wanted.has(endpointKey(target))) endpoints += 1;
    else await removeEndpoint(db, { endpointId, domainId, actor, now });
  }
  await db.setupRun.update({ where: { id }, data: { monitoredAt: now, monitoredBy: actor } });
  return ok({ domain: run.domain, domainId, endpoints });
}

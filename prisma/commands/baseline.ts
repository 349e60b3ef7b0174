import { createHash } from 'node:crypto';
import { z } from 'zod';
import { findUnexpected, isRejected, needsApproval, publishedKeys, readBaselineFacts } from '#lib/drift/baseline.ts';
import type { Baseline, BaselineFacts } from '#lib/model/baseline.ts';
import { services, tlsModes } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { canonicalJson } from '#lib/model/span.ts';
import { readStoredJson, storableJson, storableText } from '#lib/model/stored-text.ts';
import type { Transaction } from '../client.ts';
import { requestProbe } from './endpoints.ts';
import { readLatestObservation } from './latest-observation.ts';
import { readMixedAddresses } from './mixed-addresses.ts';

const facts = z.object({
  tlsVersion: z.string().nullable(),
  starttls: z.boolean().nullable(),
  keys: z.array(z.string()),
  issuers: z.array(z.string()),
  names: z.array(z.string()),
  notBefore: z.number().nullable(),
  notAfter: z.number().nullable(),
});

/** Reads facts of a baseline as they were stored. Throws on what this version did not write. */
function parseBaselineFacts(stored: string): BaselineFacts {
  return facts.parse(readStoredJson(stored));
}

const baselineRow = z.object({
  endpoint_id: z.string(),
  facts: z.string(),
  since: z.date(),
  approved_by: z.string().nullable(),
  rejected: z.string().nullable(),
  rejected_by: z.string().nullable(),
  rejected_at: z.date().nullable(),
});

/** What an endpoint is compared with; undefined: it was never seen as a whole. */
export async function readBaseline(db: Transaction, endpointId: string): Promise<Baseline | undefined> {
  return (await readBaselines(db, [endpointId])).get(endpointId);
}

/** The same of several, by id of the endpoint; those that were never seen as a whole are left out. */
export async function readBaselines(
  db: Transaction,
  endpointIds: readonly string[],
): Promise<ReadonlyMap<string, Baseline>> {
  const rows = await db.$queryRaw`
    SELECT endpoint_id, facts::text AS facts, since, approved_by, rejected::text AS rejected, rejected_by, rejected_at
    FROM baseline WHERE endpoint_id = ANY(${[...endpointIds]}::text[])`;
  return new Map(
    z
      .array(baselineRow)
      .parse(rows)
      .map((row) => [row.endpoint_id, toBaseline(row)]),
  );
}

function toBaseline(row: z.infer<typeof baselineRow>): Baseline {
  const { rejected, rejected_by: by, rejected_at: at } = row;
  return {
    facts: parseBaselineFacts(row.facts),
    since: row.since.getTime(),
    approvedBy: row.approved_by,
    rejected:
      rejected === null || by === null || at === null
        ? null
        : { facts: parseBaselineFacts(rejected), by, at: at.getTime() },
  };
}

/** A change of an endpoint that waits for a person's word, or that a person refused. */
export interface OpenChange {
  readonly before: BaselineFacts;
  readonly after: BaselineFacts;
  /** Names just this difference: who decides about it says what they saw. */
  readonly mark: string;
  readonly rejected: Baseline['rejected'];
}

/** The change of an endpoint that nobody could expect, as its latest run shows it; null: there is none. */
export async function findOpenChange(
  db: Transaction,
  { endpointId, now }: { readonly endpointId: string; readonly now: number },
): Promise<OpenChange | null> {
  const endpoint = await db.endpoint.findUnique({ where: { id: endpointId } });
  const baseline = endpoint === null ? undefined : await readBaseline(db, endpointId);
  if (baseline === undefined) return null;
  const observation = await readLatestObservation(db, { endpointId, endpoint: targetRow.parse(endpoint) });
  if (observation === null) return null;
  return openChangeOf({ observation, baseline, mixedAddresses: await readMixedAddresses(db, endpointId), now });
}

/** The same of a latest run that is at hand. */
export function openChangeOf({
  observation,
  baseline,
  mixedAddresses,
  now,
}: {
  readonly observation: EndpointObservation;
  readonly baseline: Baseline;
  readonly mixedAddresses: readonly string[];
  readonly now: number;
}): OpenChange | null {
  const after = readBaselineFacts(observation, mixedAddresses);
  if (after === null) return null;
  const change = findUnexpected(baseline.facts, after, { publishedKeys: publishedKeys(observation), now });
  if (!needsApproval(change)) return null;
  const { facts: before, rejected } = baseline;
  const refused = isRejected(baseline, after) ? rejected : null;
  return {
    before,
    after,
    mark: createHash('sha256')
      .update(canonicalJson([before, after]))
      .digest('hex'),
    rejected: refused,
  };
}

const targetRow = z.object({
  service: z.enum(services),
  tlsMode: z.enum(tlsModes),
  host: z.string(),
  port: z.number(),
});

const maxNoteCharacters = 500;

export type ChangeOutcome =
  | { readonly outcome: 'decided' }
  /** The endpoint no longer shows what the person saw. */
  | { readonly outcome: 'changed-meanwhile' };

/**
 * Notes what a person says of a change, and asks for a probe. Approved, what is shown now is what later runs are
 * compared with; rejected, it becomes a fault. Call it in a transaction.
 */
export async function decideChange(
  db: Transaction,
  word: {
    readonly endpointId: string;
    readonly decision: 'approved' | 'rejected';
    /** `mark` of the change that the person saw. */
    readonly mark: string;
    readonly note: string;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<ChangeOutcome> {
  const { endpointId, decision, actor, now } = word;
  // Two people at once, or a run that writes a new baseline: one after the other.
  await db.$queryRaw`SELECT endpoint_id FROM baseline WHERE endpoint_id = ${endpointId} FOR UPDATE`;
  const change = await findOpenChange(db, { endpointId, now: now.getTime() });
  if (change === null || change.mark !== word.mark) return { outcome: 'changed-meanwhile' };
  const [before, after] = [storableJson(change.before), storableJson(change.after)];
  if (decision === 'approved') {
    await db.$executeRaw`
      UPDATE baseline SET facts = ${after}::jsonb, since = ${now}, approved_by = ${actor},
        rejected = NULL, rejected_by = NULL, rejected_at = NULL
      WHERE endpoint_id = ${endpointId}`;
  } else {
    await db.$executeRaw`
      UPDATE baseline SET rejected = ${after}::jsonb, rejected_by = ${actor}, rejected_at = ${now}
      WHERE endpoint_id = ${endpointId}`;
  }
  const note = storableText(word.note.trim().slice(0, maxNoteCharacters));
  await db.$executeRaw`
    INSERT INTO change_decision (endpoint_id, decision, before, after, note, by, at)
    VALUES (${endpointId}, ${decision}, ${before}::jsonb, ${after}::jsonb, ${note}, ${actor}, ${now})`;
  await requestProbe(db, { endpointId, now });
  return { outcome: 'decided' };
}

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { keyTypeOf, recordOf, type NextKey, type RecordForm } from '#lib/dane/next-key.ts';
import { tlsaText } from '#lib/dane/record.ts';
import { nextLook, supersededRecords } from '#lib/dane/rollover-look.ts';
import { emptyLook, type RolloverLook, type RolloverPlan } from '#lib/dane/rollover.ts';
import { tlsaOwner } from '#lib/dane/served-tlsa.ts';
import { dnssecStates } from '#lib/model/dnssec.ts';
import { services, tlsModes, type EndpointTarget } from '#lib/model/endpoint.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import { readStoredJson, storableJson } from '#lib/model/stored-text.ts';
import { parseTlsaText } from '#lib/planner/tlsa-text.ts';
import type { Transaction } from '../client.ts';
import { requestProbe } from './endpoints.ts';
import { readLatestObservation } from './latest-observation.ts';
import { servedTlsaSet } from './preflights.ts';
import { readZoneLooks } from './zone-looks.ts';
import { requestZone } from './zones.ts';

/** A rollover as it is kept. */
export interface Rollover extends RolloverPlan {
  readonly id: string;
  readonly endpointId: string;
  readonly target: EndpointTarget;
  readonly zoneId: string | null;
  readonly given: string;
  /** As of the last look. */
  readonly look: RolloverLook;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly closedAt: Date | null;
  readonly closedBy: string | null;
}

const instant = z.number().nullable();
const storedLook: z.ZodType<RolloverLook> = z.object({
  askedAt: instant,
  dnssec: z.enum(dnssecStates).nullable(),
  servers: servedTlsaSet,
  publishedSince: instant,
  settledAt: instant,
  fellBackAt: instant,
  probedAt: instant,
  addresses: z.array(z.object({ address: z.string(), shows: z.enum(['new', 'old', 'both', 'neither']).nullable() })),
  servedSince: instant,
  retiredSince: instant,
});
const targetRow = z.object({
  service: z.enum(services),
  tlsMode: z.enum(tlsModes),
  host: z.string(),
  port: z.number(),
});
const record = z.string().transform((text, context) => {
  const parsed = parseTlsaText(text);
  if (parsed.ok) return parsed.value;
  context.issues.push({ code: 'custom', message: parsed.error, input: text });
  return z.NEVER;
});
const storedRecords = z.object({ next: record, old: z.array(record) });

/**
 * Begins a rollover to a key, and has everything looked at. The error is a sentence for the person who asks. Call it in a
 * transaction.
 */
export async function startRollover(
  db: Transaction,
  asked: {
    readonly endpointId: string;
    readonly key: NextKey;
    readonly form: RecordForm;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<Result<{ readonly id: string }>> {
  const { endpointId, key, form, actor, now } = asked;
  const next = recordOf(key, form);
  if (!next.ok) return next;
  const row = await db.endpoint.findUnique({ where: { id: endpointId } });
  if (row === null) return err('This endpoint is not there any more.');
  const endpoint = targetRow.parse(row);
  if ((await db.rollover.count({ where: { endpointId, closedAt: null } })) > 0) {
    return err('A rollover of this endpoint is under way: finish or close that first.');
  }
  const observation = await readLatestObservation(db, { endpointId, endpoint });
  if (observation?.tlsa?.lookup.ok !== true) {
    return err('Its TLSA records have not been seen yet: wait for the next probe.');
  }
  if (observation.tlsa.lookup.facts.records.length === 0) {
    return err('It has no TLSA record yet: publish that of the present key first. The page of the endpoint shows it.');
  }
  const old = supersededRecords({ next: next.value, keyType: keyTypeOf(key.spki), observation });
  if (old.length === 0) {
    return err(
      'No published record matches what the server shows now, but for this one itself: there is nothing to roll over from.',
    );
  }
  const id = randomUUID();
  const { usage, selector, matchingType } = next.value;
  await db.rollover.create({
    data: {
      id,
      endpointId,
      given: key.given,
      publicKey: new Uint8Array(key.spki),
      certificate: key.certificate === null ? null : new Uint8Array(key.certificate.der),
      usage,
      selector,
      matching: matchingType,
      oldRecords: { next: tlsaText(next.value), old: old.map(tlsaText) },
      createdAt: now,
      createdBy: actor,
    },
  });
  await stepRollovers(db, { where: { id }, now });
  await requestLooks(db, { endpointId, zoneId: row.zoneId, now });
  return ok({ id });
}

/** Has the endpoint and its zone looked at now. */
export async function requestLooks(
  db: Transaction,
  { endpointId, zoneId, now }: { readonly endpointId: string; readonly zoneId: string | null; readonly now: Date },
): Promise<void> {
  await requestProbe(db, { endpointId, now });
  if (zoneId !== null) await requestZone(db, { zoneId, now });
}

/** Takes in what the latest runs saw, for the rollovers under way of an endpoint or of a whole zone. */
export async function stepRollovers(
  db: Transaction,
  {
    where,
    now,
  }: {
    readonly where:
      { readonly id: string } | { readonly endpointId: string } | { readonly endpoint: { readonly zoneId: string } };
    readonly now: Date;
  },
): Promise<void> {
  const rows = await db.rollover.findMany({
    where: { ...where, closedAt: null },
    include: { endpoint: true },
    take: 100,
  });
  for (const rollover of rows.map(readRow)) {
    const { id, endpointId, target, zoneId } = rollover;
    const owner = tlsaOwner(target);
    const looks = zoneId === null ? [] : await readZoneLooks(db, { zoneId, owner });
    const observation = await readLatestObservation(db, { endpointId, endpoint: target });
    // Looks that did not ask for it say nothing, such as those before the endpoint was added.
    const asked = looks.filter(({ servers }) => servers.length > 0);
    const look = nextLook(rollover, rollover.look, { looks: asked, observation });
    const date = (at: number | null) => (at === null ? null : new Date(at));
    await db.rollover.update({
      where: { id },
      data: {
        look: z.record(z.string(), z.json()).parse(JSON.parse(storableJson(look))),
        publishedSince: date(look.publishedSince),
        servedSince: date(look.servedSince),
        retiredSince: date(look.retiredSince),
        lookedAt: now,
      },
    });
  }
}

/** Ends a rollover, finished or given up. False: it is closed already, or not there. */
export async function closeRollover(
  db: Transaction,
  { id, actor, now }: { readonly id: string; readonly actor: string; readonly now: Date },
): Promise<boolean> {
  const { count } = await db.rollover.updateMany({
    where: { id, closedAt: null },
    data: { closedAt: now, closedBy: actor },
  });
  return count === 1;
}

/** A rollover by its id; null: there is none. */
export async function findRollover(db: Transaction, id: string): Promise<Rollover | null> {
  const row = await db.rollover.findUnique({ where: { id }, include: { endpoint: true } });
  return row === null ? null : readRow(row);
}

/** The latest rollovers, those under way first; at most 200. */
export async function listRollovers(db: Transaction): Promise<readonly Rollover[]> {
  const rows = await db.rollover.findMany({
    include: { endpoint: true },
    orderBy: [{ closedAt: { sort: 'desc', nulls: 'first' } }, { createdAt: 'desc' }],
    take: 200,
  });
  return rows.map(readRow);
}

/** Those under way, the oldest first; at most `limit`. */
export async function listOpenRollovers(db: Transaction, limit: number): Promise<readonly Rollover[]> {
  const rows = await db.rollover.findMany({
    where: { closedAt: null },
    include: { endpoint: true },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: limit,
  });
  return rows.map(readRow);
}

function readRow(row: {
  readonly id: string;
  readonly endpointId: string;
  readonly endpoint: { readonly zoneId: string | null };
  readonly given: string;
  readonly oldRecords: unknown;
  readonly look: unknown;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly closedAt: Date | null;
  readonly closedBy: string | null;
}): Rollover {
  const { id, endpointId, endpoint, given, createdAt, createdBy, closedAt, closedBy } = row;
  return {
    ...{ id, endpointId, given, createdAt, createdBy, closedAt, closedBy },
    ...storedRecords.parse(row.oldRecords),
    target: targetRow.parse(endpoint),
    zoneId: endpoint.zoneId,
    look: row.look === null ? emptyLook : storedLook.parse(readStoredJson(JSON.stringify(row.look))),
  };
}

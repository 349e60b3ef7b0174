import { z } from 'zod';
import type { AddressGuard } from '#lib/model/address.ts';
import { checkDeclaration } from '#lib/model/check-declaration.ts';
import { undeclared, type Declaration } from '#lib/model/declaration.ts';
import { listDeclaredFacts, readDeclarationFields, type DeclarationMistake } from '#lib/model/declaration-fields.ts';
import { endpointKey, services, tlsModes, type EndpointTarget } from '#lib/model/endpoint.ts';
import { parseEndpointKey } from '#lib/model/endpoint-key.ts';
import type { Transaction } from '../client.ts';
import { requestProbe } from './endpoints.ts';
import { watchedEndpoint } from './zones.ts';

const targetRow = z.object({
  service: z.enum(services),
  tlsMode: z.enum(tlsModes),
  host: z.string(),
  port: z.number(),
});

export interface DeclaredEndpoint {
  readonly declaration: Declaration;
  /** The endpoint that this one stands in front of; null: none is declared. */
  readonly backend: { readonly id: string; readonly target: EndpointTarget } | null;
  /** Who declared it last; null: nobody declared anything. */
  readonly declared: { readonly by: string; readonly at: Date } | null;
}

/** What an operator declared of an endpoint. */
export async function readDeclaration(db: Transaction, endpointId: string): Promise<DeclaredEndpoint> {
  const row = await findRow(db, endpointId);
  return row === null ? { declaration: undeclared, backend: null, declared: null } : readRow(row);
}

function findRow(db: Transaction, endpointId: string) {
  return db.declaration.findUnique({ where: { endpointId }, include: { frontOf: true } });
}

/** The same of several, by id of the endpoint; those of which nothing is declared are left out. */
export async function readDeclarationsOf(
  db: Transaction,
  endpointIds: readonly string[],
): Promise<ReadonlyMap<string, DeclaredEndpoint>> {
  const rows = await db.declaration.findMany({
    where: { endpointId: { in: [...endpointIds] } },
    include: { frontOf: true },
  });
  return new Map(rows.map((row) => [row.endpointId, readRow(row)]));
}

/** All declarations, by the keys of their endpoints. */
export async function readDeclarations(db: Transaction): Promise<ReadonlyMap<string, Declaration>> {
  const rows = await db.declaration.findMany({ include: { endpoint: true, frontOf: true } });
  return new Map(rows.map((row) => [endpointKey(targetRow.parse(row.endpoint)), readRow(row).declaration]));
}

type Row = NonNullable<Awaited<ReturnType<typeof findRow>>>;

function readRow({ frontOf, ...row }: Row): DeclaredEndpoint {
  const backend = frontOf === null ? null : { id: frontOf.id, target: targetRow.parse(frontOf) };
  return {
    declaration: {
      expectsDeep: row.expectsDeep,
      acceptsClientCertificates: row.acceptsClientCertificates,
      legacySubmission: row.legacySubmission,
      frontOf: backend === null ? null : endpointKey(backend.target),
      vantage: row.vantage,
      address: row.address,
      serverName: row.serverName,
      tryClientCommand: row.tryClientCommand,
      tryInjection: row.tryInjection,
    },
    backend,
    declared: { by: row.updatedBy, at: row.updatedAt },
  };
}

export type DeclareOutcome =
  | { readonly outcome: 'declared'; readonly declaration: Declaration; readonly changed: boolean }
  | { readonly outcome: 'refused'; readonly mistakes: readonly DeclarationMistake[] }
  | { readonly outcome: 'not-found' };

/**
 * Declares facts of one endpoint. `fields` has the outside names (`expects_deep`, …): with `merge` a missing one stays
 * as it is, with `replace` it is undeclared afterwards. What changes where or how to look is looked at right away. Call
 * it in a transaction.
 */
export async function declareEndpoint(
  db: Transaction,
  request: {
    readonly endpointId: string;
    readonly fields: Readonly<Record<string, unknown>>;
    readonly mode: 'merge' | 'replace';
    readonly guard: AddressGuard;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<DeclareOutcome> {
  const { endpointId, fields, mode, guard, actor, now } = request;
  await lockDeclarations(db);
  const row = await db.endpoint.findUnique({ where: { id: endpointId } });
  if (row === null) return { outcome: 'not-found' };
  const before = (await readDeclaration(db, endpointId)).declaration;
  const read = readDeclarationFields(fields, mode === 'merge' ? before : undeclared);
  if (!read.ok) return { outcome: 'refused', mistakes: read.error };
  const declaration = read.value;
  const declared = declaration.frontOf === null ? new Map<string, Declaration>() : await readDeclarations(db);
  const watched = declaration.frontOf === null ? null : await findWatched(db, declaration.frontOf);
  const mistakes = checkDeclaration(targetRow.parse(row), declaration, {
    isWatched: () => watched !== null,
    backendOf: (key) => declared.get(key)?.frontOf ?? null,
    guard,
  });
  if (mistakes.length > 0) return { outcome: 'refused', mistakes };
  const changed = !sameDeclaration(before, declaration);
  if (changed) await saveDeclaration(db, { endpointId, declaration, actor, now });
  return { outcome: 'declared', declaration, changed };
}

export function sameDeclaration(a: Declaration, b: Declaration): boolean {
  const [facts, others] = [listDeclaredFacts(a), listDeclaredFacts(b)];
  return facts.every(({ value }, index) => value === others[index]?.value);
}

/** Any number that nothing else locks. */
const declarationLock = 5_804_001n;

/** One at a time: two that each stand in front of the other would both pass the check. Readers do not wait. */
export async function lockDeclarations(db: Transaction): Promise<void> {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(${declarationLock})`;
}

/** The id of the watched endpoint with this key; null: there is none. */
async function findWatched(db: Transaction, key: string): Promise<string | null> {
  const target = parseEndpointKey(key);
  if (!target.ok) return null;
  const { service, tlsMode, host, port } = target.value;
  const row = await db.endpoint.findFirst({
    where: { service, tlsMode, host, port, ...watchedEndpoint },
    select: { id: true },
  });
  return row?.id ?? null;
}

/** Writes a declaration that has been checked. Call it in a transaction that holds `lockDeclarations`. */
export async function saveDeclaration(
  db: Transaction,
  saved: {
    readonly endpointId: string;
    readonly declaration: Declaration;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<void> {
  const { endpointId, declaration, actor, now } = saved;
  const { frontOf, ...facts } = declaration;
  if (sameDeclaration(declaration, undeclared)) {
    await db.declaration.deleteMany({ where: { endpointId } });
  } else {
    const frontOfId = frontOf === null ? null : await findWatched(db, frontOf);
    const row = { ...facts, frontOfId, updatedAt: now, updatedBy: actor };
    await db.declaration.upsert({ where: { endpointId }, create: { endpointId, ...row }, update: row });
  }
  await db.task.updateMany({
    where: { kind: { in: ['probe', 'scan'] }, ref: endpointId },
    data: { vantage: declaration.vantage },
  });
  const watched = await db.endpoint.count({ where: { id: endpointId, ...watchedEndpoint } });
  if (watched > 0) await requestProbe(db, { endpointId, now });
}

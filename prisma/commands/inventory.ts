import { z } from 'zod';
import {
  checkInventory,
  compareInventory,
  type InventoryDiff,
  type InventoryState,
} from '#lib/inventory/compare-inventory.ts';
import type { Inventory, InventoryDomain, InventoryMistake } from '#lib/inventory/inventory.ts';
import type { AddressGuard } from '#lib/model/address.ts';
import { undeclared, type Declaration } from '#lib/model/declaration.ts';
import { endpointKey, services, tlsModes } from '#lib/model/endpoint.ts';
import { parseEndpointKey } from '#lib/model/endpoint-key.ts';
import type { Transaction } from '../client.ts';
import { lockDeclarations, readDeclarations, sameDeclaration, saveDeclaration } from './declarations.ts';
import { addDomain } from './domains.ts';
import { addEndpoint } from './endpoints.ts';

export type ImportOutcome =
  | { readonly outcome: 'imported'; readonly diff: InventoryDiff }
  | { readonly outcome: 'refused'; readonly mistakes: readonly InventoryMistake[] };

const targetRow = z.object({
  service: z.enum(services),
  tlsMode: z.enum(tlsModes),
  host: z.string(),
  port: z.number(),
});

/**
 * Brings what is watched and declared up to an inventory, and gives what that changed. Endpoints that the inventory
 * lacks stay. With `dryRun` nothing is written. Call it in a transaction: it writes all or nothing.
 */
export async function importInventory(
  db: Transaction,
  request: {
    readonly inventory: Inventory;
    readonly guard: AddressGuard;
    readonly dryRun: boolean;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<ImportOutcome> {
  const { inventory, guard, dryRun, actor, now } = request;
  await lockDeclarations(db);
  const { state, ids } = await readState(db, inventory);
  const mistakes = checkInventory(inventory, { state, guard });
  if (mistakes.length > 0) return { outcome: 'refused', mistakes };
  const diff = compareInventory(inventory, state);
  if (!dryRun) {
    for (const domain of inventory.domains) await saveDomain(db, { domain, state, ids, actor, now });
    // Only now every endpoint is there that another may stand in front of.
    await saveDeclarations(db, { inventory, state, ids, actor, now });
  }
  return { outcome: 'imported', diff };
}

/** Also the ids of watched endpoints by their keys. */
async function readState(
  db: Transaction,
  { domains }: Inventory,
): Promise<{ readonly state: InventoryState; readonly ids: Map<string, string> }> {
  const named = domains.flatMap(({ endpoints }) => endpoints);
  const fronts = named.flatMap(({ declaration: { frontOf } }) => {
    const behind = frontOf === null ? null : parseEndpointKey(frontOf);
    return behind?.ok === true ? [behind.value] : [];
  });
  const hosts = new Set([...named.map(({ target }) => target.host), ...fronts.map(({ host }) => host)]);
  const links = await db.domain.findMany({
    where: { name: { in: domains.map(({ name }) => name) } },
    select: {
      name: true,
      endpoints: {
        where: { removedAt: null, dismissed: false },
        select: { declared: true, endpoint: true },
        orderBy: [{ endpoint: { host: 'asc' } }, { endpoint: { port: 'asc' } }],
      },
    },
  });
  const watched = await db.endpoint.findMany({
    where: { host: { in: [...hosts] }, domains: { some: { removedAt: null, dismissed: false } } },
  });
  const ids = new Map(watched.map((row) => [endpointKey(targetRow.parse(row)), row.id]));
  const state = {
    domains: new Map(
      links.map(({ name, endpoints }) => [
        name,
        endpoints.map(({ declared, endpoint }) => ({ key: endpointKey(targetRow.parse(endpoint)), declared })),
      ]),
    ),
    declarations: await readDeclarations(db),
    watched: new Set(ids.keys()),
  };
  return { state, ids };
}

interface Save {
  readonly state: InventoryState;
  /** Ids of endpoints by their keys; new ones come on the way. */
  readonly ids: Map<string, string>;
  readonly actor: string;
  readonly now: Date;
}

async function saveDomain(
  db: Transaction,
  { domain, state, ids, actor, now }: Save & { readonly domain: InventoryDomain },
): Promise<void> {
  const { name, endpoints } = domain;
  if (!state.domains.has(name)) await addDomain(db, { name, actor, now });
  const inventoried = { inventoryAt: now, inventoryBy: actor };
  const { id: domainId } = await db.domain.update({ where: { name }, data: inventoried, select: { id: true } });
  const known = new Set(state.domains.get(name)?.map(({ key }) => key));
  for (const { target } of endpoints) {
    const key = endpointKey(target);
    if (!known.has(key)) ids.set(key, (await addEndpoint(db, { domainId, target, now })).endpointId);
  }
  const endpointIds = endpoints.flatMap(({ target }) => ids.get(endpointKey(target)) ?? []);
  await db.domainEndpoint.updateMany({ where: { domainId, declared: true }, data: { declared: false } });
  await db.domainEndpoint.updateMany({
    where: { domainId, endpointId: { in: endpointIds } },
    data: { declared: true },
  });
  // What an operator says he runs is no guess: silence there is a fault.
  await db.domainEndpoint.updateMany({
    where: { domainId, endpointId: { in: endpointIds }, origin: 'guess' },
    data: { origin: 'manual' },
  });
}

async function saveDeclarations(
  db: Transaction,
  { inventory, state, ids, actor, now }: Save & { readonly inventory: Inventory },
): Promise<void> {
  const wanted = new Map<string, Declaration>();
  for (const { target, declaration } of inventory.domains.flatMap(({ endpoints }) => endpoints)) {
    wanted.set(endpointKey(target), declaration);
  }
  for (const [key, declaration] of wanted) {
    const endpointId = ids.get(key);
    if (endpointId === undefined || sameDeclaration(state.declarations.get(key) ?? undeclared, declaration)) continue;
    await saveDeclaration(db, { endpointId, declaration, actor, now });
  }
}

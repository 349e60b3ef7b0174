import type { AddressGuard } from '../model/address.ts';
import { checkDeclaration } from '../model/check-declaration.ts';
import { undeclared, type Declaration } from '../model/declaration.ts';
import { listDeclaredFacts, type DeclarationName, type DeclaredFact } from '../model/declaration-fields.ts';
import { endpointKey } from '../model/endpoint.ts';
import type { Inventory, InventoryDomain, InventoryEndpoint, InventoryMistake } from './inventory.ts';

/** An endpoint that a domain has now. */
export interface KnownEndpoint {
  readonly key: string;
  /** Whether an inventory named it. */
  readonly declared: boolean;
}

/** What is watched and declared before an import. Keys are those of `endpointKey`. */
export interface InventoryState {
  /** Watched domains that the inventory names, with their endpoints. */
  readonly domains: ReadonlyMap<string, readonly KnownEndpoint[]>;
  /** Declarations of endpoints that have any. */
  readonly declarations: ReadonlyMap<string, Declaration>;
  /** Endpoints that some domain has, as far as the inventory names them. */
  readonly watched: ReadonlySet<string>;
}

/** One fact that the import changes; `in_inventory` is whether the file names the endpoint. */
export interface InventoryChange {
  readonly field: DeclarationName | 'in_inventory';
  readonly before: DeclaredFact['value'];
  readonly after: DeclaredFact['value'];
}

export interface DomainDiff {
  readonly domain: string;
  /** Not watched until now. */
  readonly isNew: boolean;
  /** Endpoints that the domain does not have, with what is declared of them. */
  readonly added: readonly { readonly key: string; readonly facts: readonly DeclaredFact[] }[];
  readonly changed: readonly { readonly key: string; readonly changes: readonly InventoryChange[] }[];
  /** Endpoints that the domain has and the inventory lacks. They stay; `dropped`: an earlier inventory named them. */
  readonly lacking: readonly { readonly key: string; readonly dropped: boolean }[];
}

export interface InventoryDiff {
  readonly domains: readonly DomainDiff[];
}

/** Whether an import changes anything. What the inventory lacks stays as it is. */
export function hasChanges({ domains }: InventoryDiff): boolean {
  return domains.some(
    ({ isNew, added, changed, lacking }) =>
      isNew || added.length > 0 || changed.length > 0 || lacking.some(({ dropped }) => dropped),
  );
}

/** What an import of this inventory changes: domains in the order of the file, endpoints too. */
export function compareInventory(inventory: Inventory, state: InventoryState): InventoryDiff {
  const told = new Set<string>();
  return { domains: inventory.domains.map((domain) => compareDomain(domain, { state, told })) };
}

interface Comparison {
  readonly state: InventoryState;
  /** Endpoints of earlier domains: what is declared of one is told once. */
  readonly told: Set<string>;
}

function compareDomain({ name, endpoints }: InventoryDomain, { state, told }: Comparison): DomainDiff {
  const known = state.domains.get(name) ?? [];
  const added: DomainDiff['added'][number][] = [];
  const changed: DomainDiff['changed'][number][] = [];
  for (const { target, declaration } of endpoints) {
    const key = endpointKey(target);
    const before = known.find((one) => one.key === key);
    const isTold = told.has(key);
    told.add(key);
    if (before === undefined) {
      added.push({ key, facts: isTold ? [] : listDeclaredFacts(declaration).filter(({ value }) => value !== null) });
      continue;
    }
    const changes: InventoryChange[] = before.declared ? [] : [{ field: 'in_inventory', before: false, after: true }];
    if (!isTold) changes.push(...compareDeclarations(state.declarations.get(key) ?? undeclared, declaration));
    if (changes.length > 0) changed.push({ key, changes });
  }
  const named = new Set(endpoints.map(({ target }) => endpointKey(target)));
  const lacking = known.filter(({ key }) => !named.has(key)).map(({ key, declared }) => ({ key, dropped: declared }));
  return { domain: name, isNew: !state.domains.has(name), added, changed, lacking };
}

function compareDeclarations(before: Declaration, after: Declaration): readonly InventoryChange[] {
  const facts = listDeclaredFacts(before);
  return listDeclaredFacts(after).flatMap(({ field, value }, index) => {
    const old = facts[index]?.value ?? null;
    return old === value ? [] : [{ field, before: old, after: value }];
  });
}

/** What is wrong with the declarations of an inventory, seen together with what is watched already. */
export function checkInventory(
  inventory: Inventory,
  { state, guard }: { readonly state: InventoryState; readonly guard: AddressGuard },
): readonly InventoryMistake[] {
  const declared = new Map<string, InventoryEndpoint>();
  for (const endpoint of inventory.domains.flatMap(({ endpoints }) => endpoints)) {
    declared.set(endpointKey(endpoint.target), endpoint);
  }
  const world = {
    isWatched: (key: string) => declared.has(key) || state.watched.has(key),
    backendOf: (key: string) => (declared.get(key)?.declaration ?? state.declarations.get(key))?.frontOf ?? null,
    guard,
  };
  return [...declared.values()].flatMap(({ target, declaration, line }) =>
    checkDeclaration(target, declaration, world).map(({ field, reason }) => ({ line, reason: `${field} ${reason}` })),
  );
}

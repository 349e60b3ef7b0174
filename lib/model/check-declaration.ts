import type { AddressGuard } from './address.ts';
import type { Declaration } from './declaration.ts';
import { declarationNames, type DeclarationMistake } from './declaration-fields.ts';
import { endpointKey, findServiceRow, type EndpointTarget } from './endpoint.ts';
import { parseEndpointKey } from './endpoint-key.ts';

/** What a declaration is checked against. Keys are those of `endpointKey`. */
export interface DeclarationWorld {
  /** Endpoints that some domain has. */
  readonly isWatched: (key: string) => boolean;
  /** The backend that an endpoint is declared to stand in front of; null: none. */
  readonly backendOf: (key: string) => string | null;
  /** Which addresses the workers may connect to, as far as this process knows. */
  readonly guard: AddressGuard;
}

/**
 * What is wrong with a declaration beside its syntax. An address that only a worker of another vantage is to reach is
 * that worker's to allow: its dialler has the same guard.
 */
export function checkDeclaration(
  target: EndpointTarget,
  declaration: Declaration,
  world: DeclarationWorld,
): readonly DeclarationMistake[] {
  const mistakes: DeclarationMistake[] = [];
  const front = whyNotInFront(target, declaration.frontOf, world);
  if (front !== null) mistakes.push({ field: declarationNames.frontOf, reason: front });
  if (declaration.address !== null && declaration.vantage === null) {
    const verdict = world.guard(declaration.address);
    if (!verdict.allowed) mistakes.push({ field: declarationNames.address, reason: `cannot be used: ${verdict.why}` });
  }
  return mistakes;
}

function whyNotInFront(target: EndpointTarget, frontOf: string | null, world: DeclarationWorld): string | null {
  if (frontOf === null) return null;
  const key = endpointKey(target);
  if (frontOf === key) return 'names the endpoint itself';
  if (!world.isWatched(frontOf)) return `names ${frontOf}, which is not among the watched endpoints`;
  const behind = parseEndpointKey(frontOf);
  if (!behind.ok || dialogueOf(behind.value) !== dialogueOf(target)) {
    return `names ${frontOf}, which speaks another protocol`;
  }
  const chain = [key, frontOf];
  for (let next = world.backendOf(frontOf); next !== null; next = world.backendOf(next)) {
    if (chain.includes(next)) return `leads in a circle: ${[...chain, next].join(' in front of ')}`;
    chain.push(next);
  }
  return null;
}

function dialogueOf({ service, tlsMode }: EndpointTarget): string | undefined {
  return findServiceRow(service, tlsMode)?.dialogue;
}

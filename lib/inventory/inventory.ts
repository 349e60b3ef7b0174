import type { Declaration } from '../model/declaration.ts';
import type { EndpointTarget } from '../model/endpoint.ts';

/*
 * What an operator says he runs, as a file has it: the mail domains, their endpoints and what is declared of each.
 * docs/inventory.md describes the file.
 */

export interface InventoryEndpoint {
  readonly target: EndpointTarget;
  /** All that is declared: what the file does not say is undeclared. */
  readonly declaration: Declaration;
  /** Line of the file, from 1. */
  readonly line: number;
}

export interface InventoryDomain {
  /** A-label form, lower case, without final dot. */
  readonly name: string;
  readonly endpoints: readonly InventoryEndpoint[];
  readonly line: number;
}

export interface Inventory {
  readonly domains: readonly InventoryDomain[];
}

/** `reason` is one sentence without a full stop, for the operator; it may quote the file. */
export interface InventoryMistake {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

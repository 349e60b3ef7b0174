import type { EndpointObservation } from '../model/observation.ts';
import { readRunFields, runParts, type RunField, type RunPart } from './run-fields.ts';

/** `unseen`: one of the two runs did not see it, which says neither that it was the same nor that it changed. */
export type Difference = 'same' | 'changed' | 'unseen';

/** One fact, before and after. Lines hold text from strangers: escape at output. */
export interface ComparedField {
  readonly part: RunPart;
  /** Null: of the endpoint as a whole. */
  readonly address: string | null;
  readonly name: string;
  /** One line each; empty: there was nothing. Null: not seen. */
  readonly before: readonly ComparedLine[] | null;
  readonly after: readonly ComparedLine[] | null;
  readonly difference: Difference;
}

export interface ComparedLine {
  readonly text: string;
  /** Only on this side. */
  readonly isOdd: boolean;
}

export interface RunComparison {
  /** Every fact of either run, in the order of `runParts`, then of addresses. */
  readonly fields: readonly ComparedField[];
  readonly changed: number;
  readonly unseen: number;
}

/**
 * Two runs of one endpoint, fact by fact: addresses, DNSSEC, TLSA, banner, STARTTLS, TLS, certificate, chain, capabilities
 * and latency. Order in a list is no difference, nor are a time in a banner and a latency that is not at least twice the
 * other and 100 ms away from it.
 */
export function compareRuns(before: EndpointObservation, after: EndpointObservation): RunComparison {
  const [old, fresh] = [indexFields(before), indexFields(after)];
  const addresses = [...new Set([...before.sessions, ...after.sessions].map(({ address }) => address))];
  const rank = ({ part, address }: ComparedField) =>
    runParts.indexOf(part) * 1000 + (address === null ? 0 : 1 + addresses.indexOf(address));
  const fields = [...new Set([...old.keys(), ...fresh.keys()])]
    .map((key) => compareField(old.get(key), fresh.get(key)))
    .filter((field) => field !== null)
    .toSorted((a, b) => rank(a) - rank(b));
  const count = (difference: Difference) => fields.filter((field) => field.difference === difference).length;
  return { fields, changed: count('changed'), unseen: count('unseen') };
}

function indexFields(run: EndpointObservation): ReadonlyMap<string, RunField> {
  return new Map(readRunFields(run).map((field) => [`${field.part} ${field.address ?? ''} ${field.name}`, field]));
}

function compareField(before: RunField | undefined, after: RunField | undefined): ComparedField | null {
  const known = after ?? before;
  if (known === undefined) return null;
  const { part, address, name } = known;
  return {
    ...{ part, address, name },
    before: lines(before, after),
    after: lines(after, before),
    difference: differenceOf(part, before?.compared ?? null, after?.compared ?? null),
  };
}

function differenceOf(part: RunPart, before: RunField['compared'], after: RunField['compared']): Difference {
  if (before === null && after === null) return 'same';
  if (before === null || after === null) return 'unseen';
  if (part === 'latency')
    return isFarFrom(parseFloat(before[0] ?? ''), parseFloat(after[0] ?? '')) ? 'changed' : 'same';
  const [old, fresh] = [new Set(before), new Set(after)];
  return old.size === fresh.size && before.every((item) => fresh.has(item)) ? 'same' : 'changed';
}

function isFarFrom(beforeMs: number, afterMs: number): boolean {
  return Math.abs(beforeMs - afterMs) >= 100 && Math.max(beforeMs, afterMs) >= 2 * Math.min(beforeMs, afterMs);
}

/** The lines of one side; where both sides saw it, those that the other has not are marked. */
function lines(own: RunField | undefined, other: RunField | undefined): readonly ComparedLine[] | null {
  const { values = null, compared = null } = own ?? {};
  if (values === null || compared === null) return null;
  const known = new Set(other?.compared ?? compared);
  return values.map((text, index) => ({ text, isOdd: !known.has(compared[index] ?? text) }));
}

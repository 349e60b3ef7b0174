import type { SelfVerdict } from '../model/self-observation.ts';

/** What one look at the canaries of one part gave; null: there is none of that kind. */
type Sighting = boolean | null;

/** One look at the canaries. `at` in milliseconds since the epoch. */
export interface CanarySample {
  readonly at: number;
  /** Whether a question was answered on the road that all lookups take. */
  readonly resolver: Sighting;
  /** Whether any independent address was reached. */
  readonly network: Sighting;
}

/** What is known of our own way to the world. Instants are milliseconds since the epoch. */
export interface SelfState {
  readonly verdict: SelfVerdict;
  readonly since: number;
  readonly resolverAnsweredAt: number | null;
  readonly networkAnsweredAt: number | null;
  /** When samples began to say the contrary of the verdict; null: the last one agreed. */
  readonly contrarySince: number | null;
}

/** A canary that has not answered for as long as this proves nothing by its silence. */
const provenForMs = 24 * 60 * 60 * 1000;
/** Two looks this far apart turn the verdict: one lost packet is no outage. */
export const secondLookAfterMs = 2_000;

export const unaskedState: SelfState = {
  verdict: 'unknown',
  since: 0,
  resolverAnsweredAt: null,
  networkAnsweredAt: null,
  contrarySince: null,
};

/** True: nothing that this place sees now says anything of others. */
export function isSelfDown(verdict: SelfVerdict): boolean {
  return verdict === 'resolver' || verdict === 'network';
}

type Part = 'answers' | 'silent' | 'unproven';

/** A dead network takes the resolver with it; a part that proves nothing leaves it open whether all is fine. */
const verdictOfParts: Readonly<Record<Part, Readonly<Record<Part, SelfVerdict>>>> = {
  // network: { resolver: … }
  silent: { answers: 'network', silent: 'network', unproven: 'network' },
  answers: { answers: 'fine', silent: 'resolver', unproven: 'unknown' },
  unproven: { answers: 'unknown', silent: 'resolver', unproven: 'unknown' },
};

/**
 * One step by one look. Down and up again take two looks that agree, two seconds apart. Pure, and safe with a clock that
 * goes backwards.
 */
export function stepSelf(before: SelfState, sample: CanarySample): SelfState {
  const { at } = sample;
  const answered = {
    resolverAnsweredAt: sample.resolver === true ? at : before.resolverAnsweredAt,
    networkAnsweredAt: sample.network === true ? at : before.networkAnsweredAt,
  };
  const network = partOf(sample.network, before.networkAnsweredAt, at);
  const seen = verdictOfParts[network][partOf(sample.resolver, before.resolverAnsweredAt, at)];
  if (seen === before.verdict) return { ...before, ...answered, contrarySince: null };
  const patient = isSelfDown(seen) || isSelfDown(before.verdict);
  const waited = before.contrarySince !== null && Math.abs(at - before.contrarySince) >= secondLookAfterMs;
  if (patient && !waited) return { ...before, ...answered, contrarySince: before.contrarySince ?? at };
  return { verdict: seen, since: at, ...answered, contrarySince: null };
}

function partOf(seen: Sighting, answeredAt: number | null, at: number): Part {
  if (seen === true) return 'answers';
  const proven = answeredAt !== null && Math.abs(at - answeredAt) <= provenForMs;
  return seen === false && proven ? 'silent' : 'unproven';
}

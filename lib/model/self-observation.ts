/**
 * How our own way to the world is. `unknown`: no canary could tell, since none of that kind has answered of late, as
 * in a network that lets no DNS out.
 */
export const selfVerdicts = ['fine', 'resolver', 'network', 'unknown'] as const;
export type SelfVerdict = (typeof selfVerdicts)[number];

/** What the canaries of one vantage say of our own network and resolver. Instants are milliseconds since the epoch. */
export interface SelfObservation {
  readonly vantage: string;
  readonly finishedAt: number;
  readonly verdict: SelfVerdict;
  /** Since when the verdict stands. */
  readonly since: number;
  /** What was asked last, for people: one sentence without a full stop each; null: not asked. */
  readonly resolverSaid: string | null;
  readonly networkSaid: string | null;
}

import type { Params } from './finding.ts';

/** Who accepts a finding, until when and why, as it stands among the parameters of a judgement. */
export interface Acceptance {
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly reason: string;
}

/** The parameters that carry an acceptance. */
export function acceptanceParams({ by, until, reason }: Acceptance): Params {
  return { acceptedBy: by, acceptedUntil: until, acceptedReason: reason };
}

/** The acceptance that a finding was judged with; null: there was none. */
export function readAcceptance(params: Params): Acceptance | null {
  const { acceptedBy: by, acceptedUntil: until, acceptedReason: reason } = params;
  return typeof by === 'string' && typeof until === 'number' && typeof reason === 'string'
    ? { by, until, reason }
    : null;
}

/** What a change does to a client. `at-risk`: it may be locked out, what is known does not say. */
export const impacts = ['breaks', 'at-risk', 'unknown', 'safe'] as const;
export type Impact = (typeof impacts)[number];
const ranks = new Map<Impact, number>(impacts.map((impact, rank) => [impact, rank]));

/** The smaller, the worse. */
export function rankOf(impact: Impact): number {
  return ranks.get(impact) ?? impacts.length;
}

/** What one class of clients has to expect. */
export interface Judged {
  readonly impact: Impact;
  /** The tag that decides; null: none does. */
  readonly tag: string | null;
  /** To follow the client in a sentence, without a full stop. */
  readonly why: string;
}

/** The worse of two, the first where they are alike. */
export function worse(a: Judged, b: Judged): Judged {
  return rankOf(b.impact) < rankOf(a.impact) ? b : a;
}

/** What a change does to a client. `at-risk`: it may be locked out, what is known does not say. */
export const impacts = ['breaks', 'at-risk', 'unknown', 'safe'] as const;
export type Impact = (typeof impacts)[number];
/** Their places in the list above: the smaller, the worse. */
export const impactRank: Readonly<Record<Impact, number>> = { breaks: 0, 'at-risk': 1, unknown: 2, safe: 3 };

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
  return impactRank[b.impact] < impactRank[a.impact] ? b : a;
}

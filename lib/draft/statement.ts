/**
 * Who can tell whether a statement is kept. `X`: anybody, from outside. `R`: only reports of mail clients. `D`: only the
 * operator's word or internal data. `I`: it is Latchwatch's own duty. `modelled`: a duty of mail clients, which nobody
 * can check at a server and by which the impact of a change is reckoned.
 */
export const statementClasses = ['X', 'R', 'D', 'I', 'modelled'] as const;
export type StatementClass = (typeof statementClasses)[number];

/**
 * How much the draft insists, in the words of RFC 2119; `NOT SAID` where it describes without one of them, `ABNF` for
 * syntax and `TAG` for what a security tag promises.
 */
export type StatementLevel =
  'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT' | 'MAY' | 'RECOMMENDED' | 'NOT SAID' | 'ABNF' | 'TAG';

/** One thing that draft-ietf-uta-email-deep-00 asks for, in our words. */
export interface DraftStatement {
  /** Number in the checklist: permanent. */
  readonly row: number;
  /** Sections of the draft, the main one first. */
  readonly sections: readonly string[];
  readonly level: StatementLevel;
  /** Empty: neither checked nor asked for any more. */
  readonly classes: readonly StatementClass[];
  readonly statement: string;
  /** What became of it since 2015. */
  readonly today: string;
}

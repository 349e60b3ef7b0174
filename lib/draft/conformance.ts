import { worstVerdict, type Judgement, type Verdict } from '../model/finding.ts';
import type { DraftStatement } from './statement.ts';
import { rowsOfRefs } from './statements.ts';

/**
 * What is known of a statement for one domain. Beside the verdicts: nobody looked, or nobody can tell from outside
 * because reports of clients or an operator's word are needed, or it is our own duty, or it is a duty of mail clients.
 */
export type Standing =
  Verdict | 'not-looked-at' | 'needs-reports' | 'needs-declaration' | 'own-duty' | 'client-duty' | 'not-asked-for';

/** One statement and what the two rule packs make of it. */
export interface StatementStanding {
  readonly statement: DraftStatement;
  readonly draft: Standing;
  readonly current: Standing;
  /** What was found against it by either pack. */
  readonly against: readonly Judgement[];
}

/** A look at one subject: what was judged of it, and whether it still speaks of today. */
export interface JudgedLook {
  readonly judgements: readonly Judgement[];
  /** True: too old. What was bad stays bad until it is seen to be gone, what was fine is not known any more. */
  readonly stale: boolean;
}

/**
 * Every statement with the worst that both packs say of it over all looks. `pass` only where something was judged and
 * found to be fine, and nothing else that was judged is worse or could not be looked at.
 */
export function judgeConformance(input: {
  readonly statements: readonly DraftStatement[];
  readonly findings: readonly { readonly code: string; readonly refs: readonly string[] }[];
  readonly looks: readonly JudgedLook[];
}): readonly StatementStanding[] {
  const rowsByCode = new Map<string, Set<number>>();
  for (const { code, refs } of input.findings) {
    const rows = rowsByCode.get(code) ?? new Set();
    for (const row of rowsOfRefs(refs)) rows.add(row);
    rowsByCode.set(code, rows);
  }
  // Thousands were judged and the draft has a hundred statements: each judgement is looked at once.
  const byRow = new Map<number, Judged[]>();
  for (const { judgements, stale } of input.looks) {
    for (const judgement of judgements) {
      const item = { judgement, ...verdictsOf(judgement, stale) };
      for (const row of rowsByCode.get(judgement.code) ?? []) {
        const others = byRow.get(row);
        if (others === undefined) byRow.set(row, [item]);
        else others.push(item);
      }
    }
  }
  return input.statements.map((statement) => {
    const own = byRow.get(statement.row) ?? [];
    return {
      statement,
      draft: standingOf(
        statement,
        own.map(({ draft }) => draft),
      ),
      current: standingOf(
        statement,
        own.map(({ current }) => current),
      ),
      against: own.filter(({ draft, current }) => isAgainst(draft) || isAgainst(current)).map((item) => item.judgement),
    };
  });
}

interface Judged {
  readonly judgement: Judgement;
  readonly draft: Verdict;
  readonly current: Verdict;
}

function verdictsOf(
  { verdict, packs }: Judgement,
  stale: boolean,
): { readonly draft: Verdict; readonly current: Verdict } {
  const { draft, current } = packs ?? { draft: verdict, current: verdict };
  const today = (seen: Verdict): Verdict => (stale && (seen === 'pass' || seen === 'n-a') ? 'inconclusive' : seen);
  return { draft: today(draft), current: today(current) };
}

function standingOf({ classes }: DraftStatement, verdicts: readonly Verdict[]): Standing {
  const worst = worstVerdict(verdicts);
  // What nobody asks for any more is not praised either.
  if (classes.length === 0 && (worst === null || worst === 'pass')) return 'not-asked-for';
  if (worst !== null) return worst;
  if (verdicts.includes('n-a')) return 'n-a';
  if (classes.includes('X')) return 'not-looked-at';
  if (classes.includes('R')) return 'needs-reports';
  if (classes.includes('D')) return 'needs-declaration';
  if (classes.includes('I')) return 'own-duty';
  return 'client-duty';
}

function isAgainst(verdict: Verdict): boolean {
  return verdict === 'warn' || verdict === 'fail' || verdict === 'crit';
}

import { coverDraft, findUncovered } from './cover-draft.ts';

/*
 * npm run coverage:draft: which tests fire the codes that speak of each statement of the draft. Fails where a statement
 * that can be checked from outside has none.
 */

const covered = coverDraft();
const lines = covered.map(({ statement, codes, fixtures, endToEnd }) =>
  [
    String(statement.row),
    statement.sections.join(', '),
    statement.level,
    statement.classes.join('/') || 'superseded',
    codes.join(', ') || 'none',
    [...fixtures, ...endToEnd.map((place) => `${place} (lab)`)].join('; ') || 'none',
  ].join(' | '),
);
const uncovered = findUncovered(covered);
process.stdout.write(`row | section | level | class | codes | tests that fire them\n${lines.join('\n')}\n`);
if (uncovered.length > 0) {
  process.stderr.write(`No test fires a code for these rows of class X: ${uncovered.join(', ')}\n`);
  process.exitCode = 1;
}

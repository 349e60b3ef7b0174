import { coverDraft, findUncovered } from './cover-draft.ts';

const covered = coverDraft();

it('has a code with a firing fixture for each statement that can be checked from outside', () => {
  expect(findUncovered(covered)).toEqual([]);
});

it('notices a statement that loses its fixtures', () => {
  const [first, ...others] = covered;
  if (first === undefined) throw new Error('no statement');
  expect(first.statement.row).toBe(1);
  expect(findUncovered([{ ...first, fixtures: [] }, ...others])).toContain(1);
});

it('counts a row as checked from outside when its class holds an X among others', () => {
  const classes = new Map(covered.map(({ statement }) => [statement.row, statement.classes]));
  expect([8, 9, 26, 53].map((row) => classes.get(row)?.includes('X'))).toEqual([true, true, true, true]);
});

it('names lab domains where a real server fires a code', () => {
  const expiry = covered.find(({ statement }) => statement.row === 2);
  expect(expiry?.endToEnd).toContain('certificate-expiry: expired.test');
});

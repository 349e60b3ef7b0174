import { allFindings } from '#lib/checks/registry.ts';
import { codesOfRow, draftStatements, rowsOfRefs, statementsOfRefs } from '#lib/draft/statements.ts';

describe('draftStatements', () => {
  it('has the rows 1 to 75, each once and in order', () => {
    expect(draftStatements.map(({ row }) => row)).toEqual(Array.from({ length: 75 }, (_row, index) => index + 1));
  });

  it('names sections of the draft and says something of each', () => {
    for (const { sections, statement, today } of draftStatements) {
      expect(sections.length).toBeGreaterThan(0);
      expect(sections.every((section) => /^\d+(\.\d+)*$/.test(section))).toBe(true);
      expect(statement.length).toBeGreaterThan(10);
      expect(today.length).toBeGreaterThan(5);
      expect(`${statement}${today}`).not.toMatch(/\.$/);
    }
  });

  it('knows every row that a finding refers to', () => {
    const rows = new Set(draftStatements.map(({ row }) => row));
    expect(allFindings.flatMap(({ refs }) => rowsOfRefs(refs)).filter((row) => !rows.has(row))).toEqual([]);
  });
});

describe('references', () => {
  it('lead from a finding to its statements and back', () => {
    const refs = ['draft-ietf-uta-email-deep-00 section 10.5', 'RFC 9525', 'checklist row 1', 'checklist row 13'];
    expect(rowsOfRefs(refs)).toEqual([1, 13]);
    expect(statementsOfRefs(refs).map(({ row }) => row)).toEqual([1, 13]);
    expect(
      codesOfRow(13, [
        { code: 'one', refs },
        { code: 'other', refs: ['checklist row 3'] },
      ]),
    ).toEqual(['one']);
  });
});

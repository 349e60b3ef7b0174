import { clientStatements } from './client-statements.ts';
import { providerStatements } from './provider-statements.ts';
import { serverStatements } from './server-statements.ts';
import type { DraftStatement } from './statement.ts';

/** Everything that draft-ietf-uta-email-deep-00 asks for, by row of the checklist. */
export const draftStatements: readonly DraftStatement[] = [
  ...providerStatements,
  ...serverStatements,
  ...clientStatements,
];

/** Rows of the checklist that the references of a finding name. */
export function rowsOfRefs(refs: readonly string[]): readonly number[] {
  return refs.flatMap((ref) => {
    const row = /^checklist row (\d+)$/.exec(ref)?.[1];
    return row === undefined ? [] : [Number(row)];
  });
}

/** The statements that a finding speaks of, by row. */
export function statementsOfRefs(refs: readonly string[]): readonly DraftStatement[] {
  const rows = rowsOfRefs(refs);
  return draftStatements.filter(({ row }) => rows.includes(row));
}

/** Codes that speak of a row, in the order of the definitions. */
export function codesOfRow(
  row: number,
  findings: readonly { readonly code: string; readonly refs: readonly string[] }[],
): readonly string[] {
  return findings.filter(({ refs }) => rowsOfRefs(refs).includes(row)).map(({ code }) => code);
}

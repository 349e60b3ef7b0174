import { allFindings } from '#lib/checks/registry.ts';
import type { DraftStatement } from '#lib/draft/statement.ts';
import { codesOfRow, draftStatements } from '#lib/draft/statements.ts';
import { labDomains } from '#tests/lab/domains.ts';
import {
  domainFixtures,
  endpointFixtures,
  messageFixtures,
  scanFixtures,
  zoneFixtures,
} from '#tests/lib/checks/all-fixtures.ts';

/** A statement of the draft, the codes that speak of it and what fires them. */
export interface CoveredStatement {
  readonly statement: DraftStatement;
  readonly codes: readonly string[];
  /** `code: name of the fixture`. */
  readonly fixtures: readonly string[];
  /** Lab domains where one of the codes is expected from real servers: `code: domain`. */
  readonly endToEnd: readonly string[];
}

interface Firing {
  readonly firing: readonly { readonly code: string; readonly name: string }[];
}

/** Every statement with the tests that fire its codes. */
export function coverDraft(): readonly CoveredStatement[] {
  const fixtures: readonly Firing[] = [
    endpointFixtures,
    domainFixtures,
    zoneFixtures,
    scanFixtures,
    messageFixtures,
  ].flatMap((byCheck) => Object.values<Firing>(byCheck));
  const firing = fixtures.flatMap((check) => check.firing);
  const expected = labDomains.flatMap((domain) => domain.expected.map(({ code }) => ({ code, name: domain.name })));
  return draftStatements.map((statement) => {
    const codes = codesOfRow(statement.row, allFindings);
    const show = (places: readonly { readonly code: string; readonly name: string }[]): readonly string[] =>
      places.filter(({ code }) => codes.includes(code)).map(({ code, name }) => `${code}: ${name}`);
    return { statement, codes, fixtures: show(firing), endToEnd: show(expected) };
  });
}

/** Rows of class X without a code that some fixture fires. */
export function findUncovered(covered: readonly CoveredStatement[]): readonly number[] {
  return covered
    .filter(({ statement, fixtures }) => statement.classes.includes('X') && fixtures.length === 0)
    .map(({ statement }) => statement.row);
}

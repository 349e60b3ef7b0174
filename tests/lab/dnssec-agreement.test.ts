import { sharedLab } from '#tests/support/shared-lab.ts';
import { compareAll, disagreements, type AgreementRow } from './dnssec-agreement.ts';
import { dnssecZones } from './dnssec-zones.ts';
import { createOwnValidator } from './own-validator.ts';

/*
 * Three validators on the same zones: ours, unbound and BIND. Each has to say what the table says by the standards; a
 * resolver may differ only where the table has the difference and its reason.
 */

let rows: readonly AgreementRow[];

beforeAll(async () => {
  const lab = await sharedLab();
  rows = await compareAll(await createOwnValidator(lab.environment));
}, 300_000);

it.each(dnssecZones)('$name: all agree', ({ name, questions }) => {
  const concerned = rows.filter((row) => row.zone.name === name);
  expect(concerned).toHaveLength(questions.length);
  const found = concerned.flatMap((row) =>
    disagreements(row).map((text) => `${row.question.name} ${row.question.type}: ${text}`),
  );
  expect(found).toEqual([]);
});

it('has every state and enough zones, each once', () => {
  const states = dnssecZones.flatMap((zone) => zone.questions.map((question) => question.state));
  expect(new Set(states)).toEqual(new Set(['secure', 'insecure', 'bogus', 'indeterminate']));
  expect(new Set(dnssecZones.map((zone) => zone.name)).size).toBe(dnssecZones.length);
  expect(dnssecZones.length).toBeGreaterThanOrEqual(40);
});

import { showText } from '#lib/checks/wording.ts';
import { hasChanges, type DomainDiff, type InventoryDiff } from '#lib/inventory/compare-inventory.ts';
import type { DeclaredFact } from '#lib/model/declaration-fields.ts';

/* What an import changes, as lines for a person and as the report that a program reads. */

const longestLine = 300;

/** The report of `latchwatch import --json`. */
export function createImportReport(diff: InventoryDiff, { dryRun }: { readonly dryRun: boolean }) {
  return {
    schema_version: 1,
    dry_run: dryRun,
    changes: hasChanges(diff),
    domains: diff.domains.map(({ domain, isNew, added, changed, lacking }) => ({
      domain,
      new: isNew,
      added: added.map(({ key, facts }) => ({
        endpoint: key,
        declared: Object.fromEntries(facts.map(({ field, value }) => [field, value])),
      })),
      changed: changed.map(({ key, changes }) => ({ endpoint: key, changes })),
      lacking: lacking.map(({ key, dropped }) => ({ endpoint: key, dropped })),
    })),
  };
}

/** Lines for a person: what is added with +, changed with ~, and what the inventory lacks with ?. */
export function describeImport(diff: InventoryDiff, { dryRun }: { readonly dryRun: boolean }): readonly string[] {
  const count = (of: (domain: DomainDiff) => number): number =>
    diff.domains.reduce((sum, domain) => sum + of(domain), 0);
  const lacking = count((domain) => domain.lacking.length);
  const numbers = [
    `${count((domain) => domain.added.length)} added`,
    `${count((domain) => domain.changed.length)} changed`,
    `${lacking} that the inventory lacks`,
  ].join(', ');
  return [
    ...diff.domains.flatMap(describeDomain),
    `Endpoints: ${numbers}.`,
    hasChanges(diff) ? (dryRun ? 'Nothing was written: this was a dry run.' : 'Imported.') : 'Nothing to do.',
  ];
}

function describeDomain({ domain, isNew, added, changed, lacking }: DomainDiff): readonly string[] {
  if (!isNew && added.length + changed.length + lacking.length === 0) return [];
  return [
    isNew ? `${domain} (not watched until now)` : domain,
    ...added.map(({ key, facts }) => {
      const declared = facts.map(({ field, value }) => `${field}: ${showValue(value)}`).join(', ');
      return showText(`  + ${key}${declared === '' ? '' : `  ${declared}`}`, longestLine);
    }),
    ...changed.flatMap(({ key, changes }) => [
      `  ~ ${key}`,
      ...changes.map(({ field, before, after }) =>
        showText(`      ${field}: ${showValue(before)} -> ${showValue(after)}`, longestLine),
      ),
    ]),
    ...lacking.map(
      ({ key, dropped }) =>
        `  ? ${key}  ${dropped ? 'no longer in the inventory' : 'not in the inventory'}; stays watched`,
    ),
  ];
}

function showValue(value: DeclaredFact['value']): string {
  if (value === null) return 'undeclared';
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
}

import { canonicalJson } from '../model/span.ts';
import { showText } from '../checks/wording.ts';

/*
 * Differences of plain data in words, for what nobody wrote better words for. Lists are compared as sets: that a list
 * comes in another order is no change.
 */

const maxLines = 8;
const maxDepth = 6;
const maxValue = 60;

/** Lines such as `clock: true → false`; empty where both are the same but for the order of lists. */
export function genericDifference(before: unknown, after: unknown): readonly string[] {
  const lines: string[] = [];
  compare('', [before, after], lines);
  return lines.length > maxLines
    ? [...lines.slice(0, maxLines), `and ${String(lines.length - maxLines)} more differences`]
    : lines;
}

function compare(path: string, [before, after]: readonly [unknown, unknown], lines: string[]): void {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return;
  const where = path === '' ? '' : `${path}: `;
  if (Array.isArray(before) && Array.isArray(after)) {
    const { added, gone } = compareSets(before.map(canonicalJson), after.map(canonicalJson));
    lines.push(
      ...gone.map((item) => `${where}${show(item)} gone`),
      ...added.map((item) => `${where}${show(item)} new`),
    );
    return;
  }
  const depth = path.split('.').length;
  if (isRecord(before) && isRecord(after) && depth <= maxDepth) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(path === '' ? key : `${path}.${key}`, [before[key], after[key]], lines);
    }
    return;
  }
  lines.push(`${where}${show(canonicalJson(before ?? null))} → ${show(canonicalJson(after ?? null))}`);
}

/** What one set has and the other has not. */
export function compareSets(
  before: readonly string[],
  after: readonly string[],
): { readonly added: readonly string[]; readonly gone: readonly string[] } {
  const [old, fresh] = [new Set(before), new Set(after)];
  return { added: [...fresh].filter((item) => !old.has(item)), gone: [...old].filter((item) => !fresh.has(item)) };
}

/** Whether it is an object whose fields can be read. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(json: string): string {
  return showText(json.replace(/^"(.*)"$/, '$1'), maxValue);
}

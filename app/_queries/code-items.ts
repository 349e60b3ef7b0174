import type { CodeItem } from '#components/code-table.tsx';
import { allFindings } from '#lib/checks/registry.ts';
import { findPackDifference } from '#lib/draft/pack-difference.ts';
import { countLivingFindings } from './findings.ts';

/** Sections of the draft that references name, each once. */
function sectionsOfRefs(refs: readonly string[]): readonly string[] {
  const sections = refs.flatMap((ref) => /^draft-ietf-uta-email-deep-00 section ([\d.]+)$/.exec(ref)?.[1] ?? []);
  return [...new Set(sections)];
}

/** What stays the same as long as this process runs. */
const known = allFindings.map(({ code, summary, refs }) => ({
  ...{ code, summary, sections: sectionsOfRefs(refs) },
  differs: findPackDifference(code) !== null,
}));
const inOrder = new Intl.Collator('en', { numeric: true });
const sections: readonly string[] = [...new Set(known.flatMap((item) => item.sections))].toSorted(inOrder.compare);

/** Codes whose code or summary has the words and which rest on the section; those that hold now first. */
export async function listCodeItems(wanted: {
  readonly words: string | null;
  readonly section: string | null;
}): Promise<readonly CodeItem[]> {
  const living = await countLivingFindings();
  const words = wanted.words?.toLowerCase().split(/\s+/) ?? [];
  return known
    .filter((item) => {
      const text = `${item.code} ${item.summary}`.toLowerCase();
      return (
        words.every((word) => text.includes(word)) &&
        (wanted.section === null || item.sections.includes(wanted.section))
      );
    })
    .map((item) => ({ ...item, living: living.get(item.code) ?? 0 }))
    .toSorted((a, b) => b.living - a.living || a.code.localeCompare(b.code));
}

/** Every section of the draft that a code rests on, in the order of the draft. */
export function listSections(): readonly string[] {
  return sections;
}

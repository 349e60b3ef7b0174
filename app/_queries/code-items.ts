import type { CodeItem } from '#components/code-table.tsx';
import { allFindings } from '#lib/checks/registry.ts';
import { findPackDifference } from '#lib/draft/pack-difference.ts';
import { countLivingFindings } from './findings.ts';

/** Sections of the draft that references name, each once. */
function sectionsOfRefs(refs: readonly string[]): readonly string[] {
  const sections = refs.flatMap((ref) => /^draft-ietf-uta-email-deep-00 section ([\d.]+)$/.exec(ref)?.[1] ?? []);
  return [...new Set(sections)];
}

/** Codes whose code or summary has the words and which rest on the section; those that hold now first. */
export async function listCodeItems(wanted: {
  readonly words: string | null;
  readonly section: string | null;
}): Promise<readonly CodeItem[]> {
  const living = await countLivingFindings();
  const words = wanted.words?.toLowerCase().split(/\s+/) ?? [];
  return allFindings
    .map(({ code, summary, refs }) => ({
      ...{ code, summary, sections: sectionsOfRefs(refs) },
      differs: findPackDifference(code) !== null,
      living: living.get(code) ?? 0,
    }))
    .filter(({ code, summary, sections }) => {
      const text = `${code} ${summary}`.toLowerCase();
      return (
        words.every((word) => text.includes(word)) && (wanted.section === null || sections.includes(wanted.section))
      );
    })
    .toSorted((a, b) => b.living - a.living || a.code.localeCompare(b.code));
}

/** Every section of the draft that a code rests on, in the order of the draft. */
export function listSections(): readonly string[] {
  const sections = new Set(allFindings.flatMap(({ refs }) => sectionsOfRefs(refs)));
  return [...sections].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

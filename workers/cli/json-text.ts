/** What a terminal obeys and what cannot be seen; the line ends and blanks of the indentation are ours. */
const unseen = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Indented JSON for standard output. JSON lets C1 controls and bidirectional overrides through, and terminals obey them:
 * here they are escapes, which a program reads as the same text.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(unseen, escapeUnits);
}

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}

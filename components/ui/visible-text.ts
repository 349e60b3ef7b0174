import { visibleParts } from './visible-parts.ts';

/**
 * Text from a stranger for an attribute (`title`, `aria-label`), where no element can stand: what cannot be seen is
 * written as `[U+202E]`, and it is cut at `maxLength` characters. On the page itself it is `ForeignText`.
 */
export function visibleText(text: string, maxLength = 200): string {
  const shown = visibleParts(text.slice(0, maxLength))
    .map((part) => (part.kind === 'text' ? part.text : `[${part.codePoint}]`))
    .join('');
  return text.length > maxLength ? `${shown}…` : shown;
}

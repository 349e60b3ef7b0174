import { visibleParts } from './ui/visible-parts.ts';

/**
 * Text from strangers for an SVG text element, where `ForeignText` cannot stand: what cannot be seen is written out,
 * and what does not fit into `widthPx` is cut in the middle, because both ends of a name tell most.
 */
export function svgText(
  text: string,
  { widthPx, charPx }: { readonly widthPx: number; readonly charPx: number },
): string {
  const room = Math.max(1, Math.floor(widthPx / charPx));
  // More than enough of both ends, so that a huge text is not scanned.
  const near = text.length > 4096 ? `${text.slice(0, 2048)}…${text.slice(-2048)}` : text;
  const written = visibleParts(near).map((part) => (part.kind === 'text' ? part.text : `[${part.codePoint}]`));
  const characters = Array.from(written.join(''));
  if (characters.length <= room) return characters.join('');
  const tail = Math.floor((room - 1) / 2);
  return `${characters.slice(0, room - 1 - tail).join('')}…${tail === 0 ? '' : characters.slice(-tail).join('')}`;
}

import { visibleParts } from './visible-parts.ts';

/**
 * The one way by which text from servers, DNS and certificates reaches a page: as text nodes, isolated from the
 * direction of its surroundings, with what cannot be seen written out, and cut at `maxLength` characters.
 */
export function ForeignText({ text, maxLength = 512 }: { readonly text: string; readonly maxLength?: number }) {
  const shown = text.length > maxLength ? text.slice(0, maxLength) : text;
  return (
    <bdi className="[overflow-wrap:anywhere]">
      {visibleParts(shown).map((part, index) =>
        part.kind === 'text' ? (
          part.text
        ) : (
          <span
            key={index}
            title="A character that cannot be seen"
            className="tone-fail tone-text mx-px rounded-sm border border-current px-0.5 font-mono text-2xs"
          >
            {part.codePoint}
          </span>
        ),
      )}
      {shown === text ? null : <span className="text-muted"> … {text.length - maxLength} more characters</span>}
    </bdi>
  );
}

/** A piece of text, or one character that would be invisible or would turn text around. */
export type VisiblePart =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'escape'; readonly codePoint: string };

/*
 * Control, format (bidirectional, zero-width, tags), surrogate, private-use and unassigned characters; separators
 * other than the space; letters without a shape; variation selectors; and combining marks beyond three in a row.
 */
const hidden =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}|[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\u{e0100}-\u{e01ef}]|(?<=\p{M}{3})\p{M}/gu;

/** Splits text from a stranger so that every character of it can be seen. */
export function visibleParts(text: string): readonly VisiblePart[] {
  const parts: VisiblePart[] = [];
  let shown = 0;
  for (const match of text.matchAll(hidden)) {
    if (match.index > shown) parts.push({ kind: 'text', text: text.slice(shown, match.index) });
    const hex = (match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    parts.push({ kind: 'escape', codePoint: `U+${hex}` });
    shown = match.index + match[0].length;
  }
  if (shown < text.length) parts.push({ kind: 'text', text: text.slice(shown) });
  return parts;
}

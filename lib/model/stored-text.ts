/*
 * Postgres keeps neither NUL nor half a surrogate pair in text, and a server may send both. NUL is stored as its
 * picture U+2400, which no text of bytes (latin1) contains, and comes back as NUL.
 */
const nulPicture = '\u2400';
const escapedPicture = String.raw`\u2400`;

/** Text as Postgres can keep it. */
export function storableText(text: string): string {
  return text.replaceAll('\0', nulPicture).replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

/** JSON text of a value as Postgres can keep it. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'string' ? storableText(item) : item));
}

/** The value of stored JSON text, with NUL where it was. */
export function readStoredJson(text: string): unknown {
  // Asking for every string of a large piece of evidence takes ten times as long as reading it, and hardly one has a NUL.
  if (!text.includes(nulPicture) && !text.includes(escapedPicture)) return JSON.parse(text);
  return JSON.parse(text, (_key, item: unknown) =>
    typeof item === 'string' ? item.replaceAll(nulPicture, '\0') : item,
  );
}

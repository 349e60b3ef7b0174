/** What the TXT records at a name came to that tells of a policy. */
export type VersionedRecord<T> =
  /** No record, or none that is meant: everybody goes on as if there were nothing. */
  | { readonly state: 'absent' }
  | { readonly state: 'present'; readonly record: T }
  /** Something is there that senders have to ignore; `why` is a phrase for people. */
  | { readonly state: 'unreadable'; readonly why: string };

export type RecordFields = ReadonlyMap<string, string>;

/**
 * Picks the one record that counts among the TXT records of a name: the one that begins with the version. Other TXT
 * records are passed over, and two that begin with it are as good as none (RFC 8461 section 3.1, RFC 8460 section 3).
 * Gives its fields `key=value`, the first of each key.
 */
export function pickRecord(texts: readonly string[], version: string): VersionedRecord<RecordFields> {
  const exact = texts.filter((text) => new RegExp(`^v=${version}[ \\t]*(;|$)`).test(text));
  if (exact.length > 1) return { state: 'unreadable', why: `${exact.length} records with v=${version}` };
  const [text] = exact;
  if (text === undefined) {
    // A slip of the pen, and not a record of something else.
    const meant = texts.find((item) => new RegExp(`^\\s*"?v\\s*=\\s*${version}`, 'i').test(item));
    return meant === undefined
      ? { state: 'absent' }
      : { state: 'unreadable', why: `does not begin with v=${version};` };
  }
  const fields = new Map<string, string>();
  for (const part of text.split(';').slice(1)) {
    const [key = '', ...rest] = part.split('=');
    const name = key.trim();
    if (name === '' && rest.length === 0) continue;
    if (!/^[A-Za-z0-9][\w.-]{0,31}$/.test(name) || rest.length === 0) {
      return { state: 'unreadable', why: `"${part.trim().slice(0, 60)}" is not a field` };
    }
    if (!fields.has(name)) fields.set(name, rest.join('=').trim());
  }
  return { state: 'present', record: fields };
}

import { createHash } from 'node:crypto';

/** A line of the audit record as the database holds it. */
export interface ChainedEntry {
  readonly id: bigint;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  /** The text that Postgres makes of the column: hashed as it is. */
  readonly detailText: string;
  /** SHA-256 in lower-case hex; 64 zeros before the first. */
  readonly previousHash: string;
  readonly hash: string;
}

/** Where the next entry must go on: `head` is the hash of the last one. */
export interface ChainEnd {
  readonly count: number;
  readonly head: string;
  readonly lastId: bigint | null;
}

export type ChainBreak =
  /** The entry is not what was written. */
  | { readonly why: 'changed'; readonly id: bigint }
  /** Entries before this one were taken out, or put in. */
  | { readonly why: 'gap'; readonly id: bigint; readonly afterId: bigint | null };

/** Before the first entry. */
export const chainStart: ChainEnd = { count: 0, head: '0'.repeat(64), lastId: null };

/**
 * What is hashed of an entry: one value a line, words as JSON strings (RFC 8259), so that no word can hold a line's
 * end. Times in UTC to the millisecond.
 */
export function auditText(entry: Omit<ChainedEntry, 'hash'>): string {
  const words = [entry.actor, entry.action, entry.subject].map((word) => JSON.stringify(word));
  return [entry.previousHash, String(entry.id), entry.at.toISOString(), ...words, entry.detailText].join('\n');
}

/** SHA-256 of `auditText`, lower-case hex. */
export function auditHash(entry: Omit<ChainedEntry, 'hash'>): string {
  return createHash('sha256').update(auditText(entry)).digest('hex');
}

/** Goes on along the chain, in the order of ids; `broken` names the first entry that does not fit. */
export function followChain(
  from: ChainEnd,
  entries: readonly ChainedEntry[],
): { readonly end: ChainEnd; readonly broken: ChainBreak | null } {
  let end = from;
  for (const entry of entries) {
    if (entry.hash !== auditHash(entry)) return { end, broken: { why: 'changed', id: entry.id } };
    if (entry.previousHash !== end.head) return { end, broken: { why: 'gap', id: entry.id, afterId: end.lastId } };
    end = { count: end.count + 1, head: entry.hash, lastId: entry.id };
  }
  return { end, broken: null };
}

/** One sentence about a break. */
export function describeBreak(broken: ChainBreak): string {
  if (broken.why === 'changed') return `Entry ${broken.id} was changed after it was written.`;
  const place = broken.afterId === null ? `before entry ${broken.id}` : `between ${broken.afterId} and ${broken.id}`;
  return `Entries were taken out or put in ${place}.`;
}

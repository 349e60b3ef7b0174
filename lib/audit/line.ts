import { auditText, type ChainedEntry } from './chain.ts';

/** An entry as a line of an export; `hashed` is the text whose SHA-256 is `hash`, so that anybody can check it. */
export function auditLine(entry: ChainedEntry): string {
  const { id, at, actor, action, subject, detailText, previousHash, hash } = entry;
  const detail: unknown = JSON.parse(detailText);
  const fields = { id: Number(id), at: at.toISOString(), actor, action, subject, detail, previousHash, hash };
  return JSON.stringify({ ...fields, hashed: auditText(entry) });
}

import type { Transaction } from '../client.ts';

/** What somebody did that others must be able to look up later. Never holds the address of an account. */
export interface AuditRecord {
  /** The mail address of a user, the name of a token, or `command line`. */
  readonly actor: string;
  /** Object and deed, e.g. `account.looked-up`. */
  readonly action: string;
  /** What it was done to, e.g. the id of a source; '' where nothing may be named. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
  readonly now: Date;
}

/** Writes a line of the audit record. Call it in the transaction of the deed: neither is without the other. */
export async function writeAudit(db: Transaction, record: AuditRecord): Promise<void> {
  const { actor, action, subject, detail, now } = record;
  await db.auditEntry.create({ data: { at: now, actor, action, subject, detail } });
}

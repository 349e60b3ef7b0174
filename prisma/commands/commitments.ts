import type { Transaction } from '../client.ts';

/**
 * Writes down who decided that a host advertises a tag, and why; `decidedBy` null takes it back. Nothing but these words
 * ever changes in the ledger by hand. False: the host never advertised the tag.
 */
export async function noteDecision(
  db: Transaction,
  decision: {
    readonly host: string;
    readonly tag: string;
    readonly decidedBy: string | null;
    readonly note: string | null;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<boolean> {
  const { host, tag, decidedBy, note, actor, now } = decision;
  const { count } = await db.commitment.updateMany({
    where: { host, tag },
    data: { decidedBy, note, notedBy: actor, notedAt: now },
  });
  return count > 0;
}

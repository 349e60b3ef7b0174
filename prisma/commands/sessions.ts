import { formatIpAddress, parseIpAddress } from '#lib/model/ip-address.ts';
import type { Database, Transaction } from '../client.ts';
import { writeAudit } from './audit.ts';

/** A browser that somebody signed in with. */
export interface SessionSummary {
  readonly id: string;
  /** As the proxy or the browser says, of IPv6 the network (/64); null: not told. */
  readonly address: string | null;
  readonly browser: string | null;
  readonly since: Date;
  /** Exact to a quarter of an hour. */
  readonly lastUsedAt: Date;
}

/** better-auth keeps of IPv6 addresses only the network, since a household has all of it. */
function showAddress(text: string): string | null {
  const address = parseIpAddress(text);
  if (!address.ok) return text === '' ? null : text;
  return text.includes(':') ? `${formatIpAddress(address.value)}/64` : text;
}

/** The sessions of a person that still open something, the one used last first. */
export async function listSessions(
  db: Transaction,
  { userId, now }: { readonly userId: string; readonly now: Date },
): Promise<readonly SessionSummary[]> {
  const rows = await db.session.findMany({
    where: { userId, expiresAt: { gt: now } },
    orderBy: [{ updatedAt: 'desc' }, { id: 'asc' }],
  });
  return rows.map((row) => ({
    id: row.id,
    address: showAddress(row.ipAddress ?? ''),
    browser: row.userAgent === '' ? null : row.userAgent,
    since: row.createdAt,
    lastUsedAt: row.updatedAt,
  }));
}

export type WhichSessions = { readonly only: string } | { readonly except: string } | 'all';

/** Ends sessions of a person; who had them open sees the login page with the next click. Says how many ended. */
export async function endSessions(
  db: Database,
  options: {
    readonly userId: string;
    readonly which: WhichSessions;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<number> {
  const { userId, which, actor, now } = options;
  const ids = which === 'all' ? {} : 'only' in which ? { id: which.only } : { id: { not: which.except } };
  return db.$transaction(async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { userId, ...ids } });
    if (count === 0) return 0;
    const person = await tx.user.findUnique({ where: { id: userId } });
    const detail = { sessionsEnded: count };
    await writeAudit(tx, { actor, action: 'sessions.ended', subject: person?.email ?? '', detail, now });
    return count;
  });
}

import { err, ok, type Result } from '#lib/model/result.ts';
import { parseRole, type Role } from '#lib/model/role.ts';
import type { Database, Transaction } from '../client.ts';
import { writeAudit } from './audit.ts';

/** Somebody who may or might sign in. */
export interface PersonSummary {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  /** When one of their sessions was used last; null: they have none. */
  readonly lastSeenAt: Date | null;
  readonly hasPassword: boolean;
  /** They signed in through the identity provider before. */
  readonly hasProvider: boolean;
}

/** Everybody, by name. `lastSeenAt` is exact to a quarter of an hour. */
export async function listPeople(db: Transaction): Promise<readonly PersonSummary[]> {
  const rows = await db.user.findMany({
    orderBy: [{ name: 'asc' }, { email: 'asc' }],
    include: {
      accounts: { select: { providerId: true } },
      sessions: { select: { updatedAt: true }, orderBy: { updatedAt: 'desc' }, take: 1 },
    },
  });
  return rows.map(({ id, name, email, role, createdAt, disabledAt, accounts, sessions }) => ({
    ...{ id, name, email, role: parseRole(role), createdAt, disabledAt },
    lastSeenAt: sessions[0]?.updatedAt ?? null,
    hasPassword: accounts.some(({ providerId }) => providerId === 'credential'),
    hasProvider: accounts.some(({ providerId }) => providerId !== 'credential'),
  }));
}

/** Why somebody is left as they are: without an administrator nobody could undo it. */
export const lastAdministrator = 'This is the last administrator: make somebody else one first.';

/**
 * Whether nobody but this person administrates. Locks the rows of the administrators, so that two of them who demote
 * each other at the same time come one after the other.
 */
export async function isLastAdministrator(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<readonly { readonly id: string }[]>`
    SELECT id FROM "user" WHERE role = 'administrator' AND disabled_at IS NULL ORDER BY id FOR UPDATE`;
  return rows.length === 1 && rows[0]?.id === id;
}

interface Deed {
  readonly email: string;
  /** The address of a user, or `command line`. */
  readonly actor: string;
  readonly now: Date;
}

async function change(
  db: Database,
  deed: Deed,
  make: (
    tx: Transaction,
    person: { readonly id: string; readonly role: string; readonly disabledAt: Date | null },
  ) => Promise<Result<null>>,
): Promise<Result<null>> {
  return db.$transaction(async (tx) => {
    const person = await tx.user.findUnique({ where: { email: deed.email.toLowerCase() } });
    return person === null ? err(`There is nobody with the address ${deed.email}.`) : make(tx, person);
  });
}

/** Gives somebody another role; it holds from their next click on. The error is a sentence. */
export async function changeRole(db: Database, deed: Deed & { readonly role: Role }): Promise<Result<null>> {
  return change(db, deed, async (tx, person) => {
    if (person.role === deed.role) return ok(null);
    if (await isLastAdministrator(tx, person.id)) return err(lastAdministrator);
    await tx.user.update({ where: { id: person.id }, data: { role: deed.role, updatedAt: deed.now } });
    const detail = { from: person.role, to: deed.role };
    await writeAudit(tx, { ...deed, action: 'person.role-changed', subject: deed.email.toLowerCase(), detail });
    return ok(null);
  });
}

/** Shuts somebody out: their sessions end at once. Tokens that they made stay, since programs use them. */
export async function disablePerson(db: Database, deed: Deed): Promise<Result<null>> {
  return change(db, deed, async (tx, person) => {
    if (person.disabledAt !== null) return ok(null);
    if (await isLastAdministrator(tx, person.id)) return err(lastAdministrator);
    const subject = deed.email.toLowerCase();
    await tx.user.update({ where: { id: person.id }, data: { disabledAt: deed.now, updatedAt: deed.now } });
    const { count } = await tx.session.deleteMany({ where: { userId: person.id } });
    await tx.setupLink.deleteMany({ where: { email: subject, usedAt: null } });
    await writeAudit(tx, { ...deed, action: 'person.disabled', subject, detail: { sessionsEnded: count } });
    return ok(null);
  });
}

/** Lets somebody in again. */
export async function enablePerson(db: Database, deed: Deed): Promise<Result<null>> {
  return change(db, deed, async (tx, person) => {
    if (person.disabledAt === null) return ok(null);
    await tx.user.update({ where: { id: person.id }, data: { disabledAt: null, updatedAt: deed.now } });
    await writeAudit(tx, { ...deed, action: 'person.enabled', subject: deed.email.toLowerCase(), detail: {} });
    return ok(null);
  });
}

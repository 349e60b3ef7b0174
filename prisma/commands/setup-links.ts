import { createHash, randomBytes } from 'node:crypto';
import { err, ok, type Result } from '#lib/model/result.ts';
import { findRole, type Role } from '#lib/model/role.ts';
import type { Database, Transaction } from '../client.ts';
import { writeAudit } from './audit.ts';

const hourMs = 3_600_000;
const lifetimeMs = 24 * hourMs;
/** How long an invitation can be good for, in hours. */
export const invitationHours = { min: 24, max: 7 * 24 } as const;
const linkPattern = /^[A-Za-z0-9_-]{43}$/;

/** What a link is for. */
export type SetupLink =
  | { readonly kind: 'first-administrator' }
  | { readonly kind: 'invitation'; readonly email: string; readonly role: Role }
  /** Sets a new password for somebody who is known. */
  | { readonly kind: 'reset'; readonly email: string };

/** An invitation that nobody has used yet. */
export interface Invitation {
  readonly email: string;
  readonly role: Role;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date;
}

/** The text of a link is shown once: the database keeps its hash. */
export interface NewLink {
  readonly secret: string;
  readonly expiresAt: Date;
}

interface LinkRow {
  readonly email: string | null;
  readonly role: string | null;
}

function hashLink(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function toLink({ email, role }: LinkRow): SetupLink | null {
  if (email === null) return { kind: 'first-administrator' };
  if (role === null) return { kind: 'reset', email };
  const known = findRole(role);
  return known === null ? null : { kind: 'invitation', email, role: known };
}

/** True when somebody can administrate: from then on no link for the first administrator is made or taken. */
async function hasAdministrator(db: Transaction): Promise<boolean> {
  return (await db.user.count({ where: { role: 'administrator' } })) > 0;
}

/** Links made before for the same stop working: whoever finds an old one gets nothing. */
async function makeLink(
  db: Transaction,
  link: LinkRow & { readonly createdBy: string; readonly now: Date; readonly hours: number },
): Promise<NewLink> {
  const { email, role, createdBy, now, hours } = link;
  const secret = randomBytes(32).toString('base64url');
  const expiresAt = new Date(now.getTime() + hours * hourMs);
  await db.setupLink.deleteMany({ where: { usedAt: null, email } });
  await db.setupLink.create({ data: { hash: hashLink(secret), createdAt: now, expiresAt, email, role, createdBy } });
  return { secret, expiresAt };
}

/**
 * Makes the secret part of a link that creates the first administrator, good for 24 hours and one use; null when there
 * is an administrator.
 */
export async function createSetupLink(db: Transaction, now: Date): Promise<string | null> {
  if (await hasAdministrator(db)) return null;
  const link = { email: null, role: null, createdBy: 'latchwatch', now, hours: lifetimeMs / hourMs };
  return (await makeLink(db, link)).secret;
}

/** Invites somebody. The error is a sentence for the person who asks. `email` in any case of letters. */
export async function createInvitation(
  db: Database,
  invitation: {
    readonly email: string;
    readonly role: Role;
    readonly hours: number;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<Result<NewLink>> {
  const { role, hours, actor, now } = invitation;
  const email = invitation.email.toLowerCase();
  return db.$transaction(async (tx) => {
    if ((await tx.user.count({ where: { email } })) > 0) return err('That e-mail address belongs to somebody already.');
    const link = await makeLink(tx, { email, role, createdBy: actor, now, hours });
    await writeAudit(tx, { actor, action: 'person.invited', subject: email, detail: { role, hours }, now });
    return ok(link);
  });
}

/** Makes a link by which somebody who is known sets a new password. The error is a sentence. */
export async function createResetLink(
  db: Database,
  { email: written, actor, now }: { readonly email: string; readonly actor: string; readonly now: Date },
): Promise<Result<NewLink>> {
  const email = written.toLowerCase();
  return db.$transaction(async (tx) => {
    const person = await tx.user.findUnique({ where: { email } });
    if (person === null) return err(`There is nobody with the address ${email}.`);
    if (person.disabledAt !== null) return err(`${email} is disabled: enable them first.`);
    const link = await makeLink(tx, { email, role: null, createdBy: actor, now, hours: lifetimeMs / hourMs });
    await writeAudit(tx, { actor, action: 'person.reset-link-made', subject: email, detail: {}, now });
    return ok(link);
  });
}

/** Invitations that still can be used, the newest first. */
export async function listInvitations(db: Transaction, now: Date): Promise<readonly Invitation[]> {
  const rows = await db.setupLink.findMany({
    where: { usedAt: null, expiresAt: { gt: now }, email: { not: null }, role: { not: null } },
    orderBy: { createdAt: 'desc' },
  });
  return rows.flatMap((row) => {
    const link = toLink(row);
    if (link?.kind !== 'invitation') return [];
    const { email, role } = link;
    return [{ email, role, createdAt: row.createdAt, createdBy: row.createdBy, expiresAt: row.expiresAt }];
  });
}

/** Takes an invitation back. False: there was none to take back. */
export async function withdrawInvitation(
  db: Database,
  { email, actor, now }: { readonly email: string; readonly actor: string; readonly now: Date },
): Promise<boolean> {
  return db.$transaction(async (tx) => {
    const { count } = await tx.setupLink.deleteMany({ where: { email, usedAt: null, role: { not: null } } });
    if (count === 0) return false;
    await writeAudit(tx, { actor, action: 'person.invitation-withdrawn', subject: email, detail: {}, now });
    return true;
  });
}

/** What a link would do now, for showing the form; null: nothing. */
export async function findSetupLink(db: Transaction, secret: string, now: Date): Promise<SetupLink | null> {
  if (!linkPattern.test(secret)) return null;
  const row = await db.setupLink.findUnique({ where: { hash: hashLink(secret) } });
  if (row === null || row.usedAt !== null || row.expiresAt <= now) return null;
  const link = toLink(row);
  return link?.kind === 'first-administrator' && (await hasAdministrator(db)) ? null : link;
}

/**
 * Takes a link. Call it in the transaction that does what the link is for: of two who come at the same time one gets it,
 * and if the deed fails the link is good again.
 */
export async function takeSetupLink(tx: Transaction, secret: string, now: Date): Promise<SetupLink | null> {
  if (!linkPattern.test(secret)) return null;
  // The update locks the row; a second transaction waits here and then finds usedAt set.
  const [row] = await tx.setupLink.updateManyAndReturn({
    where: { hash: hashLink(secret), usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  });
  const link = row === undefined ? null : toLink(row);
  return link?.kind === 'first-administrator' && (await hasAdministrator(tx)) ? null : link;
}

/** Takes the invitation of somebody whose address is proved otherwise; null: nobody invited them. */
export async function takeInvitationOf(tx: Transaction, email: string, now: Date): Promise<Role | null> {
  const [row] = await tx.setupLink.updateManyAndReturn({
    where: { email, role: { not: null }, usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  });
  return row === undefined ? null : findRole(row.role);
}

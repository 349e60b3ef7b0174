import { err, ok, type Result } from '#lib/model/result.ts';
import type { Role } from '#lib/model/role.ts';
import type { Database, Transaction } from '../client.ts';
import { writeAudit } from './audit.ts';
import { isLastAdministrator } from './people.ts';
import { takeInvitationOf } from './setup-links.ts';
import { createPerson } from './users.ts';

/** Why somebody whom the identity provider knows is not let in. */
export type AdmissionRefusal = 'email_not_verified' | 'person_unknown' | 'person_disabled';

interface ProvedPerson {
  readonly providerId: string;
  /** The provider's own, lasting name of the person. */
  readonly subject: string;
  /** Lower case. */
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string;
  /** The role that the provider gives; null: none. */
  readonly role: Role | null;
  readonly now: Date;
}

const actor = 'identity provider';

async function findKnown(tx: Transaction, { providerId, subject, email }: ProvedPerson) {
  const linked = await tx.account.findFirst({ where: { providerId, accountId: subject }, include: { user: true } });
  return linked?.user ?? (await tx.user.findUnique({ where: { email } }));
}

/** Somebody new comes in by a role that the provider gives, or by an invitation to their address. */
async function admitNew(tx: Transaction, person: ProvedPerson): Promise<Result<null, AdmissionRefusal>> {
  const { email, name, now } = person;
  const invited = await takeInvitationOf(tx, email, now);
  const role = person.role ?? invited;
  if (role === null) return err('person_unknown');
  await createPerson(tx, { email, name, role, passwordHash: null, now });
  const detail = { role, by: person.role === null ? 'invitation' : 'role of the provider' };
  await writeAudit(tx, { actor, action: 'person.created', subject: email, detail, now });
  return ok(null);
}

/**
 * Decides about somebody whom the provider has proved: they are known here or invited, or the provider gives them a
 * role; and their address is verified. A role of the provider replaces the one they have, unless nobody would be left to
 * administrate. Writes down whom it refuses.
 */
export async function admitByProvider(db: Database, person: ProvedPerson): Promise<Result<null, AdmissionRefusal>> {
  return db.$transaction(async (tx) => {
    const admitted = await decide(tx, person);
    if (!admitted.ok) {
      const detail = { why: admitted.error, method: actor };
      const { email, now } = person;
      await writeAudit(tx, { actor: email, action: 'sign-in.refused', subject: email, detail, now });
    }
    return admitted;
  });
}

async function decide(tx: Transaction, person: ProvedPerson): Promise<Result<null, AdmissionRefusal>> {
  if (!person.emailVerified) return err('email_not_verified');
  const known = await findKnown(tx, person);
  if (known === null) return admitNew(tx, person);
  if (known.disabledAt !== null) return err('person_disabled');
  const { role, now } = person;
  if (role === null || role === known.role || (await isLastAdministrator(tx, known.id))) return ok(null);
  await tx.user.update({ where: { id: known.id }, data: { role, updatedAt: now } });
  const detail = { from: known.role, to: role };
  await writeAudit(tx, { actor, action: 'person.role-changed', subject: known.email, detail, now });
  return ok(null);
}

'use server';

import { hashPassword } from 'better-auth/crypto';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { writeAudit } from '#prisma/commands/audit.ts';
import { takeSetupLink, type SetupLink } from '#prisma/commands/setup-links.ts';
import { createPerson, forgiveSignIns, setPassword } from '#prisma/commands/users.ts';
import { newPassword } from '#app/_auth/new-password.ts';
import { signIn } from '#app/_auth/sign-in.ts';
import { database } from '#app/_queries/database.ts';
import { firstIssue } from './first-issue.ts';
import { checkOrigin } from './guard.ts';

type Transaction = Parameters<typeof takeSetupLink>[0];

const setup = z.object({
  link: z.string().max(100),
  password: newPassword,
  name: z.string().trim().min(1, 'Enter your name.').max(100, 'Enter a shorter name.').optional(),
  email: z.email('Enter an e-mail address.').max(254).optional(),
});
type Setup = z.infer<typeof setup> & { readonly passwordHash: string; readonly now: Date };

/** Thrown to undo the transaction: the link stays good when nothing came of it. */
class NotDone extends Error {}

async function create(tx: Transaction, link: Exclude<SetupLink, { kind: 'reset' }>, form: Setup): Promise<string> {
  const email = link.kind === 'invitation' ? link.email : form.email?.toLowerCase();
  const { name, passwordHash, now } = form;
  if (name === undefined || email === undefined) throw new NotDone('Enter your name and e-mail address.');
  const role = link.kind === 'invitation' ? link.role : 'administrator';
  const created = await createPerson(tx, { name, email, role, passwordHash, now });
  if (created === null) throw new NotDone('That e-mail address belongs to somebody already.');
  const detail = { role, by: link.kind === 'invitation' ? 'invitation' : 'link of the first start' };
  await writeAudit(tx, { actor: email, action: 'person.created', subject: email, detail, now });
  return email;
}

async function reset(tx: Transaction, email: string, { passwordHash, now }: Setup): Promise<string> {
  const person = await tx.user.findUnique({ where: { email } });
  if (person === null || person.disabledAt !== null) throw new NotDone('Your account is disabled.');
  await setPassword(tx, { userId: person.id, passwordHash, now });
  await forgiveSignIns(tx, email);
  const { count } = await tx.session.deleteMany({ where: { userId: person.id } });
  const detail = { by: 'link', sessionsEnded: count };
  await writeAudit(tx, { actor: email, action: 'person.password-changed', subject: email, detail, now });
  return email;
}

/** Does what a one-time link is for, and signs in. */
export async function followSetupLinkAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const origin = await checkOrigin();
  if (!origin.ok) return { ok: false, message: origin.error };
  const parsed = setup.safeParse(Object.fromEntries(form));
  if (!parsed.success) return firstIssue(parsed.error);
  const { password, link: secret } = parsed.data;
  const filled = { ...parsed.data, passwordHash: await hashPassword(password), now: new Date() };
  let email: string;
  try {
    email = await database().$transaction(async (tx) => {
      const link = await takeSetupLink(tx, secret, filled.now);
      if (link === null) throw new NotDone('This link was used already, or it is too old.');
      return link.kind === 'reset' ? reset(tx, link.email, filled) : create(tx, link, filled);
    });
  } catch (error) {
    if (error instanceof NotDone) return { ok: false, message: error.message };
    throw error;
  }
  const signedIn = await signIn({ email, password });
  redirect(signedIn.ok ? '/' : '/login');
}

'use server';

import { hashPassword, verifyPassword } from 'better-auth/crypto';
import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { writeAudit } from '#prisma/commands/audit.ts';
import { endSessions } from '#prisma/commands/sessions.ts';
import { countSignIn, findPasswordHash, setPassword } from '#prisma/commands/users.ts';
import { newPassword } from '#app/_auth/new-password.ts';
import { database } from '#app/_queries/database.ts';
import { firstIssue } from './first-issue.ts';
import { requireSomebody } from './guard.ts';

const page = '/settings/account';

export async function endOwnSessionAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireSomebody();
  if (!person.ok) return { ok: false, message: person.error };
  const { id: userId, email: actor } = person.value;
  const only = z.string().max(100).parse(form.get('sessionId'));
  await endSessions(database(), { userId, which: { only }, actor, now: new Date() });
  revalidatePath(page);
  return { ok: true, message: 'Ended.' };
}

export async function endOtherSessionsAction(): Promise<ActionState> {
  const person = await requireSomebody();
  if (!person.ok) return { ok: false, message: person.error };
  const { id: userId, email: actor, sessionId } = person.value;
  const ended = await endSessions(database(), { userId, which: { except: sessionId }, actor, now: new Date() });
  revalidatePath(page);
  return { ok: true, message: ended === 1 ? 'One other session ended.' : `${String(ended)} other sessions ended.` };
}

const change = z.object({ current: z.string().min(1, 'Enter your password.').max(128), password: newPassword });

export async function changePasswordAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireSomebody();
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = change.safeParse(Object.fromEntries(form));
  if (!parsed.success) return firstIssue(parsed.error);
  const { id: userId, email, sessionId } = person.value;
  const now = new Date();
  // Whoever holds a stolen session could guess here otherwise.
  if (!(await countSignIn(database(), { email, now })).allowed) {
    return { ok: false, message: 'Too many tries. Wait a quarter of an hour, then try again.' };
  }
  const hash = await findPasswordHash(database(), userId);
  if (hash === null) return { ok: false, message: 'You have no password: you sign in through the provider.' };
  if (!(await verifyPassword({ hash, password: parsed.data.current }))) {
    return { ok: false, message: 'That is not your password.' };
  }
  const passwordHash = await hashPassword(parsed.data.password);
  await database().$transaction(async (tx) => {
    await setPassword(tx, { userId, passwordHash, now });
    const { count } = await tx.session.deleteMany({ where: { userId, id: { not: sessionId } } });
    const detail = { by: 'themselves', sessionsEnded: count };
    await writeAudit(tx, { actor: email, action: 'person.password-changed', subject: email, detail, now });
  });
  revalidatePath(page);
  return { ok: true, message: 'Changed. All your other sessions ended.' };
}

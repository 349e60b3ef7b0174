'use server';

import { hashPassword } from 'better-auth/crypto';
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { takeSetupLink } from '#prisma/commands/setup-links.ts';
import { createAdministrator } from '#prisma/commands/users.ts';
import { minPasswordLength } from '#app/_auth/auth.ts';
import { signIn, signOut } from '#app/_auth/sign-in.ts';
import { database } from '#app/_queries/database.ts';
import { checkOrigin } from './guard.ts';

const credentials = z.object({
  email: z.email('Enter the e-mail address of your account.'),
  password: z.string().min(1, 'Enter your password.').max(128),
});

function firstIssue(error: z.ZodError): ActionState {
  return { ok: false, message: error.issues[0]?.message ?? 'Something is missing.' };
}

export async function signInAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const origin = await checkOrigin();
  if (!origin.ok) return { ok: false, message: origin.error };
  const parsed = credentials.safeParse(Object.fromEntries(form));
  if (!parsed.success) return firstIssue(parsed.error);
  const signedIn = await signIn(parsed.data);
  if (!signedIn.ok) return { ok: false, message: signedIn.error };
  redirect('/');
}

export async function signOutAction(): Promise<void> {
  if ((await checkOrigin()).ok) await signOut();
  redirect('/login');
}

const administrator = z.object({
  link: z.string(),
  name: z.string().trim().min(1, 'Enter your name.').max(100, 'Enter a shorter name.'),
  email: z.email('Enter an e-mail address.').max(254),
  password: z
    .string()
    .min(minPasswordLength, `Choose a password of at least ${minPasswordLength} characters.`)
    .max(128, 'Choose a password of at most 128 characters.'),
});

/** Thrown to undo the transaction: the link stays good when nobody could be created. */
class NotCreated extends Error {}

export async function createAdministratorAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const origin = await checkOrigin();
  if (!origin.ok) return { ok: false, message: origin.error };
  const parsed = administrator.safeParse(Object.fromEntries(form));
  if (!parsed.success) return firstIssue(parsed.error);
  const { link, name, email, password } = parsed.data;
  const passwordHash = await hashPassword(password);
  const now = new Date();
  try {
    await database().$transaction(async (tx) => {
      if (!(await takeSetupLink(tx, link, now))) throw new NotCreated('This link was used already, or it is too old.');
      const created = await createAdministrator(tx, { name, email, passwordHash, now });
      if (!created) throw new NotCreated('That e-mail address belongs to somebody already.');
    });
  } catch (error) {
    if (error instanceof NotCreated) return { ok: false, message: error.message };
    throw error;
  }
  const signedIn = await signIn({ email, password });
  redirect(signedIn.ok ? '/' : '/login');
}

const themes = z.enum(['system', 'light', 'dark']);

/** Remembers light or dark in the browser; `system` forgets it. Anybody may choose. */
export async function chooseThemeAction(form: FormData): Promise<void> {
  const theme = themes.catch('system').parse(form.get('theme'));
  const jar = await cookies();
  if (theme === 'system') jar.delete('theme');
  else jar.set('theme', theme, { httpOnly: true, sameSite: 'lax', path: '/', maxAge: 365 * 86_400 });
}

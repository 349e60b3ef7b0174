'use server';

import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { signIn, signOut } from '#app/_auth/sign-in.ts';
import { readWayBack } from '#app/_auth/way-back.ts';
import { firstIssue } from './first-issue.ts';
import { checkOrigin } from './guard.ts';

const credentials = z.object({
  email: z.email('Enter the e-mail address of your account.'),
  password: z.string().min(1, 'Enter your password.').max(128),
});

export async function signInAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const origin = await checkOrigin();
  if (!origin.ok) return { ok: false, message: origin.error };
  const parsed = credentials.safeParse(Object.fromEntries(form));
  if (!parsed.success) return firstIssue(parsed.error);
  const signedIn = await signIn(parsed.data);
  if (!signedIn.ok) return { ok: false, message: signedIn.error };
  redirect(readWayBack(form.get('next')));
}

export async function signOutAction(): Promise<void> {
  if ((await checkOrigin()).ok) await signOut();
  redirect('/login');
}

const kept = { httpOnly: true, sameSite: 'lax', path: '/', maxAge: 365 * 86_400 } as const;
const themes = z.enum(['system', 'light', 'dark']);

/** Remembers light or dark in the browser; `system` forgets it. Anybody may choose. */
export async function chooseThemeAction(form: FormData): Promise<void> {
  const theme = themes.catch('system').parse(form.get('theme'));
  const jar = await cookies();
  if (theme === 'system') jar.delete('theme');
  else jar.set('theme', theme, kept);
}

/** Remembers in the browser whether absolute times are those of its place; else they are UTC. Anybody may choose. */
export async function chooseTimesAction(form: FormData): Promise<void> {
  const jar = await cookies();
  if (form.get('times') === 'local') jar.set('times', 'local', kept);
  else jar.delete('times');
}

/** Remembers in the browser that single keys do nothing (WCAG 2.1.4); else they do. Anybody may choose. */
export async function chooseKeysAction(form: FormData): Promise<void> {
  const jar = await cookies();
  if (form.get('keys') === 'off') jar.set('keys', 'off', kept);
  else jar.delete('keys');
}

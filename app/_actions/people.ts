'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import type { Result } from '#lib/model/result.ts';
import { roles } from '#lib/model/role.ts';
import type { ActionState } from '#components/ui/action-state.ts';
import { changeRole, disablePerson, enablePerson } from '#prisma/commands/people.ts';
import { endSessions } from '#prisma/commands/sessions.ts';
import {
  createInvitation,
  createResetLink,
  invitationHours,
  withdrawInvitation,
  type NewLink,
} from '#prisma/commands/setup-links.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from '#app/_queries/database.ts';
import { firstIssue } from './first-issue.ts';
import { requireScope } from './guard.ts';

const email = z.email('Enter an e-mail address.').max(254);
const subject = z.object({ email });
const invitation = z.object({
  email,
  role: z.enum(roles),
  hours: z.coerce.number().int().min(invitationHours.min).max(invitationHours.max),
});
const newRole = z.object({ email, role: z.enum(roles) });

function answer(result: Result<null>, message: string): ActionState {
  revalidatePath('/settings/people', 'layout');
  return result.ok ? { ok: true, message } : { ok: false, message: result.error };
}

function showLink(link: Result<NewLink>, message: string): ActionState {
  revalidatePath('/settings/people', 'layout');
  if (!link.ok) return { ok: false, message: link.error };
  return { ok: true, message, secret: `${readWebSettings().publicUrl.origin}/setup/${link.value.secret}` };
}

export async function inviteAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('people:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = invitation.safeParse(Object.fromEntries(form));
  if (!parsed.success) return firstIssue(parsed.error);
  const link = await createInvitation(database(), { ...parsed.data, actor: person.value.email, now: new Date() });
  return showLink(link, 'Send them this link yourself: it is shown this once, works once, and no mail goes out.');
}

export async function withdrawInvitationAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('people:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = subject.safeParse(Object.fromEntries(form));
  if (!parsed.success) return firstIssue(parsed.error);
  await withdrawInvitation(database(), { ...parsed.data, actor: person.value.email, now: new Date() });
  revalidatePath('/settings/people', 'layout');
  return { ok: true, message: 'Withdrawn: the link no longer works.' };
}

export async function changeRoleAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('people:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = newRole.safeParse(Object.fromEntries(form));
  if (!parsed.success) return firstIssue(parsed.error);
  const deed = { ...parsed.data, actor: person.value.email, now: new Date() };
  return answer(await changeRole(database(), deed), 'Changed. It holds from their next click on.');
}

export async function disablePersonAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('people:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = subject.safeParse(Object.fromEntries(form));
  if (!parsed.success) return firstIssue(parsed.error);
  const deed = { ...parsed.data, actor: person.value.email, now: new Date() };
  return answer(await disablePerson(database(), deed), 'Disabled: all their sessions ended.');
}

export async function enablePersonAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('people:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = subject.safeParse(Object.fromEntries(form));
  if (!parsed.success) return firstIssue(parsed.error);
  const deed = { ...parsed.data, actor: person.value.email, now: new Date() };
  return answer(await enablePerson(database(), deed), 'Enabled: they may sign in again.');
}

export async function makeResetLinkAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('people:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = subject.safeParse(Object.fromEntries(form));
  if (!parsed.success) return firstIssue(parsed.error);
  const link = await createResetLink(database(), { ...parsed.data, actor: person.value.email, now: new Date() });
  return showLink(link, 'Send them this link: it works once, for 24 hours, and ends their sessions.');
}

const someSessions = z.object({ userId: z.string().max(100), sessionId: z.string().max(100).optional() });

export async function endSessionsOfAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('people:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const { userId, sessionId: only } = someSessions.parse(Object.fromEntries(form));
  const which = only === undefined ? 'all' : { only };
  await endSessions(database(), { userId, which, actor: person.value.email, now: new Date() });
  revalidatePath('/settings/people', 'layout');
  return { ok: true, message: 'Ended.' };
}

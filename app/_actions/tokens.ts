'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { createToken, revokeToken, tokenScopes } from '#prisma/commands/tokens.ts';
import { database } from '#app/_queries/database.ts';
import { requireScope } from './guard.ts';

const dayMs = 86_400_000;

const newToken = z.object({
  name: z.string().trim().min(1, 'Name the token after who uses it.').max(100, 'Choose a shorter name.'),
  scopes: z.array(z.enum(tokenScopes)).min(1, 'Choose at least one scope.'),
  days: z.coerce.number().int().min(0).max(3650),
});

export async function createTokenAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('tokens:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = newToken.safeParse({
    name: form.get('name'),
    scopes: form.getAll('scope'),
    days: form.get('days'),
  });
  if (!parsed.success) return { ok: false, message: parsed.error.issues[0]?.message ?? 'Something is missing.' };
  const { name, scopes, days } = parsed.data;
  const now = new Date();
  const expiresAt = days === 0 ? null : new Date(now.getTime() + days * dayMs);
  const { token } = await database().$transaction((tx) =>
    createToken(tx, { name, scopes, createdBy: person.value.email, now, expiresAt }),
  );
  revalidatePath('/settings/tokens');
  return { ok: true, message: 'Copy it now: it is shown this once and cannot be recovered.', secret: token };
}

export async function revokeTokenAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('tokens:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const id = z.string().max(100).parse(form.get('tokenId'));
  await database().$transaction((tx) => revokeToken(tx, { id, actor: person.value.email, now: new Date() }));
  revalidatePath('/settings/tokens');
  return { ok: true, message: 'Revoked.' };
}

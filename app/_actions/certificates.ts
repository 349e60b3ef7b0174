'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { forgetCertificate, giveCertificate } from '#prisma/commands/known-certificates.ts';
import { database } from '#app/_queries/database.ts';
import { findVerifiedName } from '#app/_queries/known-certificates.ts';
import { requireScope } from './guard.ts';

const gone: ActionState = { ok: false, message: 'This endpoint was removed in the meantime.' };

export async function giveCertificateAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const endpointId = z.string().parse(form.get('endpointId'));
  const host = await findVerifiedName(endpointId);
  if (host === null) return gone;
  const pem = z.string().catch('').parse(form.get('certificate'));
  const given = { endpointId, host, pem, actor: person.value.email, now: new Date() };
  const kept = await database().$transaction((tx) => giveCertificate(tx, given));
  if (!kept.ok) return { ok: false, message: kept.error };
  revalidatePath('/endpoints/[id]', 'page');
  return { ok: true, message: 'Kept. The next deep scan, in a minute, says where an older one is still shown.' };
}

export async function forgetCertificateAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const host = await findVerifiedName(z.string().parse(form.get('endpointId')));
  if (host === null) return gone;
  await forgetCertificate(database(), { host, fingerprint: z.string().parse(form.get('fingerprint')) });
  revalidatePath('/endpoints/[id]', 'page');
  return { ok: true, message: 'Taken back.' };
}

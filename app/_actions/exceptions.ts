'use server';

import { revalidatePath } from 'next/cache';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { exceptionSubjects } from '#lib/checks/exceptions.ts';
import { writeAudit } from '#prisma/commands/audit.ts';
import { findException, requestRuns, revokeException, signException } from '#prisma/commands/exceptions.ts';
import { database } from '#app/_queries/database.ts';
import { findLivingFinding } from '#app/_queries/findings.ts';
import { requireScope } from './guard.ts';

const signature = z.object({
  findingId: z.string().max(100),
  subject: z.string().max(1000),
  reason: z.string().max(5000),
  until: z.iso.date('Choose the day on which it ends.'),
});

/** Accepts a finding until the end of a day (UTC), for its subject or for all endpoints of its host. */
export async function signExceptionAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('exceptions:sign');
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = signature.safeParse(Object.fromEntries(form));
  if (!parsed.success) return { ok: false, message: parsed.error.issues[0]?.message ?? 'Something is missing.' };
  const { findingId, subject, reason, until } = parsed.data;
  const finding = await findLivingFinding(findingId);
  if (finding === null) return { ok: false, message: 'This finding does not hold any more.' };
  if (!exceptionSubjects(finding.subject).includes(subject)) {
    return { ok: false, message: 'Choose what the exception is for.' };
  }
  const endsAt = new Date(Date.parse(`${until}T00:00:00Z`) + 86_400_000);
  const now = new Date();
  const actor = person.value.email;
  const { code } = finding;
  const signed = await database().$transaction(async (tx) => {
    const made = await signException(tx, { code, subject, reason, endsAt, actor, now });
    if (!made.ok) return made;
    await requestRuns(tx, { subject, actor, now });
    const detail = { code, for: subject, until };
    await writeAudit(tx, { actor, action: 'exception.signed', subject: made.value.id, detail, now });
    return made;
  });
  if (!signed.ok) return { ok: false, message: signed.error };
  redirect('/exceptions');
}

export async function revokeExceptionAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('exceptions:sign');
  if (!person.ok) return { ok: false, message: person.error };
  const id = z.string().max(100).parse(form.get('exceptionId'));
  const exception = await findException(database(), id);
  if (exception === null) return { ok: false, message: 'This exception does not exist.' };
  const now = new Date();
  const actor = person.value.email;
  await database().$transaction(async (tx) => {
    await revokeException(tx, { id, actor, now });
    await requestRuns(tx, { subject: exception.subject, actor, now });
    const detail = { code: exception.code, for: exception.subject };
    await writeAudit(tx, { actor, action: 'exception.revoked', subject: id, detail, now });
  });
  revalidatePath('/exceptions');
  return { ok: true, message: 'Taken back. The alert returns with the next look.' };
}

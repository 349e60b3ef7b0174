'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { describeBreak } from '#lib/audit/chain.ts';
import { followWholeChain } from '#prisma/commands/audit-chain.ts';
import { chooseRetention } from '#prisma/commands/retention.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from '#app/_queries/database.ts';
import { requireScope } from './guard.ts';

const days = z.string().max(10).transform(Number);
const retentionForm = z.object({ observations: days, incidents: days, reports: days });

/** Keeps history for another time from the next daily run on. */
export async function chooseRetentionAction(_state: ActionState, data: FormData): Promise<ActionState> {
  const person = await requireScope('settings:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const given = retentionForm.safeParse(Object.fromEntries(data));
  if (!given.success) return { ok: false, message: 'Say for each kind how many days it is kept.' };
  const wish = {
    days: given.data,
    longestDays: readWebSettings().retentionDays,
    actor: person.value.email,
    now: new Date(),
  };
  const chosen = await database().$transaction((tx) => chooseRetention(tx, wish));
  if (!chosen.ok) return { ok: false, message: chosen.error };
  revalidatePath('/settings/retention');
  if (chosen.value.changed.length === 0) return { ok: true, message: 'That is how it was already.' };
  return { ok: true, message: 'Kept. What is older goes with the next daily run; until then you can take it back.' };
}

/** Follows the audit record from its first entry to its last. */
export async function followChainAction(): Promise<ActionState> {
  const person = await requireScope('audit:read');
  if (!person.ok) return { ok: false, message: person.error };
  const report = await followWholeChain(database(), { expected: null, now: new Date() });
  revalidatePath('/settings/audit');
  if (!report.whole) return { ok: false, message: describeBreak(report.broken) };
  return { ok: true, message: `The chain is whole: ${String(report.end.count)} entries.` };
}

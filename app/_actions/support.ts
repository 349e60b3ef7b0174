'use server';

import type { SupportState } from '#components/support-lookup.tsx';
import { readAccountName } from '#lib/census/account-name.ts';
import { pseudonymsOf } from '#lib/census/pseudonym.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { lookAccountUp } from '#app/_queries/account-clients.ts';
import { supportAnswer } from '#app/_queries/support-answer.ts';
import { requireScope } from './guard.ts';

/** Why an account cannot connect, as far as we know. The address that was typed ends here, and that somebody looked is noted. */
export async function askSupportAction(_state: SupportState, form: FormData): Promise<SupportState> {
  const person = await requireScope('accounts:read');
  if (!person.ok) return { ok: false, message: person.error };
  const keys = readWebSettings().pseudonymKeys;
  if (keys === null) {
    return { ok: false, message: 'LATCHWATCH_PSEUDONYM_KEYS is not set for the console: it must be what ingest has.' };
  }
  const typed = form.get('account');
  const name = readAccountName(typeof typed === 'string' ? typed : '');
  if (!name.ok) return { ok: false, message: name.error };
  const now = new Date();
  const clients = await lookAccountUp(pseudonymsOf(keys, name.value), { actor: person.value.email, now });
  return { ok: true, answer: await supportAnswer(clients, now) };
}

'use server';

import type { AccountLookupState } from '#components/account-lookup.tsx';
import type { ActionState } from '#components/ui/action-state.ts';
import { readAccountName } from '#lib/census/account-name.ts';
import { pseudonymsOf } from '#lib/census/pseudonym.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import { eraseAccount } from '#prisma/commands/erase-account.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { lookAccountUp } from '#app/_queries/account-clients.ts';
import { database } from '#app/_queries/database.ts';
import { requireScope } from './guard.ts';

/** The pseudonyms of what was typed. The address ends here: nothing behind this knows it. */
function readPseudonyms(form: FormData, field: string): Result<readonly string[]> {
  const keys = readWebSettings().pseudonymKeys;
  if (keys === null) return err('LATCHWATCH_PSEUDONYM_KEYS is not set for the console: it must be what ingest has.');
  const typed = form.get(field);
  const name = readAccountName(typeof typed === 'string' ? typed : '');
  return name.ok ? ok(pseudonymsOf(keys, name.value)) : name;
}

export async function lookAccountUpAction(_state: AccountLookupState, form: FormData): Promise<AccountLookupState> {
  const person = await requireScope('accounts:read');
  if (!person.ok) return { ok: false, message: person.error };
  const pseudonyms = readPseudonyms(form, 'account');
  if (!pseudonyms.ok) return { ok: false, message: pseudonyms.error };
  const found = await lookAccountUp(pseudonyms.value, { actor: person.value.email, now: new Date() });
  return {
    ok: true,
    clients: found.map(({ client, server, ...rest }) => ({
      ...{ ...rest, name: client.name, version: client.version, service: server.service },
      server: server.hosts[0] ?? server.address ?? '',
    })),
  };
}

export async function eraseAccountAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('accounts:erase');
  if (!person.ok) return { ok: false, message: person.error };
  const pseudonyms = readPseudonyms(form, 'erased');
  if (!pseudonyms.ok) return { ok: false, message: pseudonyms.error };
  const request = { pseudonyms: pseudonyms.value, actor: person.value.email, now: new Date() };
  const clients = await eraseAccount(database(), request);
  return {
    ok: true,
    message:
      clients === 0
        ? 'Nothing was kept under this name. Reports that still come of it in the next 30 days are dropped.'
        : `Erased: ${String(clients)} clients. Reports that still come of it in the next 30 days are dropped.`,
  };
}

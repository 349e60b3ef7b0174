'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import type { InventoryAnswer } from '#components/inventory-answer.ts';
import { guardOfSettings } from '#lib/address-guard.ts';
import { parseInventory } from '#lib/inventory/parse-inventory.ts';
import { importInventory } from '#prisma/commands/inventory.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from '#app/_queries/database.ts';
import { requireScope } from './guard.ts';

/** A page waits for the answer: the command line takes larger files. */
const maxCharacters = 256 * 1024;
const importLimitMs = 60_000;

export async function importInventoryAction(_answer: InventoryAnswer, form: FormData): Promise<InventoryAnswer> {
  const person = await requireScope('inventory:write');
  const text = z.string().catch('').parse(form.get('inventory'));
  if (!person.ok) return { text, said: { kind: 'refused', message: person.error } };
  if (text.length > maxCharacters) {
    const message = 'This is more than a page can take: use latchwatch import for inventories above 256 KiB.';
    return { text: '', said: { kind: 'refused', message } };
  }
  const parsed = parseInventory(text);
  if (!parsed.ok) return { text, said: { kind: 'mistakes', mistakes: parsed.error } };
  const dryRun = form.get('intent') !== 'import';
  const request = {
    ...{ inventory: parsed.value, dryRun, guard: guardOfSettings(readWebSettings()) },
    ...{ actor: person.value.email, now: new Date() },
  };
  const said = await database().$transaction((tx) => importInventory(tx, request), { timeout: importLimitMs });
  if (said.outcome === 'refused') return { text, said: { kind: 'mistakes', mistakes: said.mistakes } };
  if (!dryRun) revalidatePath('/', 'layout');
  return { text, said: { kind: 'diff', diff: said.diff, imported: !dryRun } };
}

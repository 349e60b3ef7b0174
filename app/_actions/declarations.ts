'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { declarationTitles } from '#components/declaration-words.ts';
import { guardOfSettings } from '#lib/address-guard.ts';
import { declareEndpoint } from '#prisma/commands/declarations.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from '#app/_queries/database.ts';
import { requireScope } from './guard.ts';

const answers: Readonly<Record<string, boolean | null>> = { yes: true, no: false, undeclared: null };

/** What a form says of one fact: an empty field is undeclared. */
function readAnswer(value: FormDataEntryValue): unknown {
  if (typeof value !== 'string') return value.name;
  const text = value.trim();
  return Object.hasOwn(answers, text) ? answers[text] : text === '' ? null : text;
}

export async function declareAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const endpointId = z.string().parse(form.get('endpointId'));
  const fields = Object.fromEntries([...form].map(([name, value]) => [name, readAnswer(value)]));
  const guard = guardOfSettings(readWebSettings());
  const request = { endpointId, fields, mode: 'replace', guard, actor: person.value.email, now: new Date() } as const;
  const said = await database().$transaction((tx) => declareEndpoint(tx, request));
  revalidatePath('/', 'layout');
  switch (said.outcome) {
    case 'declared':
      return { ok: true, message: said.changed ? 'Declared. A worker looks again now.' : 'Nothing was changed.' };
    case 'not-found':
      return { ok: false, message: 'This endpoint does not exist any more.' };
    case 'refused':
      return {
        ok: false,
        message: said.mistakes.map(({ field, reason }) => `${declarationTitles[field]} ${reason}.`).join(' '),
      };
  }
}

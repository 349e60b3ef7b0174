'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { createSource, defaultPerSecond, revokeSource, rotateSource } from '#prisma/commands/report-sources.ts';
import { withdrawSource } from '#prisma/commands/withdraw-source.ts';
import { database } from '#app/_queries/database.ts';
import { ingestUrl } from '#app/_queries/report-sources.ts';
import { requireScope } from './guard.ts';

const shownOnce = 'Copy it now: it is shown this once and cannot be recovered.';

/** A report that changes no number: it names no client. */
function curlLine(token: string): string {
  const url = ingestUrl();
  return `curl -sS ${url} -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/x-ndjson' --data-binary ''`;
}

/** Words between commas, blanks and line ends. */
function readWords(text: FormDataEntryValue | null): readonly string[] {
  return typeof text === 'string' ? text.split(/[\s,]+/).filter((word) => word !== '') : [];
}

const text = z.string().catch('');

export async function createSourceAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('sources:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const perSecond = text.parse(form.get('perSecond')).trim();
  const asked = {
    name: text.parse(form.get('name')),
    addresses: readWords(form.get('addresses')),
    hosts: readWords(form.get('hosts')),
    perSecond: perSecond === '' ? defaultPerSecond : Number(perSecond),
    actor: person.value.email,
    now: new Date(),
  };
  const made = await database().$transaction((tx) => createSource(tx, asked));
  if (!made.ok) return { ok: false, message: made.error };
  revalidatePath('/settings/sources');
  return { ok: true, message: shownOnce, secret: made.value.token, command: curlLine(made.value.token) };
}

export async function rotateSourceAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('sources:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const request = { id: text.parse(form.get('sourceId')), actor: person.value.email, now: new Date() };
  const made = await database().$transaction((tx) => rotateSource(tx, request));
  if (!made.ok) return { ok: false, message: made.error };
  revalidatePath('/settings/sources');
  const message = `${shownOnce} The old token opens for 7 days more.`;
  return { ok: true, message, secret: made.value.token, command: curlLine(made.value.token) };
}

export async function revokeSourceAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('sources:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const request = { id: text.parse(form.get('sourceId')), actor: person.value.email, now: new Date() };
  await database().$transaction((tx) => revokeSource(tx, request));
  revalidatePath('/settings/sources');
  return { ok: true, message: 'Revoked. What it reported stays.' };
}

export async function withdrawSourceAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('sources:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const [id, reason] = [text.parse(form.get('sourceId')), text.parse(form.get('reason'))];
  const taken = await withdrawSource(database(), { id, reason, actor: person.value.email, now: new Date() });
  if (!taken.ok) return { ok: false, message: taken.error };
  revalidatePath('/', 'layout');
  const [removed, restored] = [taken.value.removed.toLocaleString('en'), taken.value.restored.toLocaleString('en')];
  return { ok: true, message: `Taken back: ${removed} clients removed, ${restored} set back to what others had said.` };
}

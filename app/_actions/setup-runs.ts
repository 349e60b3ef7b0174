'use server';

import { revalidatePath } from 'next/cache';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import type { SourceFormState } from '#components/setup/source-form.tsx';
import type { ActionState } from '#components/ui/action-state.ts';
import { parseDomainName } from '#lib/model/domain-name.ts';
import { ingestSnippets } from '#lib/reports/ingest-snippets.ts';
import { createSource, defaultPerSecond } from '#prisma/commands/report-sources.ts';
import { monitorSetup, requestSetup } from '#prisma/commands/setup-runs.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from '#app/_queries/database.ts';
import { requireScope } from './guard.ts';

const text = z.string().max(2000).catch('');

/** Looks at a domain before anybody watches it. */
export async function startSetupAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const name = parseDomainName(text.parse(form.get('name')));
  if (!name.ok) return { ok: false, message: name.error };
  const asked = { domain: name.value.ascii, actor: person.value.email, now: new Date() };
  const run = await database().$transaction((tx) => requestSetup(tx, asked));
  if (!run.ok) return { ok: false, message: run.error };
  redirect(`/setup?run=${run.value.id}`);
}

const maxChosen = 1_000;

/** Watches the domain of a run with the endpoints that are ticked. */
export async function monitorSetupAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const id = text.parse(form.get('runId'));
  const wanted = new Set(
    form
      .getAll('endpoint')
      .slice(0, maxChosen)
      .map((value) => text.parse(value)),
  );
  const choice = { id, wanted, actor: person.value.email, now: new Date() };
  const done = await database().$transaction((tx) => monitorSetup(tx, choice), { timeout: 20_000 });
  if (!done.ok) return { ok: false, message: done.error };
  revalidatePath('/', 'layout');
  redirect(`/setup?run=${id}`);
}

/** Makes a source of reports, and says how to send them with its token in the right place. */
export async function setUpSourceAction(_state: SourceFormState, form: FormData): Promise<SourceFormState> {
  const person = await requireScope('sources:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const words = text
    .parse(form.get('addresses'))
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  const asked = {
    name: text.parse(form.get('name')),
    addresses: words,
    hosts: [],
    perSecond: defaultPerSecond,
    actor: person.value.email,
    now: new Date(),
  };
  const made = await database().$transaction((tx) => createSource(tx, asked));
  if (!made.ok) return { ok: false, message: made.error };
  revalidatePath('/setup');
  const { publicUrl, ingestPort, relpPort } = readWebSettings();
  const { token } = made.value;
  const snippets = ingestSnippets({ host: publicUrl.hostname, httpPort: ingestPort, relpPort, token });
  return { ok: true, message: 'Made. The token is shown this once and cannot be recovered.', token, snippets };
}

'use server';

import { revalidatePath } from 'next/cache';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { parseHostName } from '#lib/model/domain-name.ts';
import { serviceTable } from '#lib/model/endpoint.ts';
import { removeDomain, requestDiscovery } from '#prisma/commands/domains.ts';
import { addEndpoint, removeEndpoint, requestProbe } from '#prisma/commands/endpoints.ts';
import { database } from '#app/_queries/database.ts';
import { requireScope } from './guard.ts';

const domainOnly = z.object({ domainId: z.string() });

export async function discoverAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const { domainId } = domainOnly.parse(Object.fromEntries(form));
  const known = await database().domain.count({ where: { id: domainId } });
  if (known === 0) return { ok: false, message: 'This domain was removed in the meantime.' };
  const request = { domainId, actor: person.value.email, now: new Date() };
  await database().$transaction((tx) => requestDiscovery(tx, request));
  revalidatePath('/domains/[name]', 'page');
  return { ok: true, message: 'Looking again.' };
}

/** Endpoints that one press makes workers look at; the others follow by the schedule. */
const maxProbedAtOnce = 200;

export async function probeDomainAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const { domainId } = domainOnly.parse(Object.fromEntries(form));
  const links = await database().domainEndpoint.findMany({
    where: { domainId, removedAt: null },
    select: { endpointId: true },
    take: maxProbedAtOnce,
  });
  if (links.length === 0) return { ok: false, message: 'This domain has no endpoint to probe.' };
  const now = new Date();
  for (const { endpointId } of links) await requestProbe(database(), { endpointId, now });
  revalidatePath('/domains/[name]', 'page');
  return { ok: true, message: `Workers look at ${String(links.length)} endpoints now; the page follows.` };
}

export async function removeDomainAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const { domainId } = domainOnly.parse(Object.fromEntries(form));
  const request = { domainId, actor: person.value.email, now: new Date() };
  await database().$transaction((tx) => removeDomain(tx, request));
  redirect('/domains');
}

const newEndpoint = z.object({
  domainId: z.string(),
  kind: z.string(),
  host: z.string(),
  port: z.coerce.number('Enter a port number.').int().min(1, 'Ports begin at 1.').max(65535, 'Ports end at 65535.'),
});

export async function addEndpointAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const fields = Object.fromEntries(form);
  const row = serviceTable.find(({ service, tlsMode }) => `${service}/${tlsMode}` === fields['kind']);
  if (row === undefined) return { ok: false, message: 'Choose a service.' };
  // An empty port means the usual one of the service.
  const parsed = newEndpoint.safeParse({ ...fields, port: fields['port'] === '' ? row.port : fields['port'] });
  if (!parsed.success) return { ok: false, message: parsed.error.issues[0]?.message ?? 'Something is missing.' };
  const host = parseHostName(parsed.data.host);
  if (!host.ok) return { ok: false, message: host.error };
  const { domainId, port } = parsed.data;
  if ((await database().domain.count({ where: { id: domainId } })) === 0) {
    return { ok: false, message: 'This domain was removed in the meantime.' };
  }
  const target = { service: row.service, tlsMode: row.tlsMode, host: host.value.ascii, port };
  const added = await database().$transaction((tx) => addEndpoint(tx, { domainId, target, now: new Date() }));
  revalidatePath('/domains/[name]', 'page');
  return added.created
    ? { ok: true, message: `${target.host}:${target.port} is watched from now on.` }
    : { ok: true, message: `${target.host}:${target.port} was watched already; it is looked at again now.` };
}

const link = z.object({ domainId: z.string(), endpointId: z.string() });

export async function removeEndpointAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const request = { ...link.parse(Object.fromEntries(form)), actor: person.value.email, now: new Date() };
  await database().$transaction((tx) => removeEndpoint(tx, request));
  revalidatePath('/domains/[name]', 'page');
  return { ok: true, message: 'Removed.' };
}

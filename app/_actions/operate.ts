'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import { requestProbe, requestScan } from '#prisma/commands/endpoints.ts';
import { acknowledgeIncident } from '#prisma/commands/incidents.ts';
import { requestZone } from '#prisma/commands/zones.ts';
import { database } from '#app/_queries/database.ts';
import { maxMembers } from '#app/_queries/incident-groups.ts';
import { findZone } from '#app/_queries/zones.ts';
import { acknowledgementState } from './acknowledgement-state.ts';
import { requireScope } from './guard.ts';

export async function probeNowAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const endpointId = z.string().parse(form.get('endpointId'));
  const watched = await database().domainEndpoint.count({ where: { endpointId, removedAt: null } });
  if (watched === 0) return { ok: false, message: 'No domain has this endpoint any more, so it is not probed.' };
  await requestProbe(database(), { endpointId, now: new Date() });
  revalidatePath('/endpoints/[id]', 'page');
  return { ok: true, message: 'A worker looks now; the page follows.' };
}

export async function scanNowAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const endpointId = z.string().parse(form.get('endpointId'));
  const watched = await database().domainEndpoint.count({ where: { endpointId, removedAt: null } });
  if (watched === 0) return { ok: false, message: 'No domain has this endpoint any more, so it is not scanned.' };
  await requestScan(database(), { endpointId, now: new Date() });
  revalidatePath('/endpoints/[id]', 'page');
  return { ok: true, message: 'A worker scans now, which takes some seconds for each address; the page follows.' };
}

export async function lookAtZoneAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('inventory:write');
  if (!person.ok) return { ok: false, message: person.error };
  const now = new Date();
  const zone = await findZone(z.string().max(1100).parse(form.get('zone')), now);
  if (zone?.watched !== true)
    return { ok: false, message: 'Nothing lies in this zone any more, so it is not looked at.' };
  await requestZone(database(), { zoneId: zone.id, now });
  revalidatePath('/zones/[name]', 'page');
  return { ok: true, message: 'A worker looks now; the page follows.' };
}

export async function acknowledgeAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('incidents:ack');
  if (!person.ok) return { ok: false, message: person.error };
  const incidentId = z.string().parse(form.get('incidentId'));
  const request = { incidentId, actor: person.value.email, now: new Date() };
  const answer = await database().$transaction((tx) => acknowledgeIncident(tx, request));
  revalidatePath('/', 'layout');
  return acknowledgementState(answer, 'Yours. It stays open until probes see it gone.');
}

/** Ids with spaces between them, because a form's hidden field is one text. */
const incidentIds = z
  .string()
  .max(maxMembers * 64)
  .transform((text) => [...new Set(text.split(' ').filter((id) => id !== ''))].toSorted())
  .refine((ids) => ids.length <= maxMembers);

/** Takes the incidents that the person saw in one row; what opened in the meantime is not among them. */
export async function acknowledgeGroupAction(_state: ActionState, form: FormData): Promise<ActionState> {
  const person = await requireScope('incidents:ack');
  if (!person.ok) return { ok: false, message: person.error };
  const ids = incidentIds.parse(form.get('incidentIds'));
  const now = new Date();
  // Sorted ids: two people who press the button at once never wait for each other.
  const taken = await database().$transaction(async (tx) => {
    let count = 0;
    for (const incidentId of ids) {
      const answer = await acknowledgeIncident(tx, { incidentId, actor: person.value.email, now });
      if (answer.outcome === 'acknowledged') count += 1;
    }
    return count;
  });
  revalidatePath('/', 'layout');
  if (taken === 0) return { ok: false, message: 'Nothing here waits for somebody any more.' };
  return { ok: true, message: `${taken} are yours. They stay open until probes see them gone.` };
}

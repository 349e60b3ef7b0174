'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import type { ActionState } from '#components/ui/action-state.ts';
import type { RouteWay } from '#lib/alerts/route-way.ts';
import { environmentRouteId, routeKinds, webhookTemplates } from '#lib/model/alert-route.ts';
import { changeRoute, createRoute, redeliver, removeRoute, switchRoute } from '#prisma/commands/routes.ts';
import { requestTask, urgent } from '#prisma/commands/tasks.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from '#app/_queries/database.ts';
import { requireScope } from './guard.ts';

const missing = { ok: false, message: 'This route does not exist any more.' } as const;
const text = z.string().max(5000).catch('');

const form = z.object({
  kind: z.enum(routeKinds),
  routeId: z.string().max(100).optional(),
  name: z.string().max(200),
  minSeverity: z.enum(['info', 'warning', 'error', 'critical']),
  escalateAfterMinutes: z.string().max(10),
  outOfBand: z.enum(['yes', 'no']),
  to: text,
  relays: text,
  url: text,
  template: z.enum(webhookTemplates).catch('latchwatch'),
  secret: text,
});

function readWay(given: z.infer<typeof form>): RouteWay {
  switch (given.kind) {
    case 'mail':
      return given.routeId === environmentRouteId
        ? { kind: 'mail', config: { from: 'environment' } }
        : { kind: 'mail', config: { to: words(given.to), relays: words(given.relays) } };
    case 'alertmanager':
      return { kind: 'alertmanager', config: { url: given.url.trim() } };
    case 'webhook':
      return { kind: 'webhook', config: { url: given.url.trim(), template: given.template } };
  }
}

function words(given: string): readonly string[] {
  return given.split(/[\s,]+/).filter((word) => word !== '');
}

/** Adds a route, or changes the one that the form names. */
export async function saveRouteAction(_state: ActionState, data: FormData): Promise<ActionState> {
  const person = await requireScope('routes:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const parsed = form.safeParse(Object.fromEntries(data));
  if (!parsed.success) return { ok: false, message: 'Something is missing.' };
  const given = parsed.data;
  const wish = {
    name: given.name,
    way: readWay(given),
    secret: given.secret === '' ? null : given.secret,
    minSeverity: given.minSeverity,
    escalateAfterMinutes: given.escalateAfterMinutes === '' ? 0 : Number(given.escalateAfterMinutes),
    outOfBand: given.outOfBand === 'yes',
    installationSecret: readWebSettings().secret,
    actor: person.value.email,
    now: new Date(),
  };
  const { routeId } = given;
  const saved = await database().$transaction<{ readonly ok: true } | { readonly ok: false; readonly error: string }>(
    (tx) => (routeId === undefined ? createRoute(tx, wish) : changeRoute(tx, { ...wish, id: routeId })),
  );
  if (!saved.ok) return { ok: false, message: saved.error };
  revalidatePath('/settings/routes');
  return { ok: true, message: routeId === undefined ? 'Added. Send a test, and look whether it arrives.' : 'Saved.' };
}

const named = z.string().max(100).catch('');

export async function switchRouteAction(_state: ActionState, data: FormData): Promise<ActionState> {
  const person = await requireScope('routes:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const id = named.parse(data.get('routeId'));
  const enabled = data.get('enabled') === 'yes';
  const request = { id, enabled, actor: person.value.email, now: new Date() };
  if (!(await database().$transaction((tx) => switchRoute(tx, request)))) return missing;
  revalidatePath('/settings/routes');
  return { ok: true, message: enabled ? 'On. What waited goes out now.' : 'Off. Nobody is told on this route.' };
}

export async function removeRouteAction(_state: ActionState, data: FormData): Promise<ActionState> {
  const person = await requireScope('routes:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const request = { id: named.parse(data.get('routeId')), actor: person.value.email, now: new Date() };
  if (!(await database().$transaction((tx) => removeRoute(tx, request)))) return missing;
  revalidatePath('/settings/routes');
  return { ok: true, message: 'Removed.' };
}

/** Asks a worker to send a message that somebody can confirm. */
export async function testRouteAction(_state: ActionState, data: FormData): Promise<ActionState> {
  const person = await requireScope('routes:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const ref = named.parse(data.get('routeId'));
  if ((await database().alertRoute.count({ where: { id: ref, removedAt: null } })) === 0) return missing;
  await requestTask(database(), { kind: 'prove', ref, dueAt: new Date(), priority: urgent });
  revalidatePath('/settings/routes');
  return { ok: true, message: 'A worker sends a test now. Look whether it arrives.' };
}

/** Hands a message to its route once more. */
export async function redeliverAction(_state: ActionState, data: FormData): Promise<ActionState> {
  const person = await requireScope('routes:manage');
  if (!person.ok) return { ok: false, message: person.error };
  const request = { noticeId: named.parse(data.get('noticeId')), actor: person.value.email, now: new Date() };
  const found = await database().$transaction((tx) => redeliver(tx, request));
  if (!found) return { ok: false, message: 'This message does not exist any more.' };
  revalidatePath('/settings/routes');
  return { ok: true, message: 'It goes out again.' };
}

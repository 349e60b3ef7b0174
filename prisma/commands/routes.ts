import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { deriveKey } from '#lib/alerts/derived-key.ts';
import { sealSecret } from '#lib/alerts/sealed-secret.ts';
import { checkRouteWay, type RouteWay } from '#lib/alerts/route-way.ts';
import type { RouteRules } from '#lib/incidents/notify.ts';
import { environmentRouteId, routeConfig, routeKinds } from '#lib/model/alert-route.ts';
import type { Severity } from '#lib/model/finding.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import type { Transaction } from '../client.ts';
import { writeAudit } from './audit.ts';
import { dropTasks, requestTask } from './tasks.ts';

/** Where alerts go, as the database keeps it. */
export interface AlertRoute extends RouteRules {
  readonly id: string;
  readonly name: string;
  readonly way: RouteWay;
  /** Sealed; null: there is none. */
  readonly secret: string | null;
  readonly enabled: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** What a person says of a route. */
export interface RouteWish {
  readonly name: string;
  readonly way: RouteWay;
  /** In clear. Null: none, or the one that there is stays. */
  readonly secret: string | null;
  readonly minSeverity: Severity;
  readonly escalateAfterMinutes: number;
  readonly outOfBand: boolean;
}

const severityWord = z.enum(['info', 'warning', 'error', 'critical']);
const maxNameCharacters = 100;
const maxSecretCharacters = 500;
const maxEscalationMinutes = 24 * 60;

/** All routes that were not removed, the one of the environment first, then the oldest. */
export async function readRoutes(db: Transaction): Promise<readonly AlertRoute[]> {
  const rows = await db.alertRoute.findMany({
    where: { removedAt: null },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  return rows
    .toSorted((a, b) => Number(b.id === environmentRouteId) - Number(a.id === environmentRouteId))
    .flatMap((row) => {
      const way = readWay(row);
      if (way === null) return [];
      const { id, name, secret, enabled, escalateAfterMinutes, outOfBand } = row;
      const minSeverity = severityWord.catch('info').parse(row.minSeverity);
      const createdAt = row.createdAt.getTime();
      return [
        { id, name, way, kind: way.kind, secret, enabled, escalateAfterMinutes, outOfBand, minSeverity, createdAt },
      ];
    });
}

/** One route; null: there is none with this id, or it was removed. */
export async function findRoute(db: Transaction, id: string): Promise<AlertRoute | null> {
  return (await readRoutes(db)).find((route) => route.id === id) ?? null;
}

interface Deed {
  readonly actor: string;
  readonly now: Date;
}

/** Makes a route. `installationSecret`: LATCHWATCH_SECRET, which seals what the route signs with. The error is a sentence. */
export async function createRoute(
  db: Transaction,
  wish: RouteWish & Deed & { readonly installationSecret: string },
): Promise<Result<{ readonly id: string }>> {
  const checked = checkWish(wish);
  if (!checked.ok) return checked;
  const id = randomUUID();
  const { way, actor, now } = wish;
  await db.alertRoute.create({
    data: {
      ...rulesOf(wish),
      id,
      kind: way.kind,
      config: configOf(way),
      secret: seal(wish),
      createdAt: now,
      createdBy: actor,
    },
  });
  await writeAudit(db, {
    actor,
    action: 'route.created',
    subject: id,
    detail: { name: wish.name, kind: way.kind },
    now,
  });
  await requestTask(db, { kind: 'remind', ref: 'remind', dueAt: now });
  await requestTask(db, { kind: 'prove', ref: id, dueAt: now });
  return ok({ id });
}

/** Changes a route; its kind stays. The error is a sentence for the person. */
export async function changeRoute(
  db: Transaction,
  wish: RouteWish & Deed & { readonly id: string; readonly installationSecret: string },
): Promise<Result<null>> {
  const checked = checkWish(wish);
  if (!checked.ok) return checked;
  const { id, way, actor, now } = wish;
  const before = await findRoute(db, id);
  if (before?.kind !== way.kind) return err('There is no such route.');
  const isEnvironment = id === environmentRouteId;
  const secret = seal(wish);
  await db.alertRoute.update({
    where: { id },
    data: {
      ...rulesOf(wish),
      ...(isEnvironment ? {} : { config: configOf(way) }),
      ...(secret === null ? {} : { secret }),
      // What was looked at before was another way.
      checkedAt: null,
    },
  });
  await writeAudit(db, { actor, action: 'route.changed', subject: id, detail: { name: wish.name }, now });
  await requestTask(db, { kind: 'notify', ref: id, dueAt: now });
  await requestTask(db, { kind: 'prove', ref: id, dueAt: now });
  return ok(null);
}

/** Switches a route on or off. What waits for it waits until it is on again. False: there is none. */
export async function switchRoute(
  db: Transaction,
  { id, enabled, actor, now }: Deed & { readonly id: string; readonly enabled: boolean },
): Promise<boolean> {
  const { count } = await db.alertRoute.updateMany({ where: { id, removedAt: null }, data: { enabled } });
  if (count === 0) return false;
  await writeAudit(db, { actor, action: enabled ? 'route.enabled' : 'route.disabled', subject: id, detail: {}, now });
  if (enabled) await requestTask(db, { kind: 'notify', ref: id, dueAt: now });
  return true;
}

/** Takes a route away, with what waits for it; what it delivered stays written. False: there is none, or it is the environment's. */
export async function removeRoute(
  db: Transaction,
  { id, actor, now }: Deed & { readonly id: string },
): Promise<boolean> {
  if (id === environmentRouteId) return false;
  const { count } = await db.alertRoute.updateMany({
    where: { id, removedAt: null },
    data: { removedAt: now, removedBy: actor, enabled: false, secret: null },
  });
  if (count === 0) return false;
  await db.notice.deleteMany({ where: { routeId: id, sentAt: null } });
  await dropTasks(db, 'notify', [id]);
  await dropTasks(db, 'digest', [id]);
  await writeAudit(db, { actor, action: 'route.removed', subject: id, detail: {}, now });
  return true;
}

/** Sends a notice once more. False: there is none, or its route was removed. */
export async function redeliver(
  db: Transaction,
  { noticeId, actor, now }: Deed & { readonly noticeId: string },
): Promise<boolean> {
  const notice = await db.notice.findFirst({
    where: { id: noticeId, held: false, route: { removedAt: null } },
    select: { routeId: true },
  });
  if (notice === null) return false;
  await db.notice.update({
    where: { id: noticeId },
    data: {
      sentAt: null,
      givenUpAt: null,
      attempts: 0,
      lastError: null,
      digest: false,
      overflowed: false,
      createdAt: now,
    },
  });
  await requestTask(db, { kind: 'notify', ref: notice.routeId, dueAt: now });
  await writeAudit(db, {
    actor,
    action: 'notice.redelivered',
    subject: noticeId,
    detail: { route: notice.routeId },
    now,
  });
  return true;
}

function readWay(row: { readonly kind: string; readonly config: unknown }): RouteWay | null {
  const kind = z.enum(routeKinds).safeParse(row.kind);
  if (!kind.success) return null;
  switch (kind.data) {
    case 'mail': {
      const config = routeConfig.mail.safeParse(row.config);
      return config.success ? { kind: 'mail', config: config.data } : null;
    }
    case 'alertmanager': {
      const config = routeConfig.alertmanager.safeParse(row.config);
      return config.success ? { kind: 'alertmanager', config: config.data } : null;
    }
    case 'webhook': {
      const config = routeConfig.webhook.safeParse(row.config);
      return config.success ? { kind: 'webhook', config: config.data } : null;
    }
  }
}

function checkWish(wish: RouteWish): Result<null> {
  const name = wish.name.trim();
  if (name === '' || name.length > maxNameCharacters || /\p{Cc}/u.test(name)) {
    return err(`Name the route in 1 to ${String(maxNameCharacters)} characters, without control characters.`);
  }
  const { escalateAfterMinutes: minutes, secret } = wish;
  if (!Number.isInteger(minutes) || minutes < 0 || minutes > maxEscalationMinutes) {
    return err(`Minutes until escalation must be a whole number from 0 to ${String(maxEscalationMinutes)}.`);
  }
  if (secret !== null && (secret.length > maxSecretCharacters || /\p{Cc}/u.test(secret))) {
    return err(`A secret has at most ${String(maxSecretCharacters)} characters, none of them control characters.`);
  }
  return checkRouteWay(wish.way);
}

function rulesOf({ name, minSeverity, escalateAfterMinutes, outOfBand }: RouteWish) {
  return { name: name.trim(), minSeverity, escalateAfterMinutes, outOfBand };
}

/** As plain values: what is read-only does not fit a JSON column. */
function configOf({ config }: RouteWay) {
  if ('from' in config) return { from: config.from };
  if ('to' in config) return { to: [...config.to], relays: [...config.relays] };
  return { ...config };
}

function seal(wish: { readonly secret: string | null; readonly installationSecret: string }): string | null {
  const { secret, installationSecret } = wish;
  if (secret === null || secret === '') return null;
  return sealSecret(secret, { key: deriveKey(installationSecret, 'route secret'), nonce: randomBytes(12) });
}

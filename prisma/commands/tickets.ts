import { storableText } from '#lib/model/stored-text.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import type { Transaction } from '../client.ts';
import { createSilence } from './silences.ts';

/** The longest text that somebody may write about an incident. */
export const maxCommentCharacters = 5000;

/** What became of a write about an incident. */
export type TicketOutcome =
  | { readonly outcome: 'done' | 'unchanged'; readonly version: number }
  /** Another version than the caller has read. */
  | { readonly outcome: 'changed-since'; readonly version: number }
  /** It has another ticket in that system: who replaces it must say which version they have read. */
  | { readonly outcome: 'other-ticket'; readonly key: string; readonly version: number }
  | { readonly outcome: 'not-found' };

/** Who writes about which incident. `expectedVersion` null: whatever the version. Call in a transaction. */
export interface TicketWrite {
  readonly incidentId: string;
  readonly expectedVersion: number | null;
  readonly actor: string;
  readonly now: Date;
}

/** Notes what somebody says about an incident. `text` is trimmed; the caller has checked its length. */
export async function commentIncident(
  db: Transaction,
  write: TicketWrite & { readonly text: string },
): Promise<TicketOutcome> {
  const incident = await lockIncident(db, write);
  if ('outcome' in incident) return incident;
  return change(db, write, { kind: 'commented', data: { text: storableText(write.text.trim()) } });
}

export interface TicketFacts {
  /** What the ticket is called there. */
  readonly key: string;
  readonly url: string | null;
  readonly status: string | null;
}

/** Words that ticket systems have for "nobody works on it any more". */
const closedStatuses = ['closed', 'resolved', 'done', 'solved', 'cancelled', 'canceled'];

/**
 * Notes which ticket stands for an incident and how it stands; the same again changes nothing. A ticket that is closed
 * while the incident is open resolves nothing, for only probes do: its event reminds people, once.
 */
export async function putExternalRef(
  db: Transaction,
  write: TicketWrite & { readonly system: string; readonly ticket: TicketFacts },
): Promise<TicketOutcome> {
  const incident = await lockIncident(db, write);
  if ('outcome' in incident) return incident;
  const { incidentId, system, ticket, expectedVersion, actor, now } = write;
  const before = await db.externalRef.findUnique({ where: { incidentId_system: { incidentId, system } } });
  const { version } = incident;
  if (before !== null && before.key !== ticket.key && expectedVersion === null) {
    return { outcome: 'other-ticket', key: before.key, version };
  }
  if (before?.key === ticket.key && before.url === ticket.url && before.status === ticket.status) {
    return { outcome: 'unchanged', version };
  }
  const row = { ...ticket, updatedAt: now, updatedBy: actor };
  await db.externalRef.upsert({
    where: { incidentId_system: { incidentId, system } },
    create: { incidentId, system, ...row },
    update: row,
  });
  const reminder =
    incident.state !== 'resolved' &&
    isClosed(ticket.status) &&
    !(before?.key === ticket.key && isClosed(before.status));
  return change(db, write, { kind: 'ticket', data: { system, ...ticket, reminder } });
}

/** Takes a ticket off an incident. */
export async function removeExternalRef(
  db: Transaction,
  write: TicketWrite & { readonly system: string },
): Promise<TicketOutcome> {
  const incident = await lockIncident(db, write);
  if ('outcome' in incident) return incident;
  const { incidentId, system } = write;
  const before = await db.externalRef.findUnique({ where: { incidentId_system: { incidentId, system } } });
  if (before === null) return { outcome: 'not-found' };
  await db.externalRef.delete({ where: { incidentId_system: { incidentId, system } } });
  const { key, url } = before;
  return change(db, write, {
    kind: 'ticket',
    data: { system, key, url, status: null, removed: true, reminder: false },
  });
}

/** Silences one incident until an instant; it becomes an event. The error is a sentence for the person who asks. */
export async function silenceIncident(
  db: Transaction,
  write: TicketWrite & { readonly reason: string; readonly endsAt: Date },
): Promise<Result<TicketOutcome>> {
  const incident = await lockIncident(db, write);
  if ('outcome' in incident) return ok(incident);
  const { incidentId, reason, endsAt, actor, now } = write;
  const wish = { code: null, host: null, incidentId, reason, maintenance: false, startsAt: now, endsAt, actor, now };
  const made = await createSilence(db, wish);
  if (!made.ok) return made;
  const data = { reason: reason.trim(), until: endsAt.toISOString() };
  return ok(await change(db, write, { kind: 'silenced', data }));
}

/** Who may be given an incident: whoever may sign in and take care of one. */
function mayOwn({ role, disabledAt }: { readonly role: string; readonly disabledAt: Date | null }): boolean {
  return disabledAt === null && role !== 'viewer';
}

/** People who may be given an incident, by name. */
export async function listPossibleOwners(
  db: Transaction,
): Promise<readonly { readonly email: string; readonly name: string }[]> {
  const people = await db.user.findMany({ where: { disabledAt: null }, orderBy: [{ name: 'asc' }, { email: 'asc' }] });
  return people.filter(mayOwn).map(({ email, name }) => ({ email, name }));
}

/**
 * Gives an incident to a person by the address they sign in with; null: to nobody. The same again changes nothing. The
 * error is a sentence for the person who asks.
 */
export async function assignIncident(
  db: Transaction,
  write: TicketWrite & { readonly owner: string | null },
): Promise<Result<TicketOutcome>> {
  const incident = await lockIncident(db, write);
  if ('outcome' in incident) return ok(incident);
  const { incidentId, owner } = write;
  if (incident.state === 'resolved') return err('It is over: nobody needs to take it.');
  const person = owner === null ? null : await db.user.findUnique({ where: { email: owner.trim().toLowerCase() } });
  if (owner !== null && (person === null || !mayOwn(person))) {
    return err('Name somebody who can sign in and whose role is more than viewer.');
  }
  const email = person?.email ?? null;
  if (incident.owner === email) return ok({ outcome: 'unchanged', version: incident.version });
  await db.incident.update({ where: { id: incidentId }, data: { owner: email } });
  return ok(await change(db, write, { kind: 'assigned', data: { owner: email } }));
}

function isClosed(status: string | null): boolean {
  return status !== null && closedStatuses.includes(status.trim().toLowerCase());
}

/** Whether an incident is still at the version that somebody has read; holds it there until the transaction ends. */
export async function isAtVersion(
  db: Transaction,
  { incidentId, expectedVersion }: Pick<TicketWrite, 'incidentId' | 'expectedVersion'>,
): Promise<boolean> {
  if (expectedVersion === null) return true;
  await db.$executeRaw`SELECT id FROM incident WHERE id = ${incidentId} FOR UPDATE`;
  return (await db.incident.count({ where: { id: incidentId, version: expectedVersion } })) === 1;
}

interface LockedIncident {
  readonly state: string;
  readonly owner: string | null;
  readonly version: number;
}

async function lockIncident(
  db: Transaction,
  { incidentId, expectedVersion }: Pick<TicketWrite, 'incidentId' | 'expectedVersion'>,
): Promise<LockedIncident | Extract<TicketOutcome, { outcome: 'not-found' | 'changed-since' }>> {
  await db.$executeRaw`SELECT id FROM incident WHERE id = ${incidentId} FOR UPDATE`;
  const select = { state: true, owner: true, version: true };
  const incident = await db.incident.findUnique({ where: { id: incidentId }, select });
  if (incident === null || incident.state === 'suspect') return { outcome: 'not-found' };
  if (expectedVersion !== null && expectedVersion !== incident.version) {
    return { outcome: 'changed-since', version: incident.version };
  }
  return incident;
}

async function change(
  db: Transaction,
  { incidentId, actor, now }: TicketWrite,
  event: {
    readonly kind: 'commented' | 'ticket' | 'silenced' | 'assigned';
    readonly data: Readonly<Record<string, string | boolean | null>>;
  },
): Promise<TicketOutcome> {
  const { version } = await db.incident.update({
    where: { id: incidentId },
    data: { updatedAt: now, version: { increment: 1 } },
    select: { version: true },
  });
  await db.incidentEvent.create({ data: { incidentId, kind: event.kind, at: now, actor, data: event.data } });
  return { outcome: 'done', version };
}

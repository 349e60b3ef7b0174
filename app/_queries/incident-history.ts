import { z } from 'zod';
import { database } from './database.ts';
import { readObject } from './read-json.ts';

export interface IncidentEventRecord {
  readonly id: string;
  readonly kind: string;
  readonly at: Date;
  readonly actor: string;
  /** Text of a comment, which ticket, to whom it was given, or until when and why it is silent; null: the kind says it all. */
  readonly note: string | null;
}

export interface NoticeRecord {
  readonly id: string;
  readonly reason: string;
  readonly route: { readonly name: string };
  readonly digest: boolean;
  readonly held: boolean;
  readonly overflowed: boolean;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly givenUpAt: Date | null;
  readonly attempts: number;
  readonly lastError: string | null;
}

/** What happened to an incident, the newest first, and what was told about it. */
export async function readIncidentHistory(
  incidentId: string,
): Promise<{ readonly events: readonly IncidentEventRecord[]; readonly notices: readonly NoticeRecord[] }> {
  const [events, notices] = await Promise.all([
    database().incidentEvent.findMany({
      where: { incidentId },
      select: { id: true, kind: true, at: true, actor: true, data: true },
      orderBy: { id: 'desc' },
      take: 200,
    }),
    database().notice.findMany({
      where: { incidentId },
      select: {
        ...{ id: true, reason: true, digest: true, held: true, overflowed: true, createdAt: true, sentAt: true },
        ...{ givenUpAt: true, attempts: true, lastError: true },
        route: { select: { name: true } },
      },
      orderBy: { createdAt: 'desc' },
      take: 100,
    }),
  ]);
  return {
    events: events.map(({ id, kind, at, actor, data }) => ({
      id: String(id),
      kind,
      at,
      actor,
      note: noteOf(kind, data),
    })),
    notices,
  };
}

/** What else there is to know of how an incident went. */
export interface IncidentPast {
  /** When somebody took it first. */
  readonly firstAcknowledgedAt: Date | null;
  /** The incident about the same thing before this one. */
  readonly previous: { readonly id: string; readonly resolvedAt: Date | null } | null;
}

export async function readIncidentPast(incident: {
  readonly id: string;
  readonly dedupKey: string;
  readonly instance: number;
}): Promise<IncidentPast> {
  const { id, dedupKey, instance } = incident;
  const [first, previous] = await Promise.all([
    database().incidentEvent.findFirst({
      where: { incidentId: id, kind: 'acknowledged' },
      select: { at: true },
      orderBy: { id: 'asc' },
    }),
    instance === 1
      ? null
      : database().incident.findFirst({
          where: { dedupKey, instance: { lt: instance } },
          select: { id: true, resolvedAt: true },
          orderBy: { instance: 'desc' },
        }),
  ]);
  return { firstAcknowledgedAt: first?.at ?? null, previous };
}

const ticket = z.object({
  system: z.string(),
  key: z.string(),
  status: z.string().nullable(),
  removed: z.boolean().optional(),
  reminder: z.boolean(),
});

function noteOf(kind: string, data: unknown): string | null {
  if (kind === 'commented') {
    const { text } = readObject(data);
    return typeof text === 'string' ? text : null;
  }
  if (kind === 'assigned') {
    const { owner } = readObject(data);
    return typeof owner === 'string' ? `To ${owner}` : 'To nobody';
  }
  if (kind === 'subject-added' || kind === 'subject-removed') {
    const { subject } = readObject(data);
    return typeof subject === 'string' ? subject : null;
  }
  if (kind === 'silenced') {
    const { reason, until } = readObject(data);
    if (typeof until !== 'string') return null;
    // A person says why; that an alert was held back says only until when.
    return typeof reason === 'string' ? `Until ${until}: ${reason}` : `Until ${until}`;
  }
  const parsed = ticket.safeParse(data);
  if (kind !== 'ticket' || !parsed.success) return null;
  const { system, key, status, removed, reminder } = parsed.data;
  if (removed === true) return `${system} ${key} was taken off.`;
  const told = status === null ? `${system} ${key}` : `${system} ${key}: ${status}`;
  return reminder ? `${told}. The incident is not over.` : told;
}

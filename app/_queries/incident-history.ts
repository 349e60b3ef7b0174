import { z } from 'zod';
import { database } from './database.ts';
import { readObject } from './read-json.ts';

export interface IncidentEventRecord {
  readonly id: string;
  readonly kind: string;
  readonly at: Date;
  readonly actor: string;
  /** Text of a comment, or which ticket; null: the kind says it all. */
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
  const parsed = ticket.safeParse(data);
  if (kind !== 'ticket' || !parsed.success) return null;
  const { system, key, status, removed, reminder } = parsed.data;
  if (removed === true) return `${system} ${key} was taken off.`;
  const told = status === null ? `${system} ${key}` : `${system} ${key}: ${status}`;
  return reminder ? `${told}. The incident is not over.` : told;
}

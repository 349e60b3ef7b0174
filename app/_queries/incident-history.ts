import { database } from './database.ts';

export interface IncidentEventRecord {
  readonly id: string;
  readonly kind: string;
  readonly at: Date;
  readonly actor: string;
}

export interface NoticeRecord {
  readonly id: string;
  readonly reason: string;
  readonly digest: boolean;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
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
      select: { id: true, kind: true, at: true, actor: true },
      orderBy: { id: 'desc' },
      take: 200,
    }),
    database().notice.findMany({
      where: { incidentId },
      select: { id: true, reason: true, digest: true, createdAt: true, sentAt: true, attempts: true, lastError: true },
      orderBy: { createdAt: 'desc' },
      take: 100,
    }),
  ]);
  return { events: events.map((event) => ({ ...event, id: String(event.id) })), notices };
}

import { database } from './database.ts';

export interface SpanRecord {
  readonly id: string;
  readonly kind: string;
  readonly address: string;
  readonly vantage: string;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
  readonly runs: number;
}

/** When something of an endpoint changed, the newest first. */
export async function listSpans(endpointId: string): Promise<readonly SpanRecord[]> {
  return database().observationSpan.findMany({
    where: { endpointId },
    select: { id: true, kind: true, address: true, vantage: true, firstSeen: true, lastSeen: true, runs: true },
    orderBy: [{ firstSeen: 'desc' }, { id: 'desc' }],
    take: 50,
  });
}

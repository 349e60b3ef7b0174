import { database } from './database.ts';

/** What a ticket system says of an incident. */
export interface ExternalRefRecord {
  readonly system: string;
  readonly key: string;
  readonly url: string | null;
  readonly status: string | null;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

/** The tickets of some incidents, by incident; those of one in the order of their systems. */
export async function readExternalRefs(
  incidentIds: readonly string[],
): Promise<ReadonlyMap<string, readonly ExternalRefRecord[]>> {
  const rows = await database().externalRef.findMany({
    where: { incidentId: { in: [...incidentIds] } },
    orderBy: [{ incidentId: 'asc' }, { system: 'asc' }],
  });
  const refs = new Map<string, ExternalRefRecord[]>();
  for (const { incidentId, ...ref } of rows) {
    const list = refs.get(incidentId);
    if (list === undefined) refs.set(incidentId, [ref]);
    else list.push(ref);
  }
  return refs;
}

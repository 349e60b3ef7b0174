import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { ScanObservation } from '#lib/model/scan-observation.ts';
import { readLatestScan } from '#prisma/commands/latest-scan.ts';
import { database } from './database.ts';

/** The latest deep scan of an endpoint; null: none was made. */
export async function findScan(endpointId: string, endpoint: EndpointTarget): Promise<ScanObservation | null> {
  const { service, tlsMode, host, port } = endpoint;
  return readLatestScan(database(), { endpointId, endpoint: { service, tlsMode, host, port } });
}

/** Whether a deep scan of it is due or under way at this moment. */
export async function isScanWaiting(endpointId: string, now: Date): Promise<boolean> {
  const where = { kind: 'scan', ref: endpointId, OR: [{ dueAt: { lte: now } }, { leaseUntil: { gt: now } }] };
  return (await database().task.count({ where })) > 0;
}

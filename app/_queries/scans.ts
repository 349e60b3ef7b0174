import { z } from 'zod';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { ScanObservation } from '#lib/model/scan-observation.ts';
import { readLatestScan } from '#prisma/commands/latest-scan.ts';
import { database } from './database.ts';

/** The latest deep scan of an endpoint; null: none was made. */
export async function findScan(endpointId: string, endpoint: EndpointTarget): Promise<ScanObservation | null> {
  const { service, tlsMode, host, port } = endpoint;
  return readLatestScan(database(), { endpointId, endpoint: { service, tlsMode, host, port } });
}

const waitingRow = z.object({ kind: z.string() });

/** Whether a probe and a deep scan of it are due or under way at this moment. */
export async function readWaiting(
  endpointId: string,
  now: Date,
): Promise<{ readonly probing: boolean; readonly scanning: boolean }> {
  const rows = await database().$queryRaw`
    SELECT kind FROM task
    WHERE kind IN ('probe', 'scan') AND ref = ${endpointId} AND (due_at <= ${now} OR lease_until > ${now})`;
  const kinds = z
    .array(waitingRow)
    .parse(rows)
    .map(({ kind }) => kind);
  return { probing: kinds.includes('probe'), scanning: kinds.includes('scan') };
}

import type { Transaction } from '#prisma/client.ts';
import type { ChangedPiece } from './spans.ts';
import { enqueueTask } from './tasks.ts';

/** A change may be one of several that a person makes: the deep scan waits for the rest. */
const scanAfterChangeMs = 60_000;
const firstScanMs = 5_000;

/** Notes when an endpoint was scanned last. */
export async function saveScanned(
  tx: Transaction,
  { endpointId, at }: { readonly endpointId: string; readonly at: number },
): Promise<void> {
  await tx.endpoint.update({ where: { id: endpointId }, data: { lastScannedAt: new Date(at) } });
}

/** Makes a deep scan due where none was made or what clients meet at the endpoint has changed. The daily one is the task's own. */
export async function requestScan(
  tx: Transaction,
  { endpointId, changes }: { readonly endpointId: string; readonly changes: readonly ChangedPiece[] },
): Promise<void> {
  const sessions = changes.filter(({ kind }) => kind === 'session');
  if (sessions.length === 0) return;
  const inMs = sessions.every(({ isFirst }) => isFirst) ? firstScanMs : scanAfterChangeMs;
  await enqueueTask(tx, { kind: 'scan', ref: endpointId, inMs });
}

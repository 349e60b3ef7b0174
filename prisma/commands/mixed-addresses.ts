import { mixedBackendsCode } from '#lib/checks/mixed-backends.ts';
import type { Transaction } from '../client.ts';

/** Addresses behind which unlike servers answer in turn, as long as that holds. */
export async function readMixedAddresses(db: Transaction, endpointId: string): Promise<readonly string[]> {
  const rows = await db.finding.findMany({
    where: { endpointId, code: mixedBackendsCode, endedAt: null },
    select: { address: true },
  });
  return rows.map(({ address }) => address);
}

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

/** The same of several, by id of the endpoint; those with none are left out. */
export async function readMixedAddressesOf(
  db: Transaction,
  endpointIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db.finding.findMany({
    where: { endpointId: { in: [...endpointIds] }, code: mixedBackendsCode, endedAt: null },
    select: { endpointId: true, address: true },
  });
  return new Map(
    endpointIds.flatMap((id) => {
      const own = rows.filter(({ endpointId }) => endpointId === id).map(({ address }) => address);
      return own.length === 0 ? [] : [[id, own] as const];
    }),
  );
}

import type { FindingChangeItem } from '#components/finding-changes.tsx';
import { database } from './database.ts';
import { describe } from './finding-text.ts';
import { readParams } from './read-json.ts';
import { readVerdict } from './read-word.ts';

const most = 50;

/** Findings of an endpoint that began or ended after one instant, and no later than another; the newest first. */
export async function listFindingChanges(
  endpointId: string,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<readonly FindingChangeItem[]> {
  const within = { gt: from, lte: to };
  const rows = await database().finding.findMany({
    where: { endpointId, OR: [{ firstSeen: within }, { endedAt: within }] },
    orderBy: [{ firstSeen: 'desc' }, { id: 'asc' }],
    take: most,
  });
  return rows.map((row) => ({
    id: row.id,
    code: row.code,
    verdict: readVerdict(row.verdict),
    title: describe(row.code, readParams(row.params)).title,
    address: row.address === '' ? null : row.address,
    beganAt: row.firstSeen > from ? row.firstSeen.getTime() : null,
    endedAt: row.endedAt !== null && row.endedAt <= to ? row.endedAt.getTime() : null,
  }));
}

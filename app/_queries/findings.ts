import type { Verdict } from '#lib/model/finding.ts';
import { database } from './database.ts';
import type { DescribedFinding } from './finding-text.ts';
import { describe } from './finding-text.ts';
import { readParams } from './read-json.ts';
import { readVerdict } from './read-word.ts';

/** A finding that holds now. */
export interface FindingRecord extends DescribedFinding {
  readonly id: string;
  readonly code: string;
  readonly verdict: Verdict;
  /** Null: about the endpoint, domain or zone as a whole. */
  readonly address: string | null;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
}

/** What holds now of an endpoint, of a domain itself or of a zone. */
export async function listFindings(
  subject:
    | { readonly endpointId: string }
    | { readonly domainId: string; readonly endpointId: null }
    | { readonly zoneId: string },
): Promise<readonly FindingRecord[]> {
  const rows = await database().finding.findMany({
    where: { ...subject, endedAt: null },
    orderBy: [{ firstSeen: 'asc' }, { id: 'asc' }],
    take: 500,
  });
  return rows.map((row) => ({
    id: row.id,
    code: row.code,
    verdict: readVerdict(row.verdict),
    address: row.address === '' ? null : row.address,
    firstSeen: row.firstSeen,
    lastSeen: row.lastSeen,
    ...describe(row.code, readParams(row.params)),
  }));
}

import { z } from 'zod';
import type { Transaction } from '#prisma/client.ts';
import { loadCensusOfHosts } from '#prisma/commands/census-cube.ts';
import { brokenTags } from '#lib/incidents/causes.ts';
import { countImpact } from '#lib/incidents/impact.ts';
import type { Params } from '#lib/model/finding.ts';
import type { IncidentImpact } from '#lib/model/incident-impact.ts';

/** What an incident breaks, and where. */
interface Broken {
  readonly code: string;
  readonly params: Params;
  /** Its hosts; an apex stands for the watched hosts in that zone. */
  readonly hosts: readonly string[];
  readonly isZone: boolean;
}

const maxHosts = 200;
const hostRow = z.object({ host: z.string() });

/**
 * How many accounts hold a tag that an incident breaks; null: it breaks none, nobody was counted there, or it took too
 * long. A census that does not answer stops no alert: it is read behind a savepoint, and given up after a second.
 */
export async function measureImpact(
  tx: Transaction,
  { broken, now }: { readonly broken: Broken; readonly now: number },
): Promise<IncidentImpact | null> {
  const tags = brokenTags(broken.code, broken.params);
  if (tags.length === 0 || broken.hosts.length === 0) return null;
  await tx.$executeRaw`SAVEPOINT impact`;
  let impact: IncidentImpact | null;
  try {
    await tx.$executeRaw`SET LOCAL statement_timeout = '1s'`;
    const hosts = broken.isZone ? await hostsOfZones(tx, broken.hosts) : broken.hosts.slice(0, maxHosts);
    const cube = await loadCensusOfHosts(tx, { hosts, now: new Date(now) });
    const rows = await tx.commitment.findMany({
      where: { host: { in: [...hosts] } },
      select: { host: true, tag: true, firstSeen: true },
    });
    const promised = rows.map(({ host, tag, firstSeen }) => ({ host, tag, firstSeen: firstSeen.getTime() }));
    impact = countImpact(cube, { hosts, tags, promised, now });
  } catch {
    impact = null;
  }
  // Takes the time limit back as well; nothing was written.
  await tx.$executeRaw`ROLLBACK TO SAVEPOINT impact`;
  await tx.$executeRaw`RELEASE SAVEPOINT impact`;
  return impact;
}

async function hostsOfZones(tx: Transaction, apexes: readonly string[]): Promise<readonly string[]> {
  const rows = await tx.$queryRaw`
    SELECT DISTINCT endpoint.host FROM endpoint JOIN zone ON zone.id = endpoint.zone_id
    WHERE zone.name = ANY(${[...apexes]}::text[]) ORDER BY endpoint.host LIMIT ${maxHosts}`;
  return z
    .array(hostRow)
    .parse(rows)
    .map(({ host }) => host);
}

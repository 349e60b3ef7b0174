import { z } from 'zod';
import type { Commitment } from '#lib/model/commitment.ts';
import { services, tlsModes } from '#lib/model/endpoint.ts';
import { namedHosts, type PlannedChange } from '#lib/planner/change.ts';
import type { Transaction } from '../client.ts';

const sighting = z.object({
  host: z.string(),
  tag: z.string(),
  firstSeen: z.date().transform((date) => date.getTime()),
  lastSeen: z.date().transform((date) => date.getTime()),
  service: z.enum(services),
  tlsMode: z.enum(tlsModes),
  port: z.number(),
  address: z.string(),
});

/** All that the hosts of a change ever advertised. */
export async function readLedger(db: Transaction, change: PlannedChange): Promise<readonly Commitment[]> {
  const rows = await db.commitmentSighting.findMany({
    where:
      change.op === 'unsign_zone'
        ? { OR: [{ host: change.zone }, { host: { endsWith: `.${change.zone}` } }] }
        : { host: { in: [...namedHosts(change)] } },
    take: 10_000,
  });
  return z
    .array(sighting)
    .parse(rows)
    .map(({ host, tag, firstSeen, lastSeen, service, tlsMode, port, address }) => ({
      ...{ host, tag, firstSeen, lastSeen, decidedBy: null },
      seenAt: { kind: 'endpoint', endpoint: { service, tlsMode, host, port }, address },
    }));
}

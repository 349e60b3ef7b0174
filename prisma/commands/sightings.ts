import { z } from 'zod';
import type { Commitment } from '#lib/model/commitment.ts';
import { services, tlsModes } from '#lib/model/endpoint.ts';
import type { Transaction } from '../client.ts';
import type { Prisma } from '../generated/client.ts';

const sightingRow = z.object({
  host: z.string(),
  tag: z.string(),
  firstSeen: z.date().transform((date) => date.getTime()),
  lastSeen: z.date().transform((date) => date.getTime()),
  service: z.enum(services),
  tlsMode: z.enum(tlsModes),
  port: z.number(),
  address: z.string(),
  commitment: z.object({ decidedBy: z.string().nullable() }),
});

/** Tags that hosts ever advertised, by name, once for each service that did. `limit` absent: all of them. */
export async function readSightings(
  db: Transaction,
  { where, limit }: { readonly where: Prisma.CommitmentSightingWhereInput; readonly limit?: number },
): Promise<readonly Commitment[]> {
  const rows = await db.commitmentSighting.findMany({
    where,
    include: { commitment: { select: { decidedBy: true } } },
    orderBy: [{ tag: 'asc' }, { firstSeen: 'asc' }, { port: 'asc' }],
    ...(limit === undefined ? {} : { take: limit }),
  });
  return z
    .array(sightingRow)
    .parse(rows)
    .map(({ host, tag, firstSeen, lastSeen, service, tlsMode, port, address, commitment }) => ({
      ...{ host, tag, firstSeen, lastSeen, decidedBy: commitment.decidedBy },
      seenAt: { kind: 'endpoint', endpoint: { service, tlsMode, host, port }, address },
    }));
}

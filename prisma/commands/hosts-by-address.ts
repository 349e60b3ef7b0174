import { z } from 'zod';
import { Prisma } from '../generated/client.ts';
import type { Transaction } from '../client.ts';

const row = z.object({ address: z.string(), hosts: z.array(z.string()) });

/**
 * The names of watched endpoints by the addresses that they had when somebody last found any, or that an operator declared.
 * Several names may share an address: who reports by address alone means one of them, and nobody knows which.
 */
export function loadHostsByAddress(db: Transaction): Promise<ReadonlyMap<string, readonly string[]>> {
  return loadHosts(db, { among: Prisma.sql`true`, wanted: Prisma.sql`true` });
}

/** The same of some addresses alone: it walks only the endpoints that ever had one of them. */
export async function loadHostsOfAddresses(
  db: Transaction,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (addresses.length === 0) return new Map();
  const list = Prisma.sql`${[...new Set(addresses)]}::text[]`;
  const among = Prisma.sql`endpoint.id IN (
    SELECT endpoint_id FROM observation_span WHERE kind = 'addresses' AND (facts #> '{facts,list}') ?| ${list}
    UNION SELECT endpoint_id FROM declaration WHERE address = ANY (${list})
  )`;
  return loadHosts(db, { among, wanted: Prisma.sql`address = ANY (${list})` });
}

async function loadHosts(
  db: Transaction,
  { among, wanted }: { readonly among: Prisma.Sql; readonly wanted: Prisma.Sql },
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db.$queryRaw`
    WITH watched AS (
      SELECT id, host FROM endpoint WHERE ${among} AND EXISTS (
        SELECT FROM domain_endpoint
        WHERE endpoint_id = endpoint.id AND removed_at IS NULL AND NOT dismissed
      )
    ), pointed AS (
      SELECT watched.host, jsonb_array_elements_text(latest.list) AS address
      FROM watched CROSS JOIN LATERAL (
        SELECT DISTINCT ON (vantage) facts #> '{facts,list}' AS list FROM observation_span
        WHERE endpoint_id = watched.id AND kind = 'addresses' AND jsonb_typeof(facts #> '{facts,list}') = 'array'
        ORDER BY vantage, first_seen DESC
      ) AS latest
      UNION SELECT watched.host, declaration.address
      FROM watched JOIN declaration ON declaration.endpoint_id = watched.id WHERE declaration.address IS NOT NULL
    )
    SELECT address, array_agg(host ORDER BY host) AS hosts FROM pointed WHERE ${wanted} GROUP BY address`;
  return new Map(
    z
      .array(row)
      .parse(rows)
      .map(({ address, hosts }) => [address, hosts]),
  );
}

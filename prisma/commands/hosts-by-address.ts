import { z } from 'zod';
import type { Transaction } from '../client.ts';

const row = z.object({ address: z.string(), hosts: z.array(z.string()) });

/**
 * The names of watched endpoints by the addresses that they had when somebody last found any, or that an operator declared.
 * Several names may share an address: who reports by address alone means one of them, and nobody knows which.
 */
export async function loadHostsByAddress(db: Transaction): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db.$queryRaw`
    WITH watched AS (
      SELECT id, host FROM endpoint WHERE EXISTS (
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
    SELECT address, array_agg(host ORDER BY host) AS hosts FROM pointed GROUP BY address`;
  return new Map(
    z
      .array(row)
      .parse(rows)
      .map(({ address, hosts }) => [address, hosts]),
  );
}

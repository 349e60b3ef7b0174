import { z } from 'zod';
import type { TlsaLook } from '#lib/dane/held-since.ts';
import { servedTlsa } from '#lib/dane/served-tlsa.ts';
import { serverAnswer } from '#lib/model/zone-observation-schema.ts';
import type { Transaction } from '../client.ts';

/** Looks at a zone that are gone through, the latest first: caches forget sooner. */
const maxLooks = 200;

const instant = z.date().transform((date) => date.getTime());
const lookRow = z.object({
  firstSeen: instant,
  lastSeen: instant,
  servers: z.array(z.object({ host: z.string(), address: z.string(), answer: serverAnswer.shape.answer })),
});

/** What every name server of a zone gave out for the owner of TLSA records, look by look, the latest first. */
export async function readZoneLooks(
  db: Transaction,
  { zoneId, owner }: { readonly zoneId: string; readonly owner: string },
): Promise<readonly TlsaLook[]> {
  const rows = await db.$queryRaw`
    SELECT first_seen AS "firstSeen", last_seen AS "lastSeen", (
      SELECT coalesce(jsonb_agg(jsonb_build_object(
        'host', server->'host', 'address', server->'address', 'answer', said->'answer')), '[]'::jsonb)
      FROM jsonb_array_elements(evidence->'servers') AS server
      CROSS JOIN LATERAL jsonb_array_elements(server->'answers') AS said
      WHERE said #>> '{question,type}' = 'TLSA' AND said #>> '{question,name}' = ${owner}
    ) AS servers
    FROM (
      SELECT evidence, first_seen, last_seen FROM observation_span
      WHERE zone_id = ${zoneId} AND kind = 'zone' ORDER BY last_seen DESC LIMIT ${maxLooks}
    ) AS span ORDER BY last_seen DESC`;
  return z
    .array(lookRow)
    .parse(rows)
    .map(({ servers, ...seen }) => ({
      ...seen,
      servers: servers.map((server) => servedTlsa(server, server.answer)),
    }));
}

import { z } from 'zod';
import { dnssecStates } from '#lib/model/dnssec.ts';
import { database } from './database.ts';

const instant = z.number().transform((at) => new Date(at));
const answer = z.object({
  name: z.string(),
  type: z.string(),
  state: z.enum(dnssecStates),
  reason: z.string().nullable(),
  signaturesEnd: instant.nullable(),
});
const ds = z.object({ keyTag: z.number(), algorithm: z.number(), digestType: z.number(), status: z.string() });
const key = z.object({ keyTag: z.number(), algorithm: z.number(), flags: z.number() });

const row = z.object({
  zone_id: z.string(),
  answers: z.array(answer).nullable(),
  ds: z.array(ds).nullable(),
  keys: z.array(key).nullable(),
  last_seen: z.date(),
});

/** What the latest run of a zone says of DNSSEC. */
export interface ZoneDnssec {
  /** One for each question that mail asks of the zone. */
  readonly answers: readonly z.infer<typeof answer>[];
  /** At the parent. */
  readonly ds: readonly z.infer<typeof ds>[];
  readonly keys: readonly z.infer<typeof key>[];
  readonly seenAt: Date;
}

/** By id of the zone; zones that were never looked at are left out. Reads no whole observation. */
export async function readZoneDnssec(zoneIds: readonly string[]): Promise<ReadonlyMap<string, ZoneDnssec>> {
  const rows = await database().$queryRaw`
    SELECT zone.id AS zone_id, run.last_seen, link -> 'ds' AS ds,
      (SELECT jsonb_agg(jsonb_build_object('keyTag', item -> 'keyTag', 'algorithm', item -> 'algorithm', 'flags', item -> 'flags'))
        FROM jsonb_array_elements(link -> 'keys') AS item) AS keys,
      (SELECT jsonb_agg(jsonb_build_object('name', item -> 'name', 'type', item -> 'type', 'state', item #> '{result,state}',
          'reason', item #> '{result,reason}', 'signaturesEnd', item #> '{earliestExpiry,expiration}'))
        FROM jsonb_array_elements(run.evidence -> 'validations') AS item) AS answers
    FROM zone
    CROSS JOIN LATERAL (
      SELECT evidence, last_seen FROM observation_span
      WHERE zone_id = zone.id AND kind = 'zone' AND newest ORDER BY last_seen DESC LIMIT 1
    ) AS run
    LEFT JOIN LATERAL (
      SELECT item FROM jsonb_path_query(run.evidence, '$.validations[*].links[*]') AS item
      WHERE item ->> 'zone' = zone.name LIMIT 1
    ) AS own (link) ON true
    WHERE zone.id = ANY(${[...zoneIds]}::text[])`;
  return new Map(
    z
      .array(row)
      .parse(rows)
      .map(({ zone_id: id, answers, ds: parent, keys, last_seen: seenAt }) => [
        id,
        { answers: answers ?? [], ds: parent ?? [], keys: keys ?? [], seenAt },
      ]),
  );
}

import { z } from 'zod';
import type { DnssecState } from '#lib/model/dnssec.ts';
import { dnssecStates } from '#lib/model/dnssec.ts';
import { compareStates } from '#components/dnssec-words.ts';
import { database } from './database.ts';

/** What the latest run of a zone says in short. */
export interface ZoneSummary {
  /** The worst state of its answers; null: there is none. */
  readonly worst: DnssecState | null;
  /** When the first valid signature of all chains expires. */
  readonly firstExpiry: Date | null;
}

const row = z.object({
  zone_id: z.string(),
  states: z.array(z.enum(dnssecStates)),
  first_expiry: z.number().nullable(),
});

/** By id of the zone; zones that were never looked at are left out. Reads no whole observation. */
export async function readZoneSummaries(zoneIds: readonly string[]): Promise<ReadonlyMap<string, ZoneSummary>> {
  const rows = await database().$queryRaw`
    SELECT zone.id AS zone_id,
      ARRAY(SELECT DISTINCT state #>> '{}' FROM jsonb_path_query(run.evidence, '$.validations[*].result.state') AS state) AS states,
      (SELECT min((expiration #>> '{}')::float8)
        FROM jsonb_path_query(run.evidence, '$.validations[*].earliestExpiry.expiration') AS expiration) AS first_expiry
    FROM unnest(${[...zoneIds]}::text[]) AS zone (id)
    CROSS JOIN LATERAL (
      SELECT evidence FROM observation_span WHERE zone_id = zone.id AND kind = 'zone' AND newest ORDER BY last_seen DESC LIMIT 1
    ) AS run`;
  return new Map(
    z
      .array(row)
      .parse(rows)
      .map(({ zone_id: id, states, first_expiry: firstExpiry }) => [
        id,
        {
          worst: states.toSorted(compareStates)[0] ?? null,
          firstExpiry: firstExpiry === null ? null : new Date(firstExpiry),
        },
      ]),
  );
}

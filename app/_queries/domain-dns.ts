import { z } from 'zod';
import type { Verdict } from '#lib/model/finding.ts';
import { database } from './database.ts';
import { worstVerdict } from './domains.ts';
import { readVerdict } from './read-word.ts';
import type { Freshness } from './staleness.ts';

/** What the latest look at a domain's DNS records says. */
export interface DnsSummary {
  /** When DNS was last asked, by whomever; null: never to the end. */
  readonly lookedAt: Date | null;
  readonly freshness: Freshness;
  /** Worst finding of the domain itself, and of the zones that it lies in, that holds; null: none does. */
  readonly worst: Verdict | null;
  /** False: some question got no answer, so what was not found may still be there. */
  readonly complete: boolean;
}

/** Of a domain that is new. */
export const neverLookedAt: DnsSummary = { lookedAt: null, freshness: 'never', worst: null, complete: false };

/** Workers ask every hour (workers/run.ts); two rounds and a minute of grace, as for endpoints. */
const staleAfterMs = (2 * 3600 + 60) * 1000;

const row = z.object({
  id: z.string(),
  last_seen: z.date().nullable(),
  complete: z.boolean().nullable(),
  verdicts: z.array(z.string().transform(readVerdict)),
});

/**
 * By id of the domain; one for each id. A run of the schedule has no row in `discovery`: its span tells. Web servers that
 * do not answer are no question to DNS.
 */
export async function readDnsSummaries(
  domainIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, DnsSummary>> {
  const rows = await database().$queryRaw`
    SELECT domain.id, look.last_seen, look.complete, ARRAY(
      SELECT verdict FROM finding WHERE domain_id = domain.id AND endpoint_id IS NULL AND ended_at IS NULL
      UNION
      SELECT verdict FROM domain_zone AS link JOIN finding ON finding.zone_id = link.zone_id
      WHERE link.domain_id = domain.id AND ended_at IS NULL
    ) AS verdicts
    FROM unnest(${[...domainIds]}::text[]) AS domain (id)
    LEFT JOIN LATERAL (
      SELECT last_seen, NOT jsonb_path_exists(evidence - 'configuration',
        '$.** ? (@.ok == false && @.failure.reason != "nxdomain" && @.failure.reason != "no-address")') AS complete
      FROM observation_span WHERE domain_id = domain.id AND newest AND kind = 'discovery'
      ORDER BY last_seen DESC LIMIT 1
    ) AS look ON true`;
  return new Map(
    z
      .array(row)
      .parse(rows)
      .map(({ id, last_seen: lookedAt, complete, verdicts }) => [
        id,
        {
          lookedAt,
          freshness: freshnessOfLook(lookedAt, now),
          worst: worstVerdict(verdicts),
          complete: complete === true,
        },
      ]),
  );
}

function freshnessOfLook(lookedAt: Date | null, now: Date): Freshness {
  if (lookedAt === null) return 'never';
  return now.getTime() - lookedAt.getTime() > staleAfterMs ? 'stale' : 'fresh';
}

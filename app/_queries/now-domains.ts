import { z } from 'zod';
import { silentGuessVerdict } from '#lib/checks/silent-guess.ts';
import { services } from '#lib/model/endpoint.ts';
import type { Verdict } from '#lib/model/finding.ts';
import { database } from './database.ts';
import type { ServiceSummary } from './domains.ts';
import { freshSince } from './staleness.ts';

/** How much is watched. */
export interface WatchedCounts {
  readonly domains: number;
  readonly endpoints: number;
  /** Hosts of the endpoints. */
  readonly servers: number;
  /** Hosts with an endpoint that was not seen lately, or could not be looked at. */
  readonly unknown: number;
}

/** A domain with its services, worst first in its list. */
export interface DomainStanding {
  readonly id: string;
  readonly name: string;
  readonly services: readonly ServiceSummary[];
}

const badness: readonly Verdict[] = ['crit', 'fail', 'warn', 'inconclusive', 'info', 'pass', 'superseded', 'n-a'];
const worstGood = badness.indexOf('info') + 1;

const countsRow = z.tuple([
  z.object({ domains: z.number(), endpoints: z.number(), servers: z.number(), unknown: z.number() }),
]);

/** One pass over the watched endpoints. */
export async function countStanding(now: Date): Promise<WatchedCounts> {
  const { usual, guess } = freshSince(now);
  const rows = await database().$queryRaw`
    SELECT (SELECT count(*)::int FROM domain) AS domains, COALESCE(sum(endpoints), 0)::int AS endpoints,
      count(*)::int AS servers, (count(*) FILTER (WHERE unknown))::int AS unknown
    FROM (
      SELECT count(*) AS endpoints, bool_or(
        last_verdict IS NOT DISTINCT FROM 'inconclusive' OR last_probed_at IS NULL
        OR last_probed_at < CASE WHEN last_verdict = ${silentGuessVerdict} THEN ${guess}::timestamptz ELSE ${usual}::timestamptz END
      ) AS unknown
      FROM endpoint
      WHERE id IN (SELECT endpoint_id FROM domain_endpoint WHERE removed_at IS NULL)
      GROUP BY host
    ) AS server`;
  return countsRow.parse(rows)[0];
}

const tile = z.object({
  service: z.enum(services),
  endpoints: z.number(),
  unseen: z.number(),
  worst: z.number().nullable(),
});
const domainRow = z.object({ id: z.string(), name: z.string(), tiles: z.array(tile).nullable() });

/** The domains that look worst, with their services; those of equal standing by name. What was not seen lately is after what is bad. */
export async function listWorstDomains(limit: number, now: Date): Promise<readonly DomainStanding[]> {
  const { usual, guess } = freshSince(now);
  const order = [...badness];
  const rows = await database().$queryRaw`
    WITH looked AS (
      SELECT domain_id, service, CASE
        WHEN last_probed_at >= CASE WHEN last_verdict = ${silentGuessVerdict} THEN ${guess}::timestamptz ELSE ${usual}::timestamptz END
        THEN array_position(${order}::text[], last_verdict)
      END AS rank
      FROM domain_endpoint JOIN endpoint ON endpoint.id = endpoint_id
      WHERE removed_at IS NULL
    ), tile AS (
      SELECT domain_id, service, count(*)::int AS endpoints, (count(*) FILTER (WHERE rank IS NULL))::int AS unseen,
        min(rank) AS worst
      FROM looked GROUP BY domain_id, service
    ), servers AS (
      SELECT domain_id, min(worst) AS worst, bool_or(unseen > 0) AS unseen, jsonb_agg(jsonb_build_object(
        'service', service, 'endpoints', endpoints, 'unseen', unseen, 'worst', worst)) AS tiles
      FROM tile GROUP BY domain_id
    ), records AS (
      SELECT domain_id, min(array_position(${order}::text[], verdict)) AS worst
      FROM (
        SELECT domain_id, verdict FROM finding
        WHERE domain_id IN (SELECT id FROM domain) AND endpoint_id IS NULL AND ended_at IS NULL
        UNION ALL
        SELECT domain_id, last_verdict FROM domain_zone JOIN zone ON zone.id = zone_id WHERE last_verdict IS NOT NULL
      ) AS found GROUP BY domain_id
    )
    SELECT id, name, tiles FROM domain
    LEFT JOIN servers ON servers.domain_id = domain.id
    LEFT JOIN records ON records.domain_id = domain.id
    ORDER BY LEAST(servers.worst, records.worst, ${worstGood}), COALESCE(servers.unseen, true) DESC, name
    LIMIT ${limit}`;
  return z
    .array(domainRow)
    .parse(rows)
    .map(({ id, name, tiles }) => ({ id, name, services: services.map((service) => summaryOf(service, tiles ?? [])) }));
}

function summaryOf(service: ServiceSummary['service'], tiles: readonly z.infer<typeof tile>[]): ServiceSummary {
  const found = tiles.find((one) => one.service === service);
  if (found === undefined) return { service, endpoints: 0, worst: null, unseen: 0 };
  const { endpoints, unseen, worst } = found;
  return { service, endpoints, unseen, worst: worst === null ? null : (badness[worst - 1] ?? null) };
}

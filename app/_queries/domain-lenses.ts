import { z } from 'zod';
import type { LensCount } from '#components/domain-facts.tsx';
import { database } from './database.ts';

const row = z.object({ verdict: z.enum(['crit', 'fail', 'warn', 'info']), draft: z.number(), current: z.number() });

/** Findings that hold of a domain, its endpoints and its zones, by what each rule pack makes of them; the worst first. */
export async function countByLens(domainId: string): Promise<readonly LensCount[]> {
  const rows = await database().$queryRaw`
    WITH living AS (
      SELECT COALESCE(verdict_draft, verdict) AS draft, COALESCE(verdict_current, verdict) AS current
      FROM (
        SELECT verdict, verdict_draft, verdict_current FROM finding
        WHERE domain_id = ${domainId} AND endpoint_id IS NULL AND ended_at IS NULL
        UNION ALL
        SELECT verdict, verdict_draft, verdict_current FROM domain_endpoint AS link
        JOIN finding ON finding.endpoint_id = link.endpoint_id AND ended_at IS NULL
        WHERE link.domain_id = ${domainId} AND removed_at IS NULL
        UNION ALL
        SELECT verdict, verdict_draft, verdict_current FROM domain_zone AS link
        JOIN finding ON finding.zone_id = link.zone_id AND ended_at IS NULL
        WHERE link.domain_id = ${domainId}
      ) AS found
    )
    SELECT verdict, (SELECT count(*) FROM living WHERE draft = verdict)::int AS draft,
      (SELECT count(*) FROM living WHERE current = verdict)::int AS current
    FROM unnest(ARRAY['crit', 'fail', 'warn', 'info']) WITH ORDINALITY AS grade (verdict, place) ORDER BY place`;
  return z.array(row).parse(rows);
}

import { z } from 'zod';
import type { LensCount } from '#components/domain-facts.tsx';
import { database } from './database.ts';

const row = z.object({ verdict: z.enum(['crit', 'fail', 'warn', 'info']), draft: z.number(), current: z.number() });

/** Findings that hold of a domain, its endpoints and its zones, by what each rule pack makes of them; the worst first. */
export async function countByLens(domainId: string): Promise<readonly LensCount[]> {
  const rows = await database().$queryRaw`
    WITH living AS (
      SELECT COALESCE(verdict_draft, verdict) AS draft, COALESCE(verdict_current, verdict) AS current FROM finding
      WHERE ended_at IS NULL AND (
        (domain_id = ${domainId} AND endpoint_id IS NULL)
        OR endpoint_id IN (SELECT endpoint_id FROM domain_endpoint WHERE domain_id = ${domainId} AND removed_at IS NULL)
        OR zone_id IN (SELECT zone_id FROM domain_zone WHERE domain_id = ${domainId}))
    )
    SELECT verdict, (SELECT count(*) FROM living WHERE draft = verdict)::int AS draft,
      (SELECT count(*) FROM living WHERE current = verdict)::int AS current
    FROM unnest(ARRAY['crit', 'fail', 'warn', 'info']) WITH ORDINALITY AS grade (verdict, place) ORDER BY place`;
  return z.array(row).parse(rows);
}

import { z } from 'zod';
import type { CensusClass, CensusCube } from '#lib/model/census.ts';
import { database } from './database.ts';

const row = z.object({ classId: z.number(), reports: z.number(), lastDay: z.string() });
const dayMs = 86_400_000;

/** Reports that no login was joined with: claims that may come from anybody. */
export interface AnonymousReports {
  readonly entry: CensusClass;
  readonly reports: number;
  /** `YYYY-MM-DD` */
  readonly lastDay: string;
}

/** Anonymous reports of the last days by class, the most first. A class that the cube does not know yet comes next time. */
export async function listAnonymousReports(
  { classes }: Pick<CensusCube, 'classes'>,
  { days, now, limit }: { readonly days: number; readonly now: Date; readonly limit: number },
): Promise<readonly AnonymousReports[]> {
  const since = new Date(now.getTime() - days * dayMs).toISOString().slice(0, 10);
  const rows = await database().$queryRaw`
    SELECT class AS "classId", sum(reports)::float8 AS reports, to_char(max(day), 'YYYY-MM-DD') AS "lastDay"
    FROM anonymous_report WHERE day > ${since}::date
    GROUP BY class ORDER BY sum(reports) DESC, class LIMIT ${limit}`;
  return z
    .array(row)
    .parse(rows)
    .flatMap(({ classId, reports, lastDay }) => {
      const entry = classes.get(classId);
      return entry === undefined ? [] : [{ entry, reports, lastDay }];
    });
}

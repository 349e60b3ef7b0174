import { randomUUID } from 'node:crypto';
import { openDatabase } from '#prisma/client.ts';
import { ingestSign, type IngestDetail } from '#lib/model/vital-sign.ts';

/** What a process of ingest says of itself, for the console. */
export interface IngestSign {
  /** Says that it lives, by Postgres' clock, and how far behind it is. */
  readonly give: (detail: Omit<IngestDetail, 'process'>) => Promise<void>;
  /** One that ends says so. Never rejects: a database that is away by then learns it by the age of the sign. */
  readonly withdraw: () => Promise<void>;
}

/** Opens the sign of one process; `place` tells it from others: its host and port. Nothing connects before the first sign. */
export function openIngestSign(databaseUrl: string, place: string): IngestSign {
  const db = openDatabase(databaseUrl, 1);
  const process = randomUUID();
  return {
    give: async (detail) => {
      await db.$executeRaw`
        INSERT INTO vital_sign (name, vantage, at, detail)
        VALUES (${ingestSign}, ${place}, now(), ${JSON.stringify({ process, ...detail })}::jsonb)
        ON CONFLICT (name, vantage) DO UPDATE SET at = now(), detail = EXCLUDED.detail`;
      // Of those that died elsewhere.
      await db.$executeRaw`DELETE FROM vital_sign WHERE name = ${ingestSign} AND at < now() - interval '1 hour'`;
    },
    withdraw: async () => {
      await db.$executeRaw`
        DELETE FROM vital_sign WHERE name = ${ingestSign} AND vantage = ${place} AND detail->>'process' = ${process}`.catch(
        () => undefined,
      );
      await db.$disconnect();
    },
  };
}

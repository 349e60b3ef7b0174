import { openDatabase } from '#prisma/client.ts';
import { findSource, findSourceByAddress, type ReportSource } from '#prisma/commands/report-sources.ts';

export { maySendFrom, type ReportSource } from '#prisma/commands/report-sources.ts';

/** Who may send reports, as the database says at this moment. */
export interface ReportSources {
  /** Null: nobody's token. */
  readonly byToken: (token: string) => Promise<ReportSource | null>;
  /** For what carries no token; null: nobody names this address. */
  readonly byAddress: (address: string) => Promise<ReportSource | null>;
  readonly close: () => Promise<void>;
}

/** Opens the sources. Nothing connects before the first question. */
export function openReportSources(databaseUrl: string, now: () => number): ReportSources {
  const db = openDatabase(databaseUrl, 1);
  return {
    byToken: (token) => findSource({ db, token, now: new Date(now()) }),
    byAddress: (address) => findSourceByAddress({ db, address }),
    close: () => db.$disconnect(),
  };
}

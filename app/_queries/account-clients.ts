import { z } from 'zod';
import type { ReportedClient } from '#lib/model/report.ts';
import type { CensusServer } from '#lib/model/census.ts';
import { readCensusServers } from './census-cube.ts';
import { writeAudit } from '#prisma/commands/audit.ts';
import { database } from './database.ts';

/** A client of one account: what an operator may see when a customer calls. */
export interface AccountClient {
  readonly client: ReportedClient;
  readonly server: CensusServer;
  readonly latched: readonly string[];
  readonly supported: readonly string[];
  readonly speaksDeep: boolean;
  /** '': not told. */
  readonly tlsVersion: string;
  /** `YYYY-MM-DD` */
  readonly firstDay: string;
  readonly lastDay: string;
  /** Time of the report that this is of. */
  readonly reportedAt: Date;
  /**
   * Reports of a broken latch in the last day from programs of this name at this server. Anybody can send them, and
   * nobody can say from which account they are.
   */
  readonly failures: number;
}

const row = z.object({
  ...{ name: z.string(), version: z.string(), server: z.number(), tlsVersion: z.string(), speaksDeep: z.boolean() },
  ...{ latched: z.array(z.string()), supported: z.array(z.string()), firstDay: z.string(), lastDay: z.string() },
  ...{ reportedAt: z.date(), failures: z.number() },
});

/** Clients of one account that are shown: more has nobody, but a program may change its name at each login. */
const maxClients = 200;
const failuresOfMs = 86_400_000;

/** Looks an account up for somebody, and writes down who did. */
export async function lookAccountUp(
  pseudonyms: readonly string[],
  { actor, now }: { readonly actor: string; readonly now: Date },
): Promise<readonly AccountClient[]> {
  const clients = await listAccountClients(pseudonyms, now);
  const detail = { clients: clients.length };
  await writeAudit(database(), { actor, action: 'account.looked-up', subject: '', detail, now });
  return clients;
}

/** The clients of an account under any of its pseudonyms (32 hex digits), the latest first. */
async function listAccountClients(pseudonyms: readonly string[], now: Date): Promise<readonly AccountClient[]> {
  const since = new Date(now.getTime() - failuresOfMs);
  const rows = await database().$queryRaw`
    SELECT client_name.name, client_name.version, holder.server, client_tls.version AS "tlsVersion",
      census_class.speaks_deep AS "speaksDeep", latched.tags AS latched, supported.tags AS supported,
      to_char(holder.first_day, 'YYYY-MM-DD') AS "firstDay", to_char(holder.last_day, 'YYYY-MM-DD') AS "lastDay",
      holder.reported_at AS "reportedAt", COALESCE((
        SELECT sum(reports) FROM latch_failure AS failure
        WHERE failure.server = holder.server AND failure.client = holder.client AND failure.slot >= ${since}
      ), 0)::int AS failures
    FROM latch_holder AS holder
    JOIN census_class ON census_class.id = holder.class
    JOIN client_name ON client_name.id = census_class.client
    JOIN client_tls ON client_tls.id = census_class.tls
    JOIN tag_set AS latched ON latched.id = census_class.latched
    JOIN tag_set AS supported ON supported.id = census_class.supported
    WHERE holder.account = ANY (${[...pseudonyms]}::uuid[])
    ORDER BY holder.last_day DESC, holder.server, holder.client LIMIT ${maxClients}`;
  const clients = z.array(row).parse(rows);
  const servers = await readCensusServers([...new Set(clients.map((client) => client.server))]);
  return clients.flatMap(({ name, version, server, ...rest }) => {
    const place = servers.get(server);
    return place === undefined ? [] : [{ client: { name, version }, server: place, ...rest }];
  });
}

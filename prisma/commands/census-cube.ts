import { z } from 'zod';
import type { CensusClass, CensusCount, CensusCube, CensusServer, CoverageCount } from '#lib/model/census.ts';
import { services } from '#lib/model/endpoint.ts';
import type { Transaction } from '../client.ts';
import { loadHostsOfAddresses } from './hosts-by-address.ts';

/** Logins of these days are the coverage. */
export const coverageDays = 30;
const dayMs = 86_400_000;

const countRow = z.object({ classId: z.number(), week: z.string(), holders: z.number() });
const clientRow = z.object({ id: z.number(), name: z.string(), version: z.string() });
const serverRow = z.object({ id: z.number(), host: z.string(), address: z.string(), service: z.enum(services) });
const tagSetRow = z.object({ id: z.number(), tags: z.array(z.string()) });
const tlsRow = z.object({ id: z.number(), version: z.string(), cipher: z.string() });
const coverageRow = z.object({
  server: z.number(),
  logins: z.number(),
  named: z.number(),
  spokeOfLatches: z.number(),
  proxied: z.number(),
  proxiedWithoutTls: z.number(),
});
const classRow = z.object({
  ...{ id: z.number(), client: z.number(), server: z.number(), latched: z.number(), supported: z.number() },
  ...{ tls: z.number(), speaksDeep: z.boolean() },
});

/** The whole census as it is now, counted. Coverage is of the last `coverageDays`. */
export async function loadCensusCube(db: Transaction, now: Date): Promise<CensusCube> {
  // Counts first: whatever they name is in the dictionaries that are read after them.
  const [counts, coverage] = await Promise.all([readCounts(db), readCoverage(db, now)]);
  const classes = await db.$queryRaw`
    SELECT id, client, server, latched, supported, tls, speaks_deep AS "speaksDeep" FROM census_class`;
  return assemble(db, { counts, coverage, classes });
}

/**
 * What the census knows of some hosts, counted: the counts of their classes alone. Of other classes it has one for each
 * client that speaks of latches, since who does is presumed to hold what was advertised.
 */
export async function loadCensusOfHosts(
  db: Transaction,
  { hosts, now }: { readonly hosts: readonly string[]; readonly now: Date },
): Promise<CensusCube> {
  const servers = await loadCensusServers(db);
  const here = [...servers].filter(([, server]) => server.hosts.some((host) => hosts.includes(host)));
  const ids = here.map(([id]) => id);
  if (ids.length === 0) return { classes: new Map(), counts: [], coverage: [] };
  const counts = z.array(countRow).parse(
    await db.$queryRaw`
    SELECT class AS "classId", to_char(week, 'YYYY-MM-DD') AS week, sum(holders)::float8 AS holders
    FROM (
      SELECT class, week, holders FROM census_cube
      UNION ALL SELECT class, week, change FROM census_delta
    ) AS counted
    WHERE class IN (SELECT id FROM census_class WHERE server = ANY(${ids}::int[]))
    GROUP BY class, week HAVING sum(holders) > 0 ORDER BY class, week`,
  );
  const coverage = (await readCoverage(db, now)).filter(({ server }) => ids.includes(server));
  const classes = await db.$queryRaw`
    SELECT id, client, server, latched, supported, tls, speaks_deep AS "speaksDeep" FROM census_class
    WHERE server = ANY(${ids}::int[]) OR id IN (
      SELECT DISTINCT ON (client) id FROM census_class WHERE speaks_deep ORDER BY client, id)`;
  return assemble(db, { counts, coverage, classes });
}

async function assemble(
  db: Transaction,
  read: {
    readonly counts: readonly CensusCount[];
    readonly coverage: readonly z.infer<typeof coverageRow>[];
    readonly classes: unknown;
  },
): Promise<CensusCube> {
  const { counts, coverage, classes } = read;
  const [servers, clients, tagSets, tls] = await Promise.all([
    loadCensusServers(db),
    db.$queryRaw`
      SELECT id, name, version FROM client_name WHERE id IN (SELECT client FROM census_class)`.then(byId(clientRow)),
    db.$queryRaw`SELECT id, tags FROM tag_set`.then(byId(tagSetRow)),
    db.$queryRaw`SELECT id, version, cipher FROM client_tls`.then(byId(tlsRow)),
  ]);
  const entries = z.array(classRow).parse(classes);
  return {
    counts,
    classes: new Map(
      entries.map((row): [number, CensusClass] => {
        const { name, version } = found(clients, row.client);
        const { version: tlsVersion, cipher } = found(tls, row.tls);
        return [
          row.id,
          {
            id: row.id,
            client: { name, version },
            server: found(servers, row.server),
            latched: found(tagSets, row.latched).tags,
            supported: found(tagSets, row.supported).tags,
            speaksDeep: row.speaksDeep,
            tlsVersion: tlsVersion === '' ? null : tlsVersion,
            tlsCipher: cipher === '' ? null : cipher,
          },
        ];
      }),
    ),
    coverage: coverage.map(({ server, ...rest }): CoverageCount => ({ ...rest, server: found(servers, server) })),
  };
}

async function readCounts(db: Transaction): Promise<readonly CensusCount[]> {
  // One statement: between two, the fold would be counted twice or not at all.
  const rows = await db.$queryRaw`
    SELECT class AS "classId", to_char(week, 'YYYY-MM-DD') AS week, sum(holders)::float8 AS holders
    FROM (
      SELECT class, week, holders FROM census_cube
      UNION ALL SELECT class, week, change FROM census_delta
    ) AS counted
    GROUP BY class, counted.week HAVING sum(holders) > 0 ORDER BY class, counted.week`;
  return withOneTextAWeek(z.array(countRow).parse(rows));
}

/** Some hundred weeks in some hundred thousand counts: where each is one text, whoever looks weeks up is quicker. */
function withOneTextAWeek(counts: readonly CensusCount[]): readonly CensusCount[] {
  const weeks = new Map<string, string>();
  return counts.map(({ classId, week, holders }) => {
    const known = weeks.get(week);
    if (known === undefined) weeks.set(week, week);
    return { classId, week: known ?? week, holders };
  });
}

async function readCoverage(db: Transaction, now: Date): Promise<readonly z.infer<typeof coverageRow>[]> {
  const since = new Date(now.getTime() - coverageDays * dayMs).toISOString().slice(0, 10);
  const rows = await db.$queryRaw`
    SELECT server, sum(logins)::float8 AS logins, sum(named)::float8 AS named,
      sum(spoke_of_latches)::float8 AS "spokeOfLatches", sum(proxied)::float8 AS proxied,
      sum(proxied_without_tls)::float8 AS "proxiedWithoutTls"
    FROM login_count WHERE day > ${since}::date GROUP BY server ORDER BY server`;
  return z.array(coverageRow).parse(rows);
}

/**
 * Servers of the census by number, with the watched names of those that only an address names: all, or those of some
 * numbers.
 */
export async function loadCensusServers(
  db: Transaction,
  ids: readonly number[] | null = null,
): Promise<ReadonlyMap<number, CensusServer>> {
  const wanted = ids === null ? null : [...ids];
  const rows = z.array(serverRow).parse(
    await db.$queryRaw`
      SELECT id, host, address, service FROM mail_server WHERE ${wanted}::int[] IS NULL OR id = ANY (${wanted}::int[])`,
  );
  const hostsByAddress = await loadHostsOfAddresses(
    db,
    rows.flatMap(({ host, address }) => (host === '' ? [address] : [])),
  );
  return new Map(
    rows.map(({ id, host, address, service }): [number, CensusServer] => [
      id,
      host === ''
        ? { hosts: hostsByAddress.get(address) ?? [], address, service }
        : { hosts: [host], address: null, service },
    ]),
  );
}

function byId<T extends { readonly id: number }>(schema: z.ZodType<T>): (rows: unknown) => ReadonlyMap<number, T> {
  return (rows) =>
    new Map(
      z
        .array(schema)
        .parse(rows)
        .map((row) => [row.id, row]),
    );
}

function found<T>(dictionary: ReadonlyMap<number, T>, id: number): T {
  const entry = dictionary.get(id);
  if (entry === undefined) throw new Error(`the census names number ${String(id)}, which no dictionary has`);
  return entry;
}

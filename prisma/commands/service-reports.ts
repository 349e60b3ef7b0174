import { z } from 'zod';
import { baselineGapMs, baselineMs, failureStepMs, recentMs } from '#lib/census/failure-spike.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { ServiceReports } from '#lib/model/service-reports.ts';
import type { Transaction } from '../client.ts';

/** Findings that reports themselves make: they are no second witness. */
export const findingsOfReports: readonly string[] = [
  'latch-failure-spike',
  'proxy-hides-client-tls',
  'cipher-not-logged',
];
const notYetLookedAt = 'not-looked-at';

const serverRow = z.object({ id: z.number() });
const failureRow = z.object({ tag: z.string(), recent: z.number(), networks: z.number(), baseline: z.number() });
const sumsRow = z.tuple([
  z.object({
    since: z.date().nullable(),
    logins: z.number(),
    proxied: z.number(),
    proxiedWithoutTls: z.number(),
    cipherSeen: z.boolean(),
    faulty: z.boolean(),
  }),
]);
const step = `${String(failureStepMs / 60_000)} minutes`;

/**
 * What was reported of the service of an endpoint: by its host, or by an address of it where a report has no name. Null
 * where nothing was in the last days, and for all endpoints of a service but one, so that one spike is told once: the
 * one with implicit TLS, or else the one with the lowest port.
 */
export async function readServiceReports(
  db: Transaction,
  about: {
    readonly endpointId: string;
    readonly endpoint: EndpointTarget;
    /** Where the endpoint was reached. */
    readonly addresses: readonly string[];
    readonly now: number;
  },
): Promise<ServiceReports | null> {
  const { endpoint, now } = about;
  const { host, service } = endpoint;
  const servers = z
    .array(serverRow)
    .parse(
      await db.$queryRaw`
        SELECT id FROM mail_server WHERE service = ${service}
          AND (host = ${host} OR (host = '' AND address = ANY (${[...about.addresses]}::text[])))`,
    )
    .map(({ id }) => id);
  if (servers.length === 0 || !(await speaksForService(db, about))) return null;
  const from = new Date(now - baselineMs);
  const fromDay = from.toISOString().slice(0, 10);
  const [sums] = sumsRow.parse(
    await db.$queryRaw`
      SELECT LEAST(
          (SELECT min(day)::timestamptz FROM login_count WHERE server = ANY (${servers}::int[]) AND day >= ${fromDay}::date),
          (SELECT min(slot) FROM latch_failure WHERE server = ANY (${servers}::int[]) AND slot >= ${from})
        ) AS since,
        coalesce(sum(logins), 0)::float8 AS logins, coalesce(sum(proxied), 0)::float8 AS proxied,
        coalesce(sum(proxied_without_tls), 0)::float8 AS "proxiedWithoutTls",
        EXISTS (
          SELECT FROM census_class JOIN client_tls ON client_tls.id = census_class.tls
          WHERE census_class.server = ANY (${servers}::int[]) AND client_tls.cipher <> '' AND (
            EXISTS (SELECT FROM census_cube WHERE class = census_class.id AND holders > 0
              AND week >= date_trunc('week', ${fromDay}::date))
            OR EXISTS (SELECT FROM census_delta WHERE class = census_class.id AND change > 0
              AND week >= date_trunc('week', ${fromDay}::date)))
        ) AS "cipherSeen",
        EXISTS (
          SELECT FROM finding JOIN endpoint ON endpoint.id = finding.endpoint_id
          WHERE endpoint.host = ${host} AND endpoint.service = ${service} AND finding.ended_at IS NULL
            AND finding.verdict IN ('fail', 'crit') AND finding.code <> ALL (${[...findingsOfReports, notYetLookedAt]}::text[])
        ) AS faulty
      FROM login_count WHERE server = ANY (${servers}::int[]) AND day >= ${fromDay}::date`,
  );
  if (sums.since === null) return null;
  const { since, ...rest } = sums;
  return { ...rest, knownSince: since.getTime(), failures: await readFailureCounts(db, { servers, now }) };
}

const reportedRow = z.object({ id: z.string() });

/** Those of several endpoints that any report may be about: for all others `readServiceReports` has nothing. */
export async function findReported(
  db: Transaction,
  endpoints: readonly {
    readonly endpointId: string;
    readonly endpoint: EndpointTarget;
    /** Where the endpoint was reached. */
    readonly addresses: readonly string[];
  }[],
): Promise<ReadonlySet<string>> {
  const asked = endpoints.map(({ endpointId: id, endpoint: { service, host }, addresses }) => ({
    ...{ id, service, host, addresses },
  }));
  const rows = await db.$queryRaw`
    SELECT id FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
      AS asked (id text, service text, host text, addresses text[])
    WHERE EXISTS (
      SELECT FROM mail_server WHERE mail_server.service = asked.service
        AND (mail_server.host = asked.host OR (mail_server.host = '' AND address = ANY (asked.addresses))))`;
  return new Set(
    z
      .array(reportedRow)
      .parse(rows)
      .map(({ id }) => id),
  );
}

async function speaksForService(
  db: Transaction,
  { endpointId, endpoint: { host, service } }: { readonly endpointId: string; readonly endpoint: EndpointTarget },
): Promise<boolean> {
  const rows = await db.$queryRaw`
    SELECT id FROM endpoint WHERE host = ${host} AND service = ${service} AND EXISTS (
      SELECT FROM domain_endpoint WHERE endpoint_id = endpoint.id AND removed_at IS NULL AND NOT dismissed)
    ORDER BY tls_mode = 'implicit' DESC, port, id LIMIT 1`;
  const [first] = z.array(z.object({ id: z.string() })).parse(rows);
  return first === undefined || first.id === endpointId;
}

/** Tags with reports in the last minutes, beside what is usual for them. Who reports again in a step counts once. */
export async function readFailureCounts(
  db: Transaction,
  { servers, now }: { readonly servers: readonly number[]; readonly now: number },
): Promise<ServiceReports['failures']> {
  const [from, gap, recent, until] = [now - baselineMs, now - baselineGapMs, now - recentMs, now].map(
    (instant) => new Date(instant),
  );
  const rows = await db.$queryRaw`
    WITH recent AS (
      SELECT tag, count(DISTINCT (network, client))::int AS recent,
        count(DISTINCT network) FILTER (WHERE network <> '')::int AS networks
      FROM latch_failure
      WHERE server = ANY (${[...servers]}::int[]) AND slot > ${recent} AND slot <= ${until} GROUP BY tag
    )
    SELECT tag, recent, networks, (
      SELECT count(DISTINCT (date_bin(${step}::interval, slot, 'epoch'::timestamptz), network, client))
      FROM latch_failure WHERE server = ANY (${[...servers]}::int[]) AND latch_failure.tag = recent.tag
        AND slot > ${from} AND slot <= ${gap}
    )::int AS baseline
    FROM recent ORDER BY recent DESC, tag LIMIT 50`;
  return z.array(failureRow).parse(rows);
}

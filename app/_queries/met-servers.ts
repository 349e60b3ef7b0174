import { z } from 'zod';
import type { MetAddress } from '#lib/evidence/srv-reality.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import { readChain } from '#lib/x509/read-chain.ts';
import { database } from './database.ts';
import { readService, readTlsMode } from './read-word.ts';

/** A watched endpoint of a domain, and what the latest probe met at each of its addresses. */
export interface MetServer {
  readonly id: string;
  readonly target: EndpointTarget;
  readonly lastProbedAt: Date | null;
  /** Empty: it was not probed yet, or its name has no address. */
  readonly met: readonly MetAddress[];
}

const row = z.object({
  id: z.string(),
  service: z.string().transform(readService),
  tlsMode: z.string().transform(readTlsMode),
  host: z.string(),
  port: z.number(),
  lastProbedAt: z.date().nullable(),
  address: z.string().nullable(),
  greeted: z.boolean().nullable(),
  reason: z.string().nullable(),
  version: z.string().nullable(),
  trusted: z.boolean().nullable(),
  der: z.instanceof(Uint8Array).nullable(),
});

const mostRows = 400;

/** The endpoints of a domain with the sessions of their latest run, out of the facts that spans keep. */
export async function readMetServers(domainId: string): Promise<readonly MetServer[]> {
  const rows = await database().$queryRaw`
    SELECT endpoint.id, service, tls_mode AS "tlsMode", host, port, last_probed_at AS "lastProbedAt", seen.address,
      (seen.facts->>'greeted')::boolean AS greeted, seen.facts->'failure'->>'reason' AS reason,
      seen.facts->'tls'->>'version' AS version, (seen.facts->'tls'->'pkix'->>'trusted')::boolean AS trusted,
      certificate.der
    FROM domain_endpoint AS link JOIN endpoint ON endpoint.id = link.endpoint_id
    LEFT JOIN LATERAL (
      SELECT address, facts, last_seen, max(last_seen) OVER () AS latest FROM observation_span
      WHERE endpoint_id = endpoint.id AND newest AND kind = 'session'
    ) AS seen ON seen.last_seen = seen.latest
    LEFT JOIN certificate ON certificate.fingerprint = seen.facts->'tls'->'chain'->>0
    WHERE link.domain_id = ${domainId} AND link.removed_at IS NULL
    ORDER BY host, port, endpoint.id, seen.address LIMIT ${mostRows}`;
  const servers = new Map<string, MetServer>();
  for (const one of z.array(row).parse(rows)) {
    const { id, service, tlsMode, host, port, lastProbedAt } = one;
    const known = servers.get(id) ?? { id, target: { service, tlsMode, host, port }, lastProbedAt, met: [] };
    servers.set(id, { ...known, met: [...known.met, ...metAddress(one)] });
  }
  return [...servers.values()];
}

function metAddress({ address, greeted, reason, version, trusted, der }: z.infer<typeof row>): readonly MetAddress[] {
  if (address === null) return [];
  const [leaf] = der === null ? [] : readChain([Buffer.from(der).toString('base64')]);
  return [
    {
      address,
      greeted: greeted === true,
      failure: reason,
      tlsVersion: version,
      trusted,
      dnsNames: leaf?.dnsNames ?? null,
    },
  ];
}

import { z } from 'zod';
import type { JudgeContext, KnownCertificate } from '#lib/checks/check.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { ScanObservation } from '#lib/model/scan-observation.ts';
import type { Transaction } from '../client.ts';
import { listGivenCertificates } from './known-certificates.ts';

/** What was not seen for this long is no witness any more. */
const witnessMs = 30 * 86_400_000;
/** Certificates of one host that are compared with; a host has a handful of services. */
const maxSeen = 50;

/**
 * What the checks of a deep scan need besides `readJudgeContext`: certificates for the host that are known from elsewhere,
 * and which watched hosts answer at the same addresses.
 */
export async function readScanContext(
  db: Transaction,
  about: {
    readonly endpointId: string;
    readonly endpoint: EndpointTarget;
    /** The name that certificates are judged by; null: the host. */
    readonly serverName: string | null;
    readonly scan: ScanObservation;
    /** Milliseconds since the epoch. */
    readonly now: number;
  },
): Promise<Required<Pick<JudgeContext, 'knownCertificates' | 'hostedNames' | 'watchedAddresses'>>> {
  const { endpoint, serverName, scan } = about;
  const scanned = scan.addresses.map(({ address }) => address);
  const ofStatus = scan.statusUrls.flatMap(({ addresses }) => addresses);
  const [given, seen, neighbours] = await Promise.all([
    listGivenCertificates(db, serverName ?? endpoint.host),
    readSeenCertificates(db, about),
    readNeighbours(db, { addresses: [...new Set([...scanned, ...ofStatus])], since: about.now - witnessMs }),
  ]);
  return {
    knownCertificates: [
      ...given.map(({ der, givenBy }): KnownCertificate => ({ der, source: 'given', seenAt: givenBy })),
      ...seen,
    ],
    hostedNames: [...new Set(neighbours.filter(({ address }) => scanned.includes(address)).map(({ host }) => host))],
    watchedAddresses: [
      ...new Set(neighbours.map(({ address }) => address).filter((address) => ofStatus.includes(address))),
    ],
  };
}

const seenRow = z.object({ der: z.instanceof(Uint8Array), port: z.number(), address: z.string() });

/**
 * Leaf certificates that other services of the host show. Addresses of the same service are left out: that they differ is
 * said where they are compared with each other.
 */
async function readSeenCertificates(
  db: Transaction,
  {
    endpointId,
    endpoint,
    now,
  }: { readonly endpointId: string; readonly endpoint: EndpointTarget; readonly now: number },
): Promise<readonly KnownCertificate[]> {
  const rows = await db.$queryRaw`
    SELECT certificate.der, endpoint.port, span.address
    FROM endpoint
    JOIN observation_span AS span ON span.endpoint_id = endpoint.id
    CROSS JOIN LATERAL (VALUES (span.facts #>> '{tls,chain,0}'), (span.facts #>> '{keys,rsa,facts,chain,0}'),
      (span.facts #>> '{keys,ec,facts,chain,0}')) AS leaf(fingerprint)
    JOIN certificate ON certificate.fingerprint = leaf.fingerprint
    WHERE endpoint.host = ${endpoint.host} AND endpoint.id <> ${endpointId}
      AND span.newest AND span.kind IN ('session', 'scan') AND span.last_seen >= ${new Date(now - witnessMs)}
    ORDER BY span.last_seen DESC LIMIT ${maxSeen}`;
  return z
    .array(seenRow)
    .parse(rows)
    .map(({ der, port, address }) => ({
      der: Buffer.from(der).toString('base64'),
      source: 'seen',
      seenAt: `${endpoint.host}:${port} (${address})`,
    }));
}

const neighbourRow = z.object({ host: z.string(), address: z.string() });

/** Which watched hosts were seen at these addresses. */
async function readNeighbours(
  db: Transaction,
  { addresses, since }: { readonly addresses: readonly string[]; readonly since: number },
): Promise<readonly z.infer<typeof neighbourRow>[]> {
  if (addresses.length === 0) return [];
  const rows = await db.$queryRaw`
    SELECT DISTINCT endpoint.host, span.address
    FROM observation_span AS span JOIN endpoint ON endpoint.id = span.endpoint_id
    WHERE span.kind = 'session' AND span.newest AND span.address = ANY(${[...addresses]}::text[])
      AND span.last_seen >= ${new Date(since)}
    ORDER BY endpoint.host, span.address LIMIT 1000`;
  return z.array(neighbourRow).parse(rows);
}

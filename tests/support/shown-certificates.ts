import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { TlsaRecord } from '#lib/model/observation.ts';
import { splitEndpointObservation } from '#lib/model/span.ts';
import type { Database } from '#prisma/client.ts';
import { saveSpans } from '#workers/store/spans.ts';
import type { TestCertificate } from './certificates.ts';
import { changeSessions, changeTlsa, healthyEndpoint, testEndpoint, trustedTls } from './observations.ts';

/** Makes an endpoint of a domain, watched, whose latest run saw these certificates; `chains` has one for each address, or one for both. */
export async function showCertificates(
  db: Database,
  shown: {
    readonly id: string;
    readonly domainId: string;
    readonly service?: EndpointTarget['service'];
    readonly host: string;
    readonly chains: readonly (readonly TestCertificate[])[];
    readonly tlsa?: readonly TlsaRecord[];
    readonly at: Date;
  },
): Promise<void> {
  const { id, domainId, service, host, chains, tlsa = [], at } = shown;
  const target = { ...testEndpoint(service), host };
  await db.endpoint.upsert({
    where: { id },
    create: { id, ...target, createdAt: at, lastProbedAt: at, lastVerdict: 'pass' },
    update: {},
  });
  const seen = { firstSeen: at, lastSeen: at };
  await db.domainEndpoint.upsert({
    where: { domainId_endpointId: { domainId, endpointId: id } },
    create: { domainId, endpointId: id, origin: 'manual', ...seen },
    update: {},
  });
  const observation = changeTlsa(
    changeSessions(healthyEndpoint(target), (_session, index) => ({
      tls: trustedTls(chains[index] ?? chains[0] ?? []),
    })),
    tlsa,
    { dnssec: { state: 'secure', expiresAt: at.getTime() + 10 * 86_400_000 } },
  );
  await saveSpans(db, {
    ...splitEndpointObservation(observation),
    ...{ endpointId: id, domainId: null, zoneId: null, vantage: 'test', seenAt: at.getTime() },
  });
}

import type { JudgeContext, WatchedService } from '#lib/checks/check.ts';
import { undeclared } from '#lib/model/declaration.ts';
import { services, tlsModes } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { z } from 'zod';
import type { Transaction } from '../client.ts';
import { readDeclarationsOf } from './declarations.ts';
import { readLatestObservations } from './latest-observation.ts';

/** Endpoints of one domain that its checks look at: those that an inventory names first, guesses last. */
const maxWatched = 60;

const linkRow = z.object({
  id: z.string(),
  service: z.enum(services),
  tlsMode: z.enum(tlsModes),
  host: z.string(),
  port: z.number(),
  origin: z.string(),
  declared: z.boolean(),
  advertised: z.boolean(),
});

/** What the checks of one domain need besides its records: its endpoints as the latest probe of each left them. */
export async function readDomainContext(
  db: Transaction,
  about: {
    readonly domainId: string;
    readonly now: number;
    /** Latest runs that are at hand, by id of the endpoint; absent: none. */
    readonly known?: ReadonlyMap<string, EndpointObservation>;
  },
): Promise<JudgeContext> {
  const { domainId, now, known = new Map<string, EndpointObservation>() } = about;
  const domain = await db.domain.findUnique({ where: { id: domainId }, select: { inventoryAt: true } });
  const rows = await db.$queryRaw`
    SELECT endpoint.id, service, tls_mode AS "tlsMode", host, port, origin, declared,
      (removed_at IS NULL AND origin IN ('srv', 'mx', 'autoconfig')) AS advertised
    FROM domain_endpoint JOIN endpoint ON endpoint.id = endpoint_id
    WHERE domain_id = ${domainId} AND NOT dismissed AND (removed_at IS NULL OR declared)
    ORDER BY declared DESC, origin = 'guess', service, tls_mode, host, port
    LIMIT ${maxWatched}`;
  const links = z.array(linkRow).parse(rows);
  const wanted = links.map(({ id, service, tlsMode, host, port }) => ({
    endpointId: id,
    endpoint: { service, tlsMode, host, port },
  }));
  const declared = await readDeclarationsOf(
    db,
    wanted.map(({ endpointId }) => endpointId),
  );
  const missing = wanted.filter(({ endpointId }) => !known.has(endpointId));
  const observations = missing.length === 0 ? known : await readLatestObservations(db, missing);
  const watched = links.map(({ id, ...link }): WatchedService => ({
    target: { service: link.service, tlsMode: link.tlsMode, host: link.host, port: link.port },
    ...{ origin: link.origin, declared: link.declared, advertised: link.advertised },
    declaration: declared.get(id)?.declaration ?? undeclared,
    latest: known.get(id) ?? observations.get(id) ?? null,
  }));
  const inventoryDeclared = domain !== null && domain.inventoryAt !== null;
  return { now, watched, inventoryDeclared };
}

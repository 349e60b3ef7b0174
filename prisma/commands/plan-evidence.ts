import { z } from 'zod';
import { services, tlsModes, type EndpointTarget } from '#lib/model/endpoint.ts';
import { namedHosts, type PlannedChange } from '#lib/planner/change.ts';
import { endpointEvidence } from '#lib/planner/endpoint-evidence.ts';
import type { EndpointEvidence, PlanEvidence } from '#lib/planner/evidence.ts';
import type { Certificate } from '#lib/x509/certificate.ts';
import type { Transaction } from '../client.ts';
import { readDeclaration } from './declarations.ts';
import { readLatestObservation } from './latest-observation.ts';
import { readLatestScan } from './latest-scan.ts';
import { readProvedSince } from './proved-since.ts';
import { watchedEndpoint } from './zones.ts';

/** Endpoints that one plan looks at. */
const maxEndpoints = 300;

const endpointRow = z.object({
  id: z.string(),
  service: z.enum(services),
  tlsMode: z.enum(tlsModes),
  host: z.string(),
  port: z.number(),
});

/**
 * What the servers that a change concerns prove, as of their latest looks. `authorities`: CA certificates that clients are
 * taken to trust; those of paths that are trusted today join them.
 */
export async function readPlanEvidence(
  db: Transaction,
  asked: { readonly change: PlannedChange; readonly authorities: readonly Certificate[]; readonly now: Date },
): Promise<PlanEvidence> {
  const { change, authorities, now } = asked;
  const rows = await db.endpoint.findMany({
    where: { ...hostsOf(change), ...watchedEndpoint },
    select: { id: true, service: true, tlsMode: true, host: true, port: true },
    orderBy: [{ host: 'asc' }, { port: 'asc' }, { id: 'asc' }],
    take: maxEndpoints,
  });
  const endpoints: EndpointEvidence[] = [];
  // One after the other: a plan of many hosts must not take all connections.
  for (const { id, ...target } of z.array(endpointRow).parse(rows)) {
    endpoints.push(await readEndpoint(db, { id, target, change, now: now.getTime() }));
  }
  const trusted = endpoints.flatMap(({ addresses }) =>
    addresses.flatMap(({ shown }) => shown.flatMap(({ verifiedPath }) => verifiedPath?.at(-1) ?? [])),
  );
  return {
    endpoints,
    authorities: [
      ...new Map([...authorities, ...trusted].map((authority) => [authority.fingerprint, authority])).values(),
    ],
    dsTtlSeconds: change.op === 'unsign_zone' ? await readDsTtl(db, change.zone) : null,
  };
}

/** The watched endpoints of the hosts that a change concerns. */
export async function listEndpointIds(db: Transaction, change: PlannedChange): Promise<readonly string[]> {
  const where = { ...hostsOf(change), ...watchedEndpoint };
  const rows = await db.endpoint.findMany({ where, select: { id: true }, orderBy: { id: 'asc' }, take: maxEndpoints });
  return rows.map(({ id }) => id);
}

function hostsOf(change: PlannedChange) {
  return change.op === 'unsign_zone'
    ? { OR: [{ host: change.zone }, { host: { endsWith: `.${change.zone}` } }] }
    : { host: { in: [...namedHosts(change)] } };
}

async function readEndpoint(
  db: Transaction,
  asked: {
    readonly id: string;
    readonly target: EndpointTarget;
    readonly change: PlannedChange;
    readonly now: number;
  },
): Promise<EndpointEvidence> {
  const { id: endpointId, target, change, now } = asked;
  const observation = await readLatestObservation(db, { endpointId, endpoint: target });
  const scan = await readLatestScan(db, { endpointId, endpoint: target });
  const { serverName } = (await readDeclaration(db, endpointId)).declaration;
  const found = endpointEvidence({ target, observation, scan, serverName, now });
  if (change.op !== 'advertise') return found;
  const since = await readProvedSince(db, { endpointId, target, serverName, tag: change.tag, now });
  return {
    ...found,
    addresses: found.addresses.map((one) => ({ ...one, provedSince: since.get(one.address) ?? null })),
  };
}

const linkRow = z.object({ ttl: z.number() });

/** TTL of the DS records of a zone at its parent, as of the latest look at it; null: not seen. */
async function readDsTtl(db: Transaction, zone: string): Promise<number | null> {
  const rows = await db.$queryRaw`
    SELECT max((link->>'dsTtlSeconds')::float8) AS ttl
    FROM (
      SELECT evidence FROM observation_span JOIN zone ON zone.id = zone_id
      WHERE zone.name = ${zone} AND kind = 'zone' ORDER BY last_seen DESC LIMIT 1
    ) AS latest
    CROSS JOIN LATERAL jsonb_array_elements(evidence->'validations') AS validation
    CROSS JOIN LATERAL jsonb_array_elements(validation->'links') AS link
    WHERE link->>'zone' = ${zone} AND link->>'dsTtlSeconds' IS NOT NULL
    HAVING count(*) > 0`;
  return z.array(linkRow).parse(rows)[0]?.ttl ?? null;
}

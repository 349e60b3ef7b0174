import { z } from 'zod';
import type { TlsaLook } from '#lib/dane/held-since.ts';
import { tlsaOwner } from '#lib/dane/served-tlsa.ts';
import { undeclared, type Declaration } from '#lib/model/declaration.ts';
import { services, tlsModes, type EndpointTarget } from '#lib/model/endpoint.ts';
import { censusAtHost } from '#lib/planner/census-at-host.ts';
import { noMemory, type PreflightMemory } from '#lib/planner/collect-certificate-facts.ts';
import type { Transaction } from '../client.ts';
import { loadCensusCube } from './census-cube.ts';
import { readDeclaration } from './declarations.ts';
import { servedTlsaSet } from './preflights.ts';
import { readZoneLooks } from './zone-looks.ts';
import { watchedEndpoint } from './zones.ts';

const targetRow = z.object({
  id: z.string(),
  service: z.enum(services),
  tlsMode: z.enum(tlsModes),
  host: z.string(),
  port: z.number(),
  zoneId: z.string().nullable(),
});

/** Earlier preflights that are gone through, the latest first: caches forget sooner. */
const maxLooks = 200;

/** The watched endpoints of some hosts. */
export async function readWatchedTargets(
  db: Transaction,
  hosts: readonly string[],
): Promise<readonly EndpointTarget[]> {
  const rows = await db.endpoint.findMany({
    where: { host: { in: [...hosts] }, ...watchedEndpoint },
    select: { service: true, tlsMode: true, host: true, port: true },
    orderBy: [{ host: 'asc' }, { port: 'asc' }],
    take: 200,
  });
  return z.array(targetRow.omit({ id: true, zoneId: true })).parse(rows);
}

/** Where and under which name an operator wants an endpoint to be looked at; nobody said so of one that is not known. */
export async function readDeclaredWay(
  db: Transaction,
  { service, tlsMode, host, port }: EndpointTarget,
): Promise<Pick<Declaration, 'address' | 'serverName'>> {
  const found = await db.endpoint.findUnique({
    where: { service_tlsMode_host_port: { service, tlsMode, host, port } },
  });
  return found === null ? undeclared : (await readDeclaration(db, found.id)).declaration;
}

/** What is known of an endpoint from before. */
export async function readPreflightMemory(
  db: Transaction,
  { target, now }: { readonly target: EndpointTarget; readonly now: Date },
): Promise<PreflightMemory> {
  const { service, tlsMode, host, port } = target;
  const owner = tlsaOwner(target);
  const [found, commitments, cube, fromPreflights] = await Promise.all([
    db.endpoint.findUnique({ where: { service_tlsMode_host_port: { service, tlsMode, host, port } } }),
    db.commitment.findMany({ where: { host }, select: { tag: true, firstSeen: true } }),
    loadCensusCube(db, now),
    readPreflightLooks(db, owner),
  ]);
  const promised = commitments.map(({ tag }) => tag);
  const census = censusAtHost(cube, {
    host,
    promised: commitments.map(({ tag, firstSeen }) => ({ host, tag, firstSeen: firstSeen.getTime() })),
  });
  if (found === null) return { ...noMemory, looks: fromPreflights, promised, census };
  const endpoint = targetRow.parse(found);
  const fromZone = endpoint.zoneId === null ? [] : await readZoneLooks(db, { zoneId: endpoint.zoneId, owner });
  const { declaration } = await readDeclaration(db, endpoint.id);
  return {
    ...noMemory,
    looks: [...fromZone, ...fromPreflights],
    promised,
    names: declaration.serverName === null ? [] : [declaration.serverName],
    census,
  };
}

const preflightLookRow = z.object({ at: z.number(), servers: servedTlsaSet });

async function readPreflightLooks(db: Transaction, owner: string): Promise<readonly TlsaLook[]> {
  const rows = await db.$queryRaw`
    SELECT (seen->>'at')::float8 AS at, seen->'servers' AS servers
    FROM preflight CROSS JOIN LATERAL jsonb_array_elements(answer->'seen') AS seen
    WHERE answer IS NOT NULL AND seen->>'owner' = ${owner} ORDER BY requested_at DESC LIMIT ${maxLooks}`;
  return z
    .array(preflightLookRow)
    .parse(rows)
    .map(({ at, servers }) => ({ firstSeen: at, lastSeen: at, servers }));
}

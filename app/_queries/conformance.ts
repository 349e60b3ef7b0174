import { allFindings, judgeDomain, judgeScan, judgeZone } from '#lib/checks/registry.ts';
import { judgeConformance, type JudgedLook, type StatementStanding } from '#lib/draft/conformance.ts';
import { draftStatements } from '#lib/draft/statements.ts';
import { domainObservationSchema } from '#lib/model/discover-schema.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { readStoredJson } from '#lib/model/stored-text.ts';
import { readDomainContext } from '#prisma/commands/domain-context.ts';
import { readLatestObservations } from '#prisma/commands/latest-observation.ts';
import { readLatestScan } from '#prisma/commands/latest-scan.ts';
import { readScanContext } from '#prisma/commands/scan-context.ts';
import { z } from 'zod';
import { database } from './database.ts';
import { readDnsSummaries } from './domain-dns.ts';
import { judgeLatestRuns, type EndpointEvidence } from './endpoint-evidence.ts';
import { keepReading, type KeptReading, type Reading } from './kept-reading.ts';
import { listEndpoints, type EndpointRecord } from './endpoints.ts';
import { listZonesOf, readZoneObservation, type ZoneRecord } from './zones.ts';

/** Endpoints that are judged for one page: a domain has a dozen, and each costs several questions to the database. */
const maxEndpoints = 60;

export interface Conformance {
  readonly rows: readonly StatementStanding[];
  readonly endpoints: readonly EndpointRecord[];
  /** True: the domain has more endpoints than were judged. */
  readonly incomplete: boolean;
}

/** Every statement of the draft with what the latest looks at a domain, its endpoints and its zones say of it. */
export async function readConformance(
  domain: { readonly id: string; readonly name: string },
  now: Date,
): Promise<Conformance> {
  const [{ endpoints, next }, zones] = await Promise.all([
    listEndpoints({ domain: domain.name, after: null, limit: maxEndpoints, now }),
    listZonesOf(domain.id, now),
  ]);
  const wanted = endpoints.map(({ id, service, tlsMode, host, port }) => ({
    endpointId: id,
    endpoint: { service, tlsMode, host, port },
  }));
  const [observations, scanned] = await Promise.all([
    readLatestObservations(database(), wanted),
    readScannedIds(endpoints.map(({ id }) => id)),
  ]);
  const looks: JudgedLook[] = [...(await lookAtDomain(domain.id, { observations, now }))];
  const judged = await judgeLatestRuns(
    endpoints.flatMap((endpoint) => {
      const observation = observations.get(endpoint.id);
      return observation === undefined ? [] : [{ endpointId: endpoint.id, endpoint, observation }];
    }),
  );
  for (const endpoint of endpoints) {
    const evidence = judged.get(endpoint.id);
    if (evidence === undefined) continue;
    looks.push(...(await lookAtEndpoint(endpoint, { evidence, scanned: scanned.has(endpoint.id), now })));
  }
  for (const zone of zones) looks.push(...(await lookAtZone(zone)));
  return {
    rows: judgeConformance({ statements: draftStatements, findings: allFindings, looks }),
    endpoints,
    incomplete: next !== null,
  };
}

const kept = new Map<string, KeptReading<Conformance>>();
const maxKept = 20;

/** `readConformance` of a domain that was asked for lately, at most some minutes old; its age comes with it. */
export async function readKeptConformance(
  domain: { readonly id: string; readonly name: string },
  now: Date,
): Promise<Reading<Conformance>> {
  const { id, name } = domain;
  const reading =
    kept.get(id) ??
    keepReading((at) => readConformance({ id, name }, at), {
      what: 'the conformance of a domain',
      keptForMs: 20_000,
      usableForMs: 2 * 60_000,
    });
  // The one that was asked for last stands last.
  kept.delete(id);
  kept.set(id, reading);
  for (const oldest of [...kept.keys()].slice(0, -maxKept)) kept.delete(oldest);
  return reading.read(now);
}

const scannedRow = z.object({ id: z.string() });

async function readScannedIds(endpointIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await database().$queryRaw`
    SELECT DISTINCT endpoint_id AS id FROM observation_span
    WHERE endpoint_id = ANY(${[...endpointIds]}::text[]) AND newest AND kind = 'status-url'`;
  return new Set(
    z
      .array(scannedRow)
      .parse(rows)
      .map(({ id }) => id),
  );
}

async function lookAtEndpoint(
  endpoint: EndpointRecord,
  look: { readonly evidence: EndpointEvidence; readonly scanned: boolean; readonly now: Date },
): Promise<readonly JudgedLook[]> {
  const { evidence, scanned, now } = look;
  const stale = endpoint.freshness !== 'fresh';
  const scan = scanned ? await readLatestScan(database(), { endpointId: endpoint.id, endpoint }) : null;
  const probed = { judgements: evidence.judgements, stale };
  if (scan === null) return [probed];
  const { service, tlsMode, host, port } = endpoint;
  const elsewhere = await readScanContext(database(), {
    ...{ endpointId: endpoint.id, endpoint: { service, tlsMode, host, port }, scan, now: scan.finishedAt },
    serverName: evidence.context.declaration?.serverName ?? null,
  });
  const judged = judgeScan(scan, { ...evidence.context, ...elsewhere, now: scan.finishedAt });
  return [probed, { judgements: judged, stale: now.getTime() - scan.finishedAt > scanStaleAfterMs }];
}

/** Deep scans are daily (workers/run.ts): two rounds and an hour of grace. */
const scanStaleAfterMs = 49 * 60 * 60 * 1000;

const storedLook = z.array(z.object({ evidence: z.string() }));

async function lookAtDomain(
  domainId: string,
  { observations, now }: { readonly observations: ReadonlyMap<string, EndpointObservation>; readonly now: Date },
): Promise<readonly JudgedLook[]> {
  const [rows, summaries] = await Promise.all([
    database().$queryRaw`
      SELECT evidence::text AS evidence FROM observation_span
      WHERE domain_id = ${domainId} AND kind = 'discovery' ORDER BY last_seen DESC LIMIT 1`,
    readDnsSummaries([domainId], now),
  ]);
  const [row] = storedLook.parse(rows);
  if (row === undefined) return [];
  // A look of an older version has another shape: then nothing is known until the next.
  const observation = domainObservationSchema.safeParse(readStoredJson(row.evidence));
  if (!observation.success) return [];
  const context = await readDomainContext(database(), {
    ...{ domainId, now: observation.data.finishedAt },
    known: observations,
  });
  const judgements = judgeDomain(observation.data, context);
  return [{ judgements, stale: summaries.get(domainId)?.freshness !== 'fresh' }];
}

async function lookAtZone({ id, freshness }: ZoneRecord): Promise<readonly JudgedLook[]> {
  const observation = await readZoneObservation(id);
  if (observation === null) return [];
  const judgements = judgeZone(observation, { now: observation.finishedAt });
  return [{ judgements, stale: freshness !== 'fresh' }];
}

import type { JudgeContext } from '#lib/checks/check.ts';
import { needsScan } from '#lib/deep/prove.ts';
import { undeclared } from '#lib/model/declaration.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import type { Transaction } from '../client.ts';
import { readBaselines } from './baseline.ts';
import { readDeclarationsOf } from './declarations.ts';
import { readLatestObservations } from './latest-observation.ts';
import { readLatestScan } from './latest-scan.ts';
import { readMixedAddressesOf } from './mixed-addresses.ts';
import { findReported, readServiceReports } from './service-reports.ts';
import { readSightings } from './sightings.ts';
import { readTlsaUnmatchedSince } from './tlsa-history.ts';

/** A run to judge as of the time it was made. */
export interface RunToJudge {
  readonly endpointId: string;
  readonly endpoint: EndpointTarget;
  readonly observation: EndpointObservation;
}

/**
 * `readJudgeContext` of several endpoints, by id. A few questions to the database, however many endpoints; more only for
 * those that have a history of TLSA records, a handshake that came to nothing, or reports of clients.
 */
export async function readJudgeContexts(
  db: Transaction,
  runs: readonly RunToJudge[],
): Promise<ReadonlyMap<string, JudgeContext>> {
  if (runs.length === 0) return new Map();
  const ids = runs.map(({ endpointId }) => endpointId);
  const [commitments, declared, mixed, baselines, reported] = await Promise.all([
    readSightings(db, { where: { host: { in: [...new Set(runs.map(({ endpoint }) => endpoint.host))] } } }),
    readDeclarationsOf(db, ids),
    readMixedAddressesOf(db, ids),
    readBaselines(db, ids),
    findReported(
      db,
      runs.map((run) => ({ ...run, addresses: addressesOf(run) })),
    ),
  ]);
  const fronted = [...declared.values()].flatMap(({ backend }) =>
    backend === null ? [] : [{ endpointId: backend.id, endpoint: backend.target }],
  );
  const backends = fronted.length === 0 ? null : await readLatestObservations(db, fronted);
  const contexts = new Map<string, JudgeContext>();
  // One after the other: who reads many must not take all connections to the database.
  for (const run of runs) {
    const { endpointId, endpoint, observation } = run;
    const now = observation.finishedAt;
    const { declaration, backend } = declared.get(endpointId) ?? { declaration: undeclared, backend: null };
    const behind = backend === null ? undefined : backends?.get(backend.id);
    const baseline = baselines.get(endpointId);
    const scan = needsScan(observation) ? await readLatestScan(db, { endpointId, endpoint }) : null;
    const reports = reported.has(endpointId)
      ? await readServiceReports(db, { endpointId, endpoint, now, addresses: addressesOf(run) })
      : null;
    contexts.set(endpointId, {
      now,
      tlsaUnmatchedSince: await readTlsaUnmatchedSince(db, { endpointId, observation }),
      commitments: commitments.filter(({ host }) => host === endpoint.host),
      declaration,
      mixedAddresses: mixed.get(endpointId) ?? [],
      ...(baseline === undefined ? {} : { baseline }),
      ...(behind === undefined ? {} : { backend: behind }),
      ...(scan === null ? {} : { scan }),
      ...(reports === null ? {} : { reports }),
    });
  }
  return contexts;
}

function addressesOf({ observation }: RunToJudge): readonly string[] {
  return observation.sessions.map(({ address }) => address);
}

import type { JudgeContext } from '#lib/checks/check.ts';
import { needsScan } from '#lib/deep/prove.ts';
import type { Declaration } from '#lib/model/declaration.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import type { Transaction } from '../client.ts';
import { readBaseline } from './baseline.ts';
import { readDeclaration } from './declarations.ts';
import { readLatestObservation } from './latest-observation.ts';
import { readLatestScan } from './latest-scan.ts';
import { readMixedAddresses } from './mixed-addresses.ts';
import { readServiceReports } from './service-reports.ts';
import { readSightings } from './sightings.ts';
import { readTlsaUnmatchedSince } from './tlsa-history.ts';

/**
 * What the checks of one endpoint need besides the run itself: what the host promised, what an operator declared, what it
 * was like before. Workers judge with it, and the console judges kept runs again with it.
 */
export async function readJudgeContext(
  db: Transaction,
  about: {
    readonly endpointId: string;
    readonly endpoint: EndpointTarget;
    /** The run to judge. */
    readonly observation: EndpointObservation;
    /** Milliseconds since the epoch. */
    readonly now: number;
  },
): Promise<JudgeContext> {
  const { endpointId, endpoint, observation, now } = about;
  const [tlsaUnmatchedSince, commitments, declared, mixedAddresses, baseline, scan, reports] = await Promise.all([
    readTlsaUnmatchedSince(db, { endpointId, observation }),
    readSightings(db, { where: { host: endpoint.host } }),
    readDeclared(db, endpointId),
    readMixedAddresses(db, endpointId),
    readBaseline(db, endpointId),
    needsScan(observation) ? readLatestScan(db, { endpointId, endpoint }) : null,
    readServiceReports(db, {
      endpointId,
      endpoint,
      now,
      addresses: observation.sessions.map(({ address }) => address),
    }),
  ]);
  return {
    now,
    tlsaUnmatchedSince,
    commitments,
    declaration: declared.declaration,
    mixedAddresses,
    ...(baseline === undefined ? {} : { baseline }),
    ...(declared.backend === null ? {} : { backend: declared.backend }),
    ...(scan === null ? {} : { scan }),
    ...(reports === null ? {} : { reports }),
  };
}

interface Declared {
  readonly declaration: Declaration;
  readonly backend: EndpointObservation | null;
}

async function readDeclared(db: Transaction, endpointId: string): Promise<Declared> {
  const { declaration, backend } = await readDeclaration(db, endpointId);
  if (backend === null) return { declaration, backend };
  return {
    declaration,
    backend: await readLatestObservation(db, { endpointId: backend.id, endpoint: backend.target }),
  };
}

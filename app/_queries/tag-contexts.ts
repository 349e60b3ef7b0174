import type { JudgeContext } from '#lib/checks/check.ts';
import { needsScan } from '#lib/deep/prove.ts';
import { undeclared } from '#lib/model/declaration.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { readDeclarationsOf } from '#prisma/commands/declarations.ts';
import { readLatestProofs } from '#prisma/commands/latest-observation.ts';
import { readLatestScan } from '#prisma/commands/latest-scan.ts';
import { readSightings } from '#prisma/commands/sightings.ts';
import { database } from './database.ts';

/** The latest run of a service, and what its tags are judged with. */
export interface TagContext {
  /** Without transcripts. */
  readonly observation: EndpointObservation;
  /** As of the run. It has what tags are judged by, and nothing else: the whole takes a dozen questions an endpoint. */
  readonly context: Pick<JudgeContext, 'now' | 'commitments' | 'declaration' | 'scan'>;
}

/** By id of the endpoint; those that nobody looked at yet are left out. A few questions, however many endpoints. */
export async function readTagContexts(
  services: readonly { readonly endpointId: string; readonly endpoint: EndpointTarget }[],
): Promise<ReadonlyMap<string, TagContext>> {
  if (services.length === 0) return new Map();
  const [observations, declared, promises] = await Promise.all([
    readLatestProofs(database(), services),
    readDeclarationsOf(
      database(),
      services.map(({ endpointId }) => endpointId),
    ),
    readSightings(database(), { where: { host: { in: [...new Set(services.map(({ endpoint }) => endpoint.host))] } } }),
  ]);
  const contexts = await Promise.all(
    services.map(async ({ endpointId, endpoint }): Promise<readonly (readonly [string, TagContext])[]> => {
      const observation = observations.get(endpointId);
      if (observation === undefined) return [];
      const commitments = promises.filter(({ host }) => host === endpoint.host);
      const { declaration } = declared.get(endpointId) ?? { declaration: undeclared };
      // Few: where a handshake came to nothing.
      const scan = needsScan(observation) ? await readLatestScan(database(), { endpointId, endpoint }) : null;
      const context = { now: observation.finishedAt, commitments, declaration, ...(scan === null ? {} : { scan }) };
      return [[endpointId, { observation, context }]];
    }),
  );
  return new Map(contexts.flat());
}

import type { JudgeContext } from '#lib/checks/check.ts';
import { tagOfCode, tagProof } from '#lib/checks/tag-proof.ts';
import { readAllAdvertisedTags } from '#lib/deep/advertised-tags.ts';
import { needsScan } from '#lib/deep/prove.ts';
import { undeclared } from '#lib/model/declaration.ts';
import { endpointKey, type EndpointTarget } from '#lib/model/endpoint.ts';
import type { Judgement } from '#lib/model/finding.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { readDeclarationsOf } from '#prisma/commands/declarations.ts';
import { readLatestObservations } from '#prisma/commands/latest-observation.ts';
import { readLatestScan } from '#prisma/commands/latest-scan.ts';
import { readSightings } from '#prisma/commands/sightings.ts';
import { watchedEndpoint } from '#prisma/commands/zones.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from './database.ts';
import { readService, readTlsMode } from './read-word.ts';
import { freshnessOf } from './staleness.ts';

/** What the latest run of one service says of the tags that its host promised. */
export interface ServiceProof {
  readonly target: EndpointTarget;
  readonly endpointId: string;
  /** False: nobody looked lately, so that nothing here speaks of today. */
  readonly fresh: boolean;
  /** Tags that it advertises now; null: no address could be asked. */
  readonly advertised: readonly string[] | null;
  /** Judgements of the provable tags, one an address. */
  readonly judgements: readonly (Judgement & { readonly tag: string })[];
}

/** Services of the hosts on one page whose latest run is read. */
const maxServices = 300;

/**
 * The services of these hosts that are watched, by the key of the endpoint, each judged as of its latest run. The findings of
 * the database do not tell what is well and what nobody could look at; this does.
 */
export async function readServiceProofs(
  hosts: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, ServiceProof>> {
  const { intervalSeconds } = readWebSettings();
  const rows = await database().endpoint.findMany({
    where: { host: { in: [...hosts] }, ...watchedEndpoint },
    select: {
      ...{ id: true, service: true, tlsMode: true, host: true, port: true },
      ...{ lastProbedAt: true, lastVerdict: true },
    },
    orderBy: [{ host: 'asc' }, { port: 'asc' }, { id: 'asc' }],
    take: maxServices,
  });
  const services = rows.map(({ id: endpointId, lastProbedAt, lastVerdict, ...row }) => ({
    endpointId,
    endpoint: { ...row, service: readService(row.service), tlsMode: readTlsMode(row.tlsMode) },
    fresh: freshnessOf(lastProbedAt, { now, intervalSeconds, lastVerdict }) === 'fresh',
  }));
  const [observations, declared, promises] = await Promise.all([
    readLatestObservations(database(), services),
    readDeclarationsOf(
      database(),
      services.map(({ endpointId }) => endpointId),
    ),
    readSightings(database(), { where: { host: { in: [...hosts] } } }),
  ]);
  const proofs = await Promise.all(
    services.map(async ({ endpointId, endpoint, fresh }): Promise<ServiceProof> => {
      const observation = observations.get(endpointId);
      if (observation === undefined) return { target: endpoint, endpointId, fresh, advertised: null, judgements: [] };
      const commitments = promises.filter(({ host }) => host === endpoint.host);
      const { declaration } = declared.get(endpointId) ?? { declaration: undeclared };
      // Few: where a handshake came to nothing.
      const scan = needsScan(observation) ? await readLatestScan(database(), { endpointId, endpoint }) : null;
      const context = { now: observation.finishedAt, commitments, declaration, ...(scan === null ? {} : { scan }) };
      return { target: endpoint, endpointId, fresh, ...judgeTags(observation, context) };
    }),
  );
  return new Map(proofs.map((proof) => [endpointKey(proof.target), proof]));
}

/** `context` has what the check of tags looks at, and nothing else: the whole takes a dozen questions an endpoint. */
function judgeTags(
  observation: EndpointObservation,
  context: Pick<JudgeContext, 'now' | 'commitments' | 'declaration' | 'scan'>,
): Pick<ServiceProof, 'advertised' | 'judgements'> {
  const told = readAllAdvertisedTags(observation);
  return {
    advertised: told.some(({ looked }) => looked) ? [...new Set(told.flatMap(({ tags }) => tags))] : null,
    judgements: tagProof.judge(observation, context).flatMap((judgement) => {
      const tag = tagOfCode(judgement.code);
      return tag === null ? [] : [{ ...judgement, tag }];
    }),
  };
}

import { tagOfCode, tagProof } from '#lib/checks/tag-proof.ts';
import { readAllAdvertisedTags } from '#lib/deep/advertised-tags.ts';
import { endpointKey, type EndpointTarget } from '#lib/model/endpoint.ts';
import type { Judgement } from '#lib/model/finding.ts';
import { readJudgeContext } from '#prisma/commands/judge-context.ts';
import { readLatestObservation } from '#prisma/commands/latest-observation.ts';
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
    orderBy: [{ host: 'asc' }, { port: 'asc' }, { id: 'asc' }],
    take: maxServices,
  });
  const proofs = await Promise.all(
    rows.map(async ({ id: endpointId, lastProbedAt, lastVerdict, ...row }): Promise<ServiceProof> => {
      const target = { ...row, service: readService(row.service), tlsMode: readTlsMode(row.tlsMode) };
      const fresh = freshnessOf(lastProbedAt, { now, intervalSeconds, lastVerdict }) === 'fresh';
      return { target, endpointId, fresh, ...(await judgeLatest(endpointId, target)) };
    }),
  );
  return new Map(proofs.map((proof) => [endpointKey(proof.target), proof]));
}

async function judgeLatest(
  endpointId: string,
  endpoint: EndpointTarget,
): Promise<Pick<ServiceProof, 'advertised' | 'judgements'>> {
  const observation = await readLatestObservation(database(), { endpointId, endpoint });
  if (observation === null) return { advertised: null, judgements: [] };
  const asked = { endpointId, endpoint, observation, now: observation.finishedAt };
  const context = await readJudgeContext(database(), asked);
  const told = readAllAdvertisedTags(observation);
  return {
    advertised: told.some(({ looked }) => looked) ? [...new Set(told.flatMap(({ tags }) => tags))] : null,
    judgements: tagProof.judge(observation, context).flatMap((judgement) => {
      const tag = tagOfCode(judgement.code);
      return tag === null ? [] : [{ ...judgement, tag }];
    }),
  };
}

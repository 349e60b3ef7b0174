import { tagOfCode, tagProof } from '#lib/checks/tag-proof.ts';
import { readAllAdvertisedTags } from '#lib/deep/advertised-tags.ts';
import { endpointKey, type EndpointTarget } from '#lib/model/endpoint.ts';
import type { Judgement } from '#lib/model/finding.ts';
import { watchedEndpoint } from '#prisma/commands/zones.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from './database.ts';
import { readService, readTlsMode } from './read-word.ts';
import { freshnessOf } from './staleness.ts';
import { readTagContexts, type TagContext } from './tag-contexts.ts';

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
  const contexts = await readTagContexts(services);
  const proofs = services.map(({ endpointId, endpoint, fresh }): ServiceProof => {
    const latest = contexts.get(endpointId);
    const said = latest === undefined ? { advertised: null, judgements: [] } : judgeTags(latest);
    return { target: endpoint, endpointId, fresh, ...said };
  });
  return new Map(proofs.map((proof) => [endpointKey(proof.target), proof]));
}

function judgeTags({ observation, context }: TagContext): Pick<ServiceProof, 'advertised' | 'judgements'> {
  const told = readAllAdvertisedTags(observation);
  return {
    advertised: told.some(({ looked }) => looked) ? [...new Set(told.flatMap(({ tags }) => tags))] : null,
    judgements: tagProof.judge(observation, context).flatMap((judgement) => {
      const tag = tagOfCode(judgement.code);
      return tag === null ? [] : [{ ...judgement, tag }];
    }),
  };
}

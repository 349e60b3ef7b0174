import { readAllAdvertisedTags, type AdvertisedTags } from '../deep/advertised-tags.ts';
import type { Commitment } from '../model/commitment.ts';
import { endpointKey } from '../model/endpoint.ts';
import type { EndpointObservation } from '../model/observation.ts';
import type { EndpointCheck, JudgeContext } from './check.ts';
import { judgeWholeEndpoint, notApplicable, passed, undecided, type Decision } from './decision.ts';
import { hostParam, listParam, showTime } from './wording.ts';

/** What another service of the host still advertises: its probe comes every few minutes, and may fail for a while. */
const stillAdvertisedMs = 24 * 60 * 60 * 1000;

/** Compares what a service advertises with what it, and other services of its host, advertised before. */
export const tagWithdrawn: EndpointCheck = {
  id: 'tag-withdrawn',
  subject: 'endpoint',
  findings: [
    {
      code: 'tag-withdrawn',
      summary: 'A service no longer advertises a security tag that it promised',
      refs: [
        'draft-ietf-uta-email-deep-00 section 5.1',
        'draft-ietf-uta-email-deep-00 section 10.8',
        'checklist row 26',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} no longer advertises ${listParam(params, 'tags', 20).slice(0, 40)}`,
        expected: `The tags of before: ${listParam(params, 'before', 120)}`,
        got: `Now: ${listParam(params, 'after')}`,
        meaning:
          'Nobody is released: mail clients that latched the tag go on to require it of this host, and stop connecting ' +
          'once it cannot be proved. New clients are no longer protected by it. A tag that goes by itself is most ' +
          'often a new server, proxy or filter that came without the old configuration.',
        fix:
          'Advertise the tag again if it went by accident. If somebody took it back on purpose, keep what it promises ' +
          'working all the same, and write down who decided that, on the page of promises.',
      }),
    },
    {
      code: 'status-differs-between-services',
      summary: 'Services of one host advertise different security tags',
      refs: ['draft-ietf-uta-email-deep-00 section 5.1', 'checklist row 37'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} does not advertise ${listParam(params, 'tags', 20).slice(0, 30)}, as its host does elsewhere`,
        expected: `The tags of the other services of the host: ${listParam(params, 'elsewhere', 120)}`,
        got: `This service: ${listParam(params, 'after')}`,
        meaning:
          'A latch holds for the whole host. A mail client that latched a tag at one service requires it of this one, ' +
          'although this one does not promise it.',
        fix:
          'Advertise the same tags at every service of the host. If this service cannot keep one of them, it should ' +
          'not be promised anywhere under this name: give the service a name of its own.',
      }),
    },
  ],
  judge: (observation, context) => {
    const advertised = readAllAdvertisedTags(observation);
    return judgeWholeEndpoint(observation, {
      'tag-withdrawn': judgeWithdrawn(observation, advertised, context),
      'status-differs-between-services': judgeServices(observation, advertised, context),
    });
  },
};

const tagsOf = (advertised: readonly AdvertisedTags[]): readonly string[] =>
  [...new Set(advertised.flatMap(({ tags }) => tags))].sort();

/**
 * A tag is gone when the address that had it last was asked and no address has it. An address that could not be asked
 * may have it still; one that has left DNS has not.
 */
function judgeWithdrawn(
  observation: EndpointObservation,
  advertised: readonly AdvertisedTags[],
  { commitments = [] }: JudgeContext,
): Decision {
  const own = commitments.filter((commitment) => isOf(observation, commitment));
  if (own.length === 0) return notApplicable;
  const now = tagsOf(advertised);
  const missing = own.filter(({ tag }) => !now.includes(tag));
  const gone = missing.filter(({ seenAt }) => isAsked(advertised, seenAt.address));
  if (gone.length > 0) {
    return {
      verdict: 'crit',
      params: {
        tags: gone.map(({ tag }) => tag),
        before: gone.map(({ tag, lastSeen, seenAt }) => `${tag} (${showTime(lastSeen)}, ${seenAt.address ?? ''})`),
        after: now,
      },
    };
  }
  return missing.length > 0 ? undecided : passed;
}

function isAsked(advertised: readonly AdvertisedTags[], address: string | null): boolean {
  const evidence = advertised.find((one) => one.address === address);
  return evidence === undefined ? advertised.some(({ looked }) => looked) : evidence.looked;
}

/** Only a service that gives a status can give another one than its siblings. */
function judgeServices(
  observation: EndpointObservation,
  advertised: readonly AdvertisedTags[],
  { commitments = [], now }: JudgeContext,
): Decision {
  const withStatus = advertised.filter(({ hasStatus }) => hasStatus);
  if (withStatus.length === 0) return advertised.some(({ looked }) => looked) ? notApplicable : undecided;
  const own = tagsOf(withStatus);
  // What this service had itself, `tag-withdrawn` says.
  const known = new Set([...own, ...commitments.filter((one) => isOf(observation, one)).map(({ tag }) => tag)]);
  const elsewhere = commitments.filter(
    (commitment) =>
      !isOf(observation, commitment) && !known.has(commitment.tag) && now - commitment.lastSeen <= stillAdvertisedMs,
  );
  if (elsewhere.length === 0) return passed;
  if (!withStatus.every(({ looked }) => looked)) return undecided;
  return {
    verdict: 'warn',
    params: {
      tags: [...new Set(elsewhere.map(({ tag }) => tag))].sort(),
      elsewhere: elsewhere.map(
        ({ tag, seenAt: { endpoint } }) => `${tag} (${endpoint.service} on port ${String(endpoint.port)})`,
      ),
      after: own,
    },
  };
}

function isOf({ endpoint }: EndpointObservation, { seenAt }: Commitment): boolean {
  return endpointKey(seenAt.endpoint) === endpointKey(endpoint);
}

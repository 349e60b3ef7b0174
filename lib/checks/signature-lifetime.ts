import type { ZoneObservation } from '../model/zone-observation.ts';
import type { ZoneCheck } from './check.ts';
import { oneServerMeans } from './consequences.ts';
import type { Decision } from './decision.ts';
import { judgeWholeZone, passed, undecided } from './decision.ts';
import { lastingSignatures } from './expiring-signatures.ts';
import { textParam } from './wording.ts';
import { authoritativeAnswers, isUnsigned } from './zone-view.ts';
import { lineLength, showSeconds, showSignature, zoneParam } from './zone-wording.ts';

/**
 * Whether signatures outlast a secondary that lost its primary. It compares the whole lifetime and not what is left of
 * it: what is left swings with each signing, and the finding would come and go with it.
 */
export const signatureLifetime: ZoneCheck = {
  id: 'signature-lifetime',
  subject: 'zone',
  needsClock: false,
  findings: [
    {
      code: 'signature-shorter-than-expire',
      summary: 'Signatures last less than a secondary may serve the zone without its primary',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'RFC 6781 section 4.4.2.2', 'checklist row 6'],
      confirmations: 1,
      text: (params) => ({
        title: `Signatures of ${zoneParam(params)} last less than its SOA expire`,
        expected: `More than ${textParam(params, 'needed')}: SOA expire (${textParam(params, 'expire')}) and the longest TTL (${textParam(params, 'ttl')})`,
        got: `${textParam(params, 'lifetime')}: ${textParam(params, 'signature', lineLength)}`,
        meaning: `A secondary that loses its primary goes on serving the zone after its signatures have expired. ${oneServerMeans}`,
        fix: 'Lower the expire value in the SOA record to a third of the lifetime of signatures, or have signatures last longer.',
      }),
    },
  ],
  judge: (observation) => judgeWholeZone(observation, { 'signature-shorter-than-expire': decide(observation) }),
};

function decide(observation: ZoneObservation): Decision {
  const answers = authoritativeAnswers(observation);
  const own = lastingSignatures(observation)
    .map(({ signature }) => signature)
    .filter(({ signer }) => signer === observation.zone)
    .toSorted((a, b) => a.expiration - a.inception - (b.expiration - b.inception));
  const [shortest] = own;
  if (shortest === undefined) return isUnsigned(observation) ? passed : undecided;
  const expires = answers.flatMap(({ facts: { soa } }) => (soa === null ? [] : [soa.expireSeconds]));
  if (expires.length === 0) return undecided;
  const expireSeconds = Math.max(...expires);
  const ttlSeconds = Math.max(...own.map(({ originalTtlSeconds }) => originalTtlSeconds));
  const lifetimeSeconds = (shortest.expiration - shortest.inception) / 1000;
  if (lifetimeSeconds >= expireSeconds + ttlSeconds) return passed;
  return {
    verdict: 'warn',
    params: {
      needed: showSeconds(expireSeconds + ttlSeconds),
      expire: showSeconds(expireSeconds),
      ttl: showSeconds(ttlSeconds),
      lifetime: showSeconds(lifetimeSeconds),
      signature: showSignature(shortest),
    },
  };
}

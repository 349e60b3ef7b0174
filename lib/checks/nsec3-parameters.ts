import type { ZoneObservation } from '../model/zone-observation.ts';
import type { ZoneCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { decideByPack, judgeWholeZone, passed, undecided } from './decision.ts';
import { textParam } from './wording.ts';
import { answersInView, isUnsigned } from './zone-view.ts';
import { zoneParam } from './zone-wording.ts';

/** Validators treat a zone with more iterations than this as unsigned. */
const mostCounted = 150;

/** Whether NSEC3 asks resolvers for needless work (RFC 9276). */
export const nsec3Parameters: ZoneCheck = {
  id: 'nsec3-parameters',
  subject: 'zone',
  needsClock: false,
  findings: [
    {
      code: 'nsec3-iterations',
      summary: 'NSEC3 records of a zone ask for additional iterations',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.5',
        'RFC 9276 section 3.1',
        'RFC 5155 section 10.3',
        'checklist row 6',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `NSEC3 of ${zoneParam(params)} uses ${textParam(params, 'iterations')} additional iterations`,
        expected: '0 iterations (RFC 9276)',
        got: `${textParam(params, 'iterations')} iterations`,
        meaning:
          params.insecure === true
            ? 'Validators refuse to count so far and treat what the zone denies as unsigned: DANE does not protect mail to it.'
            : 'Iterations protect nothing and cost every resolver work. Validators lower their limits over time and then ' +
              'treat such a zone as unsigned.',
        fix: 'Set the NSEC3 iterations to 0 and the salt to empty, or use NSEC. Then sign the zone again.',
      }),
    },
  ],
  judge: (observation) => judgeWholeZone(observation, { 'nsec3-iterations': decide(observation) }),
};

function decide(observation: ZoneObservation): Decision {
  const { zone, validations } = observation;
  const denials = [
    ...answersInView(observation).map(({ facts }) => facts.denial),
    ...validations.flatMap((validation) => (validation.zone === zone ? [validation.denial] : [])),
  ].filter((denial) => denial !== null);
  const iterations = Math.max(0, ...denials.map((denial) => denial.iterations ?? 0));
  if (iterations > 0) {
    const insecure = iterations > mostCounted;
    // In 2015 the limits of RFC 5155 held; what no validator counts any more cannot be verified by either pack.
    const packs = insecure
      ? ({ draft: 'fail', current: 'fail' } as const)
      : ({ draft: 'pass', current: 'warn' } as const);
    return decideByPack(packs, { iterations, insecure });
  }
  return denials.length > 0 || isUnsigned(observation) ? passed : undecided;
}

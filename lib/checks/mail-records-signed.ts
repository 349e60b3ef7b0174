import { explainReason } from '../dnssec/explain.ts';
import type { ZoneObservation } from '../model/zone-observation.ts';
import type { ZoneCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { judgeWholeZone, passed, undecided } from './decision.ts';
import { listParam, textParam } from './wording.ts';
import { allValidated } from './zone-view.ts';
import { mostLines, reasonParam, showQuestion, zoneParam } from './zone-wording.ts';

/** Records that help mail programs and servers on their way (draft section 10.4.4). TLSA has a code of its own. */
const helpingTypes = ['MX', 'SRV', 'A', 'AAAA', 'TXT', 'CNAME'];

/** Whether the records that mail needs are signed. */
export const mailRecordsSigned: ZoneCheck = {
  id: 'mail-records-signed',
  subject: 'zone',
  needsClock: false,
  findings: [
    {
      code: 'mail-records-unsigned',
      summary: 'Records that mail needs are not signed with DNSSEC',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.4.4',
        'draft-ietf-uta-email-deep-00 section 10.4.1',
        'RFC 8314 section 4.5',
        'checklist row 17',
        'checklist row 22',
      ],
      confirmations: 1,
      text: (params) => {
        const reason = reasonParam(params);
        return {
          title: `Mail records of ${zoneParam(params)} are not signed with DNSSEC`,
          expected: 'DNSSEC signatures on MX, SRV, address and TXT records, and on the aliases to them',
          got: `${listParam(params, 'questions')}; signing ends at ${textParam(params, 'provenAt')}${reason === null ? '' : `: ${explainReason(reason)}`}`,
          meaning:
            'Whoever can forge DNS answers can lead mail and mail programs to a server of their own. DANE cannot protect ' +
            'mail to a domain whose MX records are unsigned.',
          fix: 'Sign the zone and have its DS record published in the parent zone, if the parent supports it.',
        };
      },
    },
  ],
  judge: (observation) => judgeWholeZone(observation, { 'mail-records-unsigned': decide(observation) }),
};

function decide(observation: ZoneObservation): Decision {
  const unsigned = observation.validations.flatMap(({ name, type, records, result }) =>
    result.state === 'insecure' && records.length > 0 && helpingTypes.includes(type) ? [{ name, type, result }] : [],
  );
  const [first] = unsigned;
  if (first === undefined) return allValidated(observation) ? passed : undecided;
  return {
    verdict: 'info',
    params: {
      questions: unsigned.slice(0, mostLines).map(showQuestion),
      provenAt: first.result.provenAt,
      reason: first.result.reason,
    },
  };
}

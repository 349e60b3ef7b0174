import { explainReason, whatToDo } from '../dnssec/explain.ts';
import type { DnssecReason } from '../model/dnssec.ts';
import type { Params } from '../model/finding.ts';
import type { ZoneObservation } from '../model/zone-observation.ts';
import type { ZoneCheck } from './check.ts';
import { bogusMeans } from './consequences.ts';
import type { Decision } from './decision.ts';
import { judgeWholeZone, passed, undecided } from './decision.ts';
import { countParam, listParam, textParam } from './wording.ts';
import { allValidated, signaturesOf } from './zone-view.ts';
import { lineLength, mostLines, reasonParam, showQuestion, showSignature, zoneParam } from './zone-wording.ts';

/** Whether what a validating resolver gets of the zone can be believed. */
export const zoneBogus: ZoneCheck = {
  id: 'zone-bogus',
  subject: 'zone',
  needsClock: false,
  findings: [
    {
      code: 'dnssec-bogus',
      summary: 'Records of a signed zone fail DNSSEC validation',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.5',
        'draft-ietf-uta-email-deep-00 section 10.4.4',
        'RFC 4035 section 5',
        'RFC 8914 section 4',
        'checklist row 4',
        'checklist row 6',
        'checklist row 22',
      ],
      confirmations: 1,
      text: (params) => {
        const reason = reasonParam(params);
        return {
          title: `DNSSEC validation fails for ${textParam(params, 'question', 75)}${others(params)}`,
          expected: 'Valid signatures from the trust anchor down to every record that mail needs',
          got: `${textParam(params, 'at', 200)}: ${reason === null ? 'bogus' : explainReason(reason)}${details(params, reason)}`,
          meaning: bogusMeans,
          fix: reason === null ? 'Compare the keys and signatures of the zone with its DS records.' : whatToDo(reason),
        };
      },
    },
    {
      code: 'dnssec-limit',
      summary: 'Validation of a zone was stopped by our own limits',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'RFC 4035 section 5', 'checklist row 6'],
      confirmations: 1,
      text: (params) => {
        const reason = reasonParam(params);
        return {
          title: `Validating ${zoneParam(params)} takes more work than we allow`,
          expected: 'A verdict within the limits that protect a resolver from costly answers (KeyTrap and its kin)',
          got: `${textParam(params, 'question', 200)}: ${reason === null ? 'a limit was reached' : explainReason(reason)}${others(params)}`,
          meaning:
            'Resolvers have limits of the same kind and give up too, so some of your customers and of those who write to ' +
            'them may not reach these names. Whether the records are right is not known.',
          fix: reason === null ? 'Remove surplus keys and signatures from the zone.' : whatToDo(reason),
        };
      },
    },
  ],
  judge: (observation) =>
    judgeWholeZone(observation, {
      'dnssec-bogus': judgeBogus(observation),
      'dnssec-limit': judgeLimits(observation),
    }),
};

function judgeBogus(observation: ZoneObservation): Decision {
  const bogus = observation.validations.flatMap((validation) =>
    validation.result.state === 'bogus' ? [{ validation, result: validation.result }] : [],
  );
  const [first] = bogus;
  if (first === undefined) return allValidated(observation) ? passed : undecided;
  const { validation, result } = first;
  const failed = signaturesOf(validation).filter(({ status }) => status === result.reason);
  const signature = failed.find(({ owner, type }) => `${owner} ${type}` === result.at) ?? failed[0];
  return {
    verdict: 'crit',
    params: {
      question: showQuestion(validation),
      questions: bogus.slice(0, mostLines).map((one) => showQuestion(one.validation)),
      at: result.at,
      reason: result.reason,
      why: result.why,
      extendedError: validation.extendedError,
      signature: signature === undefined ? null : showSignature(signature),
      server: signature?.server ?? validation.server,
    },
  };
}

function judgeLimits(observation: ZoneObservation): Decision {
  const stopped = observation.validations.flatMap(({ name, type, result }) =>
    result.state === 'indeterminate' && result.reason.startsWith('limit-') ? [{ name, type, result }] : [],
  );
  const [first] = stopped;
  if (first === undefined) return allValidated(observation) ? passed : undecided;
  return {
    verdict: 'warn',
    params: {
      question: showQuestion(first),
      questions: stopped.slice(0, mostLines).map(showQuestion),
      reason: first.result.reason,
    },
  };
}

function others(params: Params): string {
  const count = countParam(params, 'questions') - 1;
  return count > 0 ? ` and ${String(count)} more` : '';
}

/** The validator's own words where they say more, the extended error, the signature and who sent it, as far as they are known. */
function details(params: Params, reason: DnssecReason | null): string {
  const { why, extendedError, signature, server } = params;
  const parts = [
    typeof why === 'string' && (reason === null || why !== explainReason(reason))
      ? textParam(params, 'why', 200)
      : null,
    typeof extendedError === 'number' ? `extended DNS error ${String(extendedError)}` : null,
    typeof signature === 'string' ? `signature of ${textParam(params, 'signature', lineLength)}` : null,
    typeof server === 'string' ? `sent by ${textParam(params, 'server')}` : null,
    countParam(params, 'questions') > 1 ? `the same for ${listParam({ rest: restOf(params) }, 'rest')}` : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

function restOf({ questions }: Params): readonly string[] {
  return typeof questions === 'object' && questions !== null ? questions.slice(1) : [];
}

import type { Dnssec } from '../model/dnssec.ts';
import type { EndpointObservation } from '../model/observation.ts';
import type { EndpointCheck } from './check.ts';
import { daneFailureMeans } from './consequences.ts';
import type { Decision } from './decision.ts';
import { judgeWholeEndpoint, passed, undecided } from './decision.ts';
import { describeDnssec, dnssecFix, readTlsaLookup } from './tlsa-facts.ts';
import { isClockInDoubt } from './trusted-clock.ts';
import { hostParam, textParam } from './wording.ts';

/**
 * Whether anybody may believe the TLSA records of a port, or their absence (RFC 6698 section 4, RFC 7672 section 2).
 * What only our own clock may have made bogus is held.
 */
export const tlsaSigned: EndpointCheck = {
  id: 'tlsa-signed',
  subject: 'endpoint',
  findings: [
    {
      code: 'tlsa-unsigned',
      summary: 'TLSA records that are not signed with DNSSEC',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.4.3',
        'RFC 8314 section 4.5.4',
        'checklist row 4',
        'checklist row 21',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `TLSA records of ${hostParam(params)} are not signed with DNSSEC`,
        expected: `DNSSEC signatures on the records at ${textParam(params, 'owner')}`,
        got: `Records without signatures (${textParam(params, 'dnssec')})`,
        meaning:
          'Anyone who can forge DNS answers can forge these records, so clients ignore them: they protect nobody and ' +
          'look as if they did.',
        fix: `${dnssecFix(params, 'Sign the zone and have its DS record published in the parent zone.')} Or remove the TLSA records.`,
      }),
    },
    {
      code: 'tlsa-bogus',
      summary: 'DNSSEC signatures over TLSA records, or over their absence, are wrong',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.5',
        'checklist row 4',
        'checklist row 41',
        'RFC 7672 section 2.1.1',
        'RFC 4035 section 5.5',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `DNSSEC of the TLSA ${params.absent === true ? 'denial' : 'records'} of ${hostParam(params)} is bogus`,
        expected: `Valid signatures at ${textParam(params, 'owner')}`,
        got: textParam(params, 'dnssec', 300),
        meaning:
          `${daneFailureMeans} Senders that check DANE cannot tell this from an attack, so they defer all mail for ` +
          `this host${params.absent === true ? ', although there is no TLSA record' : ''}.`,
        fix: dnssecFix(params, 'Sign the zone again, and compare its DS records at the parent with its keys.'),
      }),
    },
    {
      code: 'tlsa-lookup-failing',
      summary: 'Name servers do not answer questions for TLSA records',
      refs: ['draft-ietf-uta-email-deep-00 section 10.4.3', 'checklist row 4', 'RFC 7672 section 2.1.2'],
      confirmations: 2,
      text: (params) => ({
        title: `TLSA lookups for ${hostParam(params)} fail, while address lookups work`,
        expected: `TLSA records at ${textParam(params, 'owner')}, or the answer that there are none`,
        got: textParam(params, 'failure', 300),
        meaning:
          'Senders that check DANE must not guess: they hold back mail for this host until the question is answered, ' +
          'also when there is no TLSA record.',
        fix:
          'Ask each name server of the zone for this TLSA record. Look for a firewall or load balancer that drops ' +
          'record types it does not know, and for name server software that answers them with an error.',
      }),
    },
    {
      code: 'tlsa-host-insecure',
      summary: 'TLSA records are signed, but the addresses of the host are not',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'checklist row 4', 'RFC 7672 section 2.2'],
      confirmations: 1,
      text: (params) => ({
        title: `Addresses of ${hostParam(params)} are not secured, so its TLSA records do not count`,
        expected: `Address records of ${textParam(params, 'host')} as well signed as the TLSA records`,
        got: textParam(params, 'addresses', 300),
        meaning:
          params.bogus === true
            ? 'Resolvers that validate give out no address for this host: whoever uses one does not reach it.'
            : 'Senders skip DANE for a host whose addresses are not secure. The TLSA records protect nobody.',
        fix: dnssecFix(params, 'Sign the zone that the address records are in, and every zone that an alias leads to.'),
      }),
    },
  ],
  judge: (observation) =>
    judgeWholeEndpoint(observation, {
      'tlsa-unsigned': judgeSigned(observation),
      'tlsa-bogus': judgeBogus(observation),
      'tlsa-lookup-failing': judgeLookup(observation),
      'tlsa-host-insecure': judgeHost(observation),
    }),
};

function judgeSigned(observation: EndpointObservation): Decision {
  const lookup = readTlsaLookup(observation);
  if (lookup === null) return undecided;
  const { dnssec, records, signaturesPresent } = lookup;
  if (records.length === 0) return passed;
  const params = { owner: observation.tlsa?.owner ?? '', dnssec: describeDnssec(dnssec) };
  switch (dnssec.state) {
    case 'secure':
      return passed;
    case 'insecure':
      return { verdict: 'fail', params: { ...params, reason: dnssec.reason } };
    case 'bogus':
      return undecided;
    case 'indeterminate':
      if (dnssec.reason !== 'not-validated') return undecided;
      if (signaturesPresent) return passed;
      // A resolver that strips signatures makes every zone look unsigned.
      return observation.tlsa?.resolverPassesSignatures === true ? { verdict: 'warn', params } : undecided;
  }
}

function judgeBogus(observation: EndpointObservation): Decision {
  const lookup = readTlsaLookup(observation);
  if (lookup === null) return undecided;
  const { dnssec, records } = lookup;
  switch (dnssec.state) {
    case 'secure':
    case 'insecure':
      return passed;
    case 'bogus':
      if (isClockInDoubt(dnssec)) return undecided;
      return {
        verdict: 'crit',
        params: {
          owner: observation.tlsa?.owner ?? '',
          dnssec: describeDnssec(dnssec),
          reason: dnssec.reason,
          absent: records.length === 0,
        },
      };
    case 'indeterminate':
      // Nobody validates here at all: nothing that could be held open.
      return dnssec.reason === 'not-validated' ? passed : undecided;
  }
}

/** A lookup that fails beside address lookups that work is the zone's fault and not our resolver's. */
function judgeLookup({ tlsa, addresses }: EndpointObservation): Decision {
  if (tlsa === null) return undecided;
  if (tlsa.lookup.ok) return passed;
  const { reason, said } = tlsa.lookup.failure;
  const isAnswered = addresses.ok && addresses.facts.lookups.length > 0 && addresses.facts.missing === undefined;
  if (!isAnswered || (reason !== 'temporary' && reason !== 'timeout' && reason !== 'dns')) return undecided;
  return {
    verdict: 'fail',
    params: { owner: tlsa.owner, failure: said === undefined ? reason : `${reason}: ${said}` },
  };
}

/** RFC 7672 section 2.2: TLSA records are not even asked for where the addresses are not secure. */
function judgeHost(observation: EndpointObservation): Decision {
  const { addresses } = observation;
  const lookup = readTlsaLookup(observation);
  if (lookup === null) return undecided;
  if (lookup.records.length === 0 || lookup.dnssec.state !== 'secure') return passed;
  const answers = addresses.ok ? addresses.facts.lookups.filter(({ records }) => records.length > 0) : [];
  if (answers.length === 0) return undecided;
  for (const state of ['bogus', 'insecure'] as const) {
    for (const { dnssec, type } of answers) {
      if (dnssec.state !== state || isClockInDoubt(dnssec)) continue;
      const params = { addresses: `${type} is ${describeDnssec(dnssec)}`, reason: dnssec.reason };
      return { verdict: state === 'bogus' ? 'fail' : 'warn', params: { ...params, bogus: state === 'bogus' } };
    }
  }
  const isOpen = (dnssec: Dnssec) =>
    isClockInDoubt(dnssec) || (dnssec.state === 'indeterminate' && dnssec.reason !== 'not-validated');
  return answers.some(({ dnssec }) => isOpen(dnssec)) ? undecided : passed;
}

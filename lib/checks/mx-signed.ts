import type { DomainObservation, MxTlsaLookup } from '../model/observation.ts';
import type { DomainCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { judgeWholeDomain, passed, undecided } from './decision.ts';
import { describeDnssec, dnssecFix } from './tlsa-facts.ts';
import { listParam, textParam } from './wording.ts';

/** Whether DANE of MX hosts can protect the mail of a domain (RFC 7672 section 2.2.1). A bogus MX is the zone's matter. */
export const mxSigned: DomainCheck = {
  id: 'mx-signed',
  subject: 'domain',
  findings: [
    {
      code: 'mx-insecure-with-tlsa',
      summary: 'MX records are not signed, although their hosts have TLSA records',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.4.1',
        'draft-ietf-uta-email-deep-00 section 10.4.3',
        'RFC 7672 section 2.2.1',
        'checklist row 17',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `MX records of ${textParam(params, 'domain', 60)} are not signed: TLSA protects no mail`,
        expected: 'MX records as well signed as the TLSA records of the hosts that they name',
        got: `MX is ${textParam(params, 'mx', 300)}; TLSA is signed at ${listParam(params, 'owners')}`,
        meaning:
          'Whoever can forge DNS answers can name another MX host, and the TLSA records say nothing about that one. ' +
          'Senders that check DANE do not count mail to this domain as protected, and may ignore the TLSA records.',
        fix: dnssecFix(params, 'Sign the zone of the domain and have its DS record published in the parent zone.'),
      }),
    },
  ],
  judge: (observation) => judgeWholeDomain(observation, { 'mx-insecure-with-tlsa': judgeMx(observation) }),
};

function judgeMx({ mx, mxTlsa }: DomainObservation): Decision {
  if (!mx.ok) return undecided;
  const { dnssec, records } = mx.facts;
  if (records.length === 0) return passed;
  switch (dnssec.state) {
    case 'secure':
      return passed;
    case 'bogus':
      return undecided;
    case 'indeterminate':
      // Nobody validates here at all: nothing that could be held open.
      return dnssec.reason === 'not-validated' ? passed : undecided;
    case 'insecure': {
      const owners = mxTlsa.filter(isSecure).map(({ owner }) => owner);
      if (owners.length > 0) {
        return { verdict: 'fail', params: { owners, mx: describeDnssec(dnssec), reason: dnssec.reason } };
      }
      return mxTlsa.every(isDecided) ? passed : undecided;
    }
  }
}

/** TLSA records that senders would go by. */
function isSecure({ lookup }: MxTlsaLookup): boolean {
  return lookup.ok && lookup.facts.records.length > 0 && lookup.facts.dnssec.state === 'secure';
}

function isDecided({ lookup }: MxTlsaLookup): boolean {
  if (!lookup.ok) return false;
  const { dnssec } = lookup.facts;
  return dnssec.state !== 'indeterminate' || dnssec.reason === 'not-validated';
}

import type { DomainObservation } from '../model/observation.ts';
import type { DomainCheck } from './check.ts';
import { judgeWholeDomain, notApplicable, passed, undecided, type Decision } from './decision.ts';
import { listParam, textParam } from './wording.ts';

/** Whether all MX hosts of a domain are protected alike: who can keep senders from one leads them to another. */
export const mxProtection: DomainCheck = {
  id: 'mx-protection',
  subject: 'domain',
  findings: [
    {
      code: 'mx-tlsa-uneven',
      summary: 'Some MX hosts have TLSA records and others have none',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.4.3',
        'draft-ietf-uta-email-deep-00 section 10.4.1',
        'RFC 7672 section 2.2',
        'checklist row 17',
        'checklist row 20',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `MX hosts of ${textParam(params, 'domain', 70)} are not all protected by TLSA records`,
        expected: 'Signed TLSA records for every MX host, or for none',
        got: `TLSA at ${listParam(params, 'owners')}; none at ${listParam(params, 'others')}`,
        meaning:
          'Whoever is on the way can block the protected hosts, and senders turn to one that nobody verifies. Mail to ' +
          'this domain is as well protected as the weakest of its MX hosts.',
        fix: 'Publish TLSA records for the other hosts as well, or take those hosts out of MX.',
      }),
    },
  ],
  judge: (observation) => judgeWholeDomain(observation, { 'mx-tlsa-uneven': judgeTlsa(observation) }),
};

function judgeTlsa({ mx, mxTlsa }: DomainObservation): Decision {
  if (!mx.ok) return undecided;
  const answered = mxTlsa.flatMap(({ owner, lookup }) => (lookup.ok ? [{ owner, ...lookup.facts }] : []));
  const secured = answered.filter(({ records, dnssec }) => records.length > 0 && dnssec.state === 'secure');
  const bare = answered.filter(({ records, dnssec }) => records.length === 0 && dnssec.state !== 'bogus');
  if (secured.length > 0 && bare.length > 0) {
    return { verdict: 'warn', params: { owners: ownersOf(secured), others: ownersOf(bare) } };
  }
  if (answered.length < mxTlsa.length) return undecided;
  return secured.length > 0 ? passed : notApplicable;
}

function ownersOf(answers: readonly { readonly owner: string }[]): readonly string[] {
  return answers.map(({ owner }) => owner).toSorted();
}

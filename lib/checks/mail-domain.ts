import type { DomainObservation } from '../model/observation.ts';
import type { DomainCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { judgeWholeDomain, passed, undecided } from './decision.ts';
import { textParam } from './wording.ts';

/** Whether the domain exists and says in DNS where its mail goes. */
export const mailDomain: DomainCheck = {
  id: 'mail-domain',
  subject: 'domain',
  findings: [
    {
      code: 'domain-missing',
      summary: 'The domain does not exist in DNS',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'checklist row 5'],
      confirmations: 1,
      text: (params) => ({
        title: `The domain ${textParam(params, 'domain', 90)} does not exist`,
        expected: 'A domain that DNS knows',
        got: 'The name servers say that there is no such name (NXDOMAIN)',
        meaning: 'If this is a domain of your customers, no mail reaches it. Nothing is being watched for it.',
        fix: 'Check the spelling. If the domain is right, check its registration and delegation.',
      }),
    },
    {
      code: 'no-mail-service',
      summary: 'No mail service was found for the domain',
      refs: ['draft-ietf-uta-email-deep-00 section 10.4.2', 'checklist row 18'],
      confirmations: 1,
      text: (params) => ({
        title: `No mail service found for ${textParam(params, 'domain', 80)}`,
        expected: 'SRV records, MX records, or hosts with the usual names (mail, imap, smtp, pop)',
        got:
          params.nullMx === true
            ? 'A null MX: the domain says that it takes no mail'
            : 'Neither SRV nor MX records, and no host with a usual name',
        meaning: 'Nothing is being watched for this domain.',
        fix:
          'If customers use this domain, publish SRV and MX records, or add the endpoints by hand. Otherwise remove the ' +
          'domain from the list.',
      }),
    },
    {
      code: 'mx-missing',
      summary: 'The domain has no MX record',
      refs: ['draft-ietf-uta-email-deep-00 section 10.4.1', 'checklist row 17'],
      confirmations: 1,
      text: (params) => ({
        title: `${textParam(params, 'domain', 90)} has no MX record`,
        expected: 'MX records, or a null MX where the domain takes no mail',
        got: 'An answer without MX records',
        meaning:
          'Senders try the address of the domain itself, which is seldom a mail server. DANE cannot protect mail to a ' +
          'domain without signed MX records.',
        fix: 'Publish MX records. If the domain takes no mail, publish a null MX (`0 .`, RFC 7505).',
      }),
    },
  ],
  judge: (observation) =>
    judgeWholeDomain(observation, {
      'domain-missing': judgeExistence(observation),
      'no-mail-service': judgeServices(observation),
      'mx-missing': judgeMx(observation),
    }),
};

/** Whether the domain name is known not to exist; null where DNS gave no usable answer. */
function isMissing({ mx }: DomainObservation): boolean | null {
  if (mx.ok) return mx.facts.rcode === 'NXDOMAIN';
  return mx.failure.reason === 'nxdomain' ? true : null;
}

function judgeExistence(observation: DomainObservation): Decision {
  const missing = isMissing(observation);
  if (missing === null) return undecided;
  return missing ? { verdict: 'warn' } : passed;
}

function judgeServices(observation: DomainObservation): Decision {
  const { endpoints, srv, mx, hosts } = observation;
  // A domain that does not exist is told once, by its own code.
  if (endpoints.length > 0 || isMissing(observation) === true) return passed;
  const known = (lookup: { readonly ok: boolean } & Partial<{ failure: { readonly reason: string } }>): boolean =>
    lookup.ok || lookup.failure?.reason === 'nxdomain' || lookup.failure?.reason === 'no-address';
  const complete =
    known(mx) && srv.every(({ lookup }) => known(lookup)) && hosts.every((host) => known(host.addresses));
  if (!complete) return undecided;
  const nullMx = hasNullMx(observation);
  return { verdict: nullMx ? 'info' : 'warn', params: { nullMx } };
}

function judgeMx(observation: DomainObservation): Decision {
  const { mx, endpoints } = observation;
  if (!mx.ok || isMissing(observation) === true) return undecided;
  return mx.facts.records.length > 0 || endpoints.length === 0 ? passed : { verdict: 'warn' };
}

function hasNullMx({ mx }: DomainObservation): boolean {
  return mx.ok && mx.facts.records.some(({ exchange }) => exchange === '.');
}

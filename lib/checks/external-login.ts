import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import type { EndpointCheck, JudgeContext } from './check.ts';
import type { Decision } from './decision.ts';
import { judgeSeenAddresses, notApplicable, passed, undecided } from './decision.ts';
import { readMechanisms } from './mechanisms.ts';
import { hostParam, listParam } from './wording.ts';

const codes = ['external-not-offered'] as const;

/** Whether a server where certificates are enough to log in, as an operator declared, lets clients use them (draft section 9.1.1). */
export const externalLogin: EndpointCheck = {
  id: 'external-login',
  subject: 'endpoint',
  findings: [
    {
      code: 'external-not-offered',
      summary: 'A server that takes client certificates does not offer SASL EXTERNAL',
      refs: ['draft-ietf-uta-email-deep-00 section 9.1.1', 'RFC 4422', 'checklist row 52'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} does not offer login by certificate`,
        expected: 'EXTERNAL among the mechanisms after TLS, as accepts_client_certs is declared',
        got: `Mechanisms: ${listParam(params, 'mechanisms', 40)}`,
        meaning:
          'Clients that have a certificate cannot tell the server to use it, and ask their user for a password instead. ' +
          'Latchwatch has no certificate of yours: a server that offers EXTERNAL only to clients that sent one looks the same.',
        fix:
          'Offer EXTERNAL (`auth_mechanisms = … external` and `auth_ssl_username_from_cert = yes` in Dovecot 2.3), or take ' +
          'the declaration back.',
      }),
    },
  ],
  judge: (observation, context) =>
    judgeSeenAddresses(observation, codes, (session) => ({
      'external-not-offered': decide(observation, session, context),
    })),
};

function decide({ endpoint }: EndpointObservation, session: AddressSession, { declaration }: JudgeContext): Decision {
  if (declaration?.acceptsClientCertificates !== true) return notApplicable;
  const { capabilitiesAfterTls } = session;
  if (capabilitiesAfterTls === null) return undecided;
  const mechanisms = readMechanisms(endpoint.service, capabilitiesAfterTls);
  return mechanisms.includes('EXTERNAL') ? passed : { verdict: 'warn', params: { mechanisms } };
}

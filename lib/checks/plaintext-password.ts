import type { Service } from '../model/endpoint.ts';
import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import type { EndpointCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { decideByPack, judgeSeenAddresses, passed, undecided } from './decision.ts';
import { readMechanisms } from './mechanisms.ts';
import { hostParam, listParam } from './wording.ts';

const codes = ['plaintext-password'] as const;

/** SASL mechanisms that send the password, or a token as good as one, so that a listener can use it. */
const readable = new Set(['PLAIN', 'LOGIN', 'XOAUTH2', 'OAUTHBEARER']);

/** Whether a server takes passwords before TLS. It needs no client that does it: the offer alone lets a listener ask for it. */
export const plaintextPassword: EndpointCheck = {
  id: 'plaintext-password',
  subject: 'endpoint',
  findings: [
    {
      code: 'plaintext-password',
      summary: 'The server takes passwords before TLS',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.7',
        'draft-ietf-uta-email-deep-00 section 9.1',
        'RFC 8314 section 4.1',
        'checklist row 25',
        'checklist row 50',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} takes passwords without TLS`,
        expected: 'No way to log in before TLS has started',
        got: `Before TLS the server offers ${listParam(params, 'offers')}`,
        meaning:
          'A client that is set up carelessly, or led astray by somebody on the network, sends the password of the ' +
          'mailbox in clear text, and nobody notices.',
        fix:
          'Require TLS before authentication: `disable_plaintext_auth = yes` (Dovecot 2.3), `auth_allow_cleartext = no` ' +
          '(Dovecot 2.4), `smtpd_tls_auth_only = yes` (Postfix). Find clients that still log in without TLS first.',
      }),
    },
  ],
  judge: (observation) =>
    observation.endpoint.tlsMode === 'starttls'
      ? judgeSeenAddresses(observation, codes, (session) => ({ 'plaintext-password': decide(observation, session) }))
      : [],
};

function decide({ endpoint }: EndpointObservation, { capabilitiesBeforeTls }: AddressSession): Decision {
  // An empty list is an answer we did not understand, and not a server without a way to log in.
  if (capabilitiesBeforeTls === null || capabilitiesBeforeTls.length === 0) return undecided;
  const offers = findOffers(endpoint.service, capabilitiesBeforeTls);
  // The draft lets old clients be a reason (section 10.7: SHOULD).
  return offers.length === 0 ? passed : decideByPack({ draft: 'warn', current: 'fail' }, { offers });
}

function findOffers(service: Service, capabilities: readonly string[]): readonly string[] {
  const mechanisms = readMechanisms(service, capabilities)
    .filter((mechanism) => readable.has(mechanism))
    .map((mechanism) => `authentication by ${mechanism}`);
  const has = (keyword: string): boolean => capabilities.some((line) => line.trim().toUpperCase() === keyword);
  switch (service) {
    case 'imap':
      return has('LOGINDISABLED') ? mechanisms : ['the LOGIN command (no LOGINDISABLED)', ...mechanisms];
    case 'pop3':
      return has('USER') ? ['the USER and PASS commands', ...mechanisms] : mechanisms;
    case 'submission':
    case 'smtp':
    case 'sieve':
      return mechanisms;
  }
}

import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import type { EndpointCheck, JudgeContext } from './check.ts';
import type { Decision, Decisions } from './decision.ts';
import { judgeSeenAddresses, notApplicable, passed, undecided } from './decision.ts';
import { readMechanisms } from './mechanisms.ts';
import { hostParam, listParam } from './wording.ts';

const codes = ['submission-auth-missing', 'auth-on-mx'] as const;

/** Whether customers can log in where they send mail, and only there. */
export const smtpAuthentication: EndpointCheck = {
  id: 'smtp-authentication',
  subject: 'endpoint',
  findings: [
    {
      code: 'submission-auth-missing',
      summary: 'A submission server offers no way to log in',
      refs: [
        'draft-ietf-uta-email-deep-00 section 4.3',
        'draft-ietf-uta-email-deep-00 section 10.2',
        'RFC 6409 section 6.1',
        'RFC 8314 section 3.3',
        'checklist row 10',
        'checklist row 45',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} offers no way to log in`,
        expected: 'AUTH with at least one mechanism in the answer to EHLO under TLS',
        got: `EHLO under TLS was answered with ${listParam(params, 'offered')}`,
        meaning:
          'Customers cannot send mail here. If the server takes it without a login, anybody can, and the address ends on ' +
          'block lists.',
        fix:
          'Turn SMTP AUTH on for this port (`smtpd_sasl_auth_enable = yes` in Postfix) and see that the service behind it, ' +
          'often Dovecot, runs.',
      }),
    },
    {
      code: 'auth-on-mx',
      summary: 'A server for incoming mail takes logins',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.2',
        'RFC 8314 section 3.3',
        'checklist row 9',
        'checklist row 12',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} takes logins although it is an MX host`,
        expected: 'Logins on the submission ports 465 and 587 only',
        got: `EHLO is answered with AUTH ${listParam(params, 'mechanisms')}`,
        meaning:
          'Port 25 must take mail in clear text from everybody, so it cannot be as strict as submission has to be. It is also ' +
          'where passwords are guessed most.',
        fix:
          'Find out which customers still send through port 25, move them to 465, then turn AUTH off there. If it is kept ' +
          'for them on purpose, declare the endpoint as legacy_submission.',
      }),
    },
  ],
  judge: (observation, context) =>
    judgeSeenAddresses(observation, codes, (session) => decide(observation, session, context)),
};

function decide(
  { endpoint }: EndpointObservation,
  session: AddressSession,
  { declaration }: JudgeContext,
): Decisions<(typeof codes)[number]> {
  switch (endpoint.service) {
    case 'submission':
      return { 'submission-auth-missing': decideSubmission(session), 'auth-on-mx': notApplicable };
    case 'smtp':
      return {
        'submission-auth-missing': notApplicable,
        'auth-on-mx': decideMx(session, declaration?.legacySubmission === true),
      };
    case 'imap':
    case 'pop3':
    case 'sieve':
      return { 'submission-auth-missing': notApplicable, 'auth-on-mx': notApplicable };
  }
}

function decideSubmission({ capabilitiesAfterTls: offered }: AddressSession): Decision {
  if (offered === null) return undecided;
  if (readMechanisms('submission', offered).length > 0) return passed;
  return { verdict: 'fail', params: { offered: offered.slice(0, 12).map((line) => line.slice(0, 100)) } };
}

/** Before TLS as well: `plaintext-password` says what is wrong with that besides. */
function decideMx(session: AddressSession, legacy: boolean): Decision {
  const { capabilitiesBeforeTls: before, capabilitiesAfterTls: after, starttls } = session;
  const mechanisms = [...new Set([before, after].flatMap((offered) => readMechanisms('smtp', offered ?? [])))];
  if (mechanisms.length > 0) return { verdict: legacy ? 'info' : 'warn', params: { mechanisms } };
  // Most servers offer it under TLS only.
  return after === null && (before === null || starttls !== 'not-advertised') ? undecided : passed;
}

import type { AddressScan, Exchange, ScanObservation } from '../model/scan-observation.ts';
import type { ScanCheck } from './check.ts';
import type { Decision, Decisions } from './decision.ts';
import { notApplicable, passed, undecided } from './decision.ts';
import { judgeScannedAddresses } from './scan-address.ts';
import { hostParam, textParam } from './wording.ts';

type Code = 'pop3-open-before-login' | 'mail-before-tls' | 'command-injection';

/** Whether a server obeys commands that come too early: before a login, before TLS, or smuggled into it. */
export const earlyCommands: ScanCheck = {
  id: 'early-commands',
  subject: 'scan',
  findings: [
    {
      code: 'pop3-open-before-login',
      summary: 'A POP3 server opens a mailbox before anybody has logged in',
      refs: ['draft-ietf-uta-email-deep-00 section 4.1', 'RFC 1939 section 4', 'checklist row 43'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} opens a mailbox without a login`,
        expected: 'STAT refused with -ERR until somebody has logged in',
        got: `STAT before any login was answered: ${textParam(params, 'reply')}`,
        meaning: 'Anybody who connects can read and delete the mail of whoever this mailbox belongs to.',
        fix:
          'Close the port until the server asks for a login again. If client certificates log people in, POP3 must still ' +
          'begin in the AUTHORIZATION state: use SASL EXTERNAL for that.',
      }),
    },
    {
      code: 'mail-before-tls',
      summary: 'A submission server takes mail before TLS',
      refs: [
        'draft-ietf-uta-email-deep-00 section 9.1',
        'draft-ietf-uta-email-deep-00 section 10.7',
        'RFC 8314 section 4.1',
        'checklist row 25',
        'checklist row 50',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} takes mail without TLS`,
        expected: 'MAIL FROM refused with 530 until TLS has started',
        got: `MAIL FROM before STARTTLS was answered: ${textParam(params, 'reply')}`,
        meaning:
          'A client that is led past STARTTLS sends the mail of your customers in clear text, and nobody notices. Nothing ' +
          'was sent to find this out.',
        fix:
          'Require TLS on the submission port: `smtpd_tls_security_level = encrypt` (Postfix), `ssl = required` (Dovecot ' +
          'submission), `tls_on_connect_ports` or an ACL on `$tls_in_cipher` (Exim).',
      }),
    },
    {
      code: 'command-injection',
      summary: 'A server obeys in TLS what came in clear text before it',
      refs: ['draft-ietf-uta-email-deep-00 section 9.2', 'RFC 3207 section 4.2', 'checklist row 29'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} obeys commands smuggled in before TLS`,
        expected: 'Whatever came in clear text with STARTTLS is thrown away when TLS begins',
        got: `A harmless command sent together with STARTTLS was answered in TLS: ${textParam(params, 'reply')}`,
        meaning:
          'Somebody between a client and this server can put commands in front of those of the client. With them the ' +
          'password or the mail of the client can be stored where the attacker reads it.',
        fix:
          'Update the mail server: this fault has been known since 2011. Until then lead customers to the port with ' +
          'implicit TLS and close this one, or take the proxy out that reads ahead.',
      }),
    },
  ],
  judge: (observation) => judgeScannedAddresses(observation, (scan) => decide(observation, scan)),
};

function decide({ endpoint }: ScanObservation, scan: AddressScan): Decisions<Code> {
  const { service, tlsMode } = endpoint;
  return {
    'pop3-open-before-login':
      service === 'pop3'
        ? decideExchange(scan.statBeforeLogin, { accepted: /^\+OK/i, verdict: 'crit' })
        : notApplicable,
    'mail-before-tls':
      service === 'submission' && tlsMode === 'starttls'
        ? decideExchange(scan.mailBeforeTls, { accepted: /^2\d\d/, verdict: 'fail' })
        : notApplicable,
    'command-injection': decideInjection(scan),
  };
}

function decideExchange(
  exchange: Exchange | null,
  { accepted, verdict }: { readonly accepted: RegExp; readonly verdict: 'fail' | 'crit' },
): Decision {
  const reply = exchange?.reply ?? null;
  // Whoever is asked to come back later was not answered.
  if (reply === null || reply.startsWith('421')) return undecided;
  return accepted.test(reply) ? { verdict, params: { reply: reply.slice(0, 256) } } : passed;
}

function decideInjection({ injection, failure }: AddressScan): Decision {
  // A scan that ended early may not have come so far.
  if (injection === null) return failure === null ? notApplicable : undecided;
  switch (injection.obeyed) {
    case 'yes':
      return { verdict: 'crit', params: { reply: (injection.reply ?? '').slice(0, 256) } };
    case 'no':
      return passed;
    case 'encrypted':
    case 'unseen':
      return undecided;
  }
}

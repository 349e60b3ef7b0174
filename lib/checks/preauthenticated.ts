import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import type { EndpointCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { judgeSeenAddresses, notApplicable, passed, undecided } from './decision.ts';
import { hostParam, textParam } from './wording.ts';

const codes = ['imap-preauthenticated'] as const;

/** Whether an IMAP server takes a client for logged in that has shown nothing: a probe has neither password nor certificate. */
export const preauthenticated: EndpointCheck = {
  id: 'preauthenticated',
  subject: 'endpoint',
  findings: [
    {
      code: 'imap-preauthenticated',
      summary: 'An IMAP server greets with PREAUTH a client that has not logged in',
      refs: [
        'draft-ietf-uta-email-deep-00 section 4.2',
        'draft-ietf-uta-email-deep-00 section 9.1.1',
        'RFC 9051 section 7.1.4',
        'checklist row 44',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} opens a mailbox without a login`,
        expected: 'A greeting with OK; PREAUTH only after a client certificate that is good enough',
        got: `Without any certificate the server greeted: ${textParam(params, 'greeting')}`,
        meaning: 'Anybody who connects can read and delete the mail of whoever this mailbox belongs to.',
        fix:
          'Close the port until the server asks for a login again. Look for a trusted network, a proxy or a socket that ' +
          'is meant for one program and has become reachable for all.',
      }),
    },
  ],
  judge: (observation) =>
    judgeSeenAddresses(observation, codes, (session) => ({ 'imap-preauthenticated': decide(observation, session) })),
};

function decide({ endpoint }: EndpointObservation, { greeting }: AddressSession): Decision {
  if (endpoint.service !== 'imap') return notApplicable;
  if (greeting === null) return undecided;
  return /^\* PREAUTH\b/i.test(greeting) ? { verdict: 'crit', params: { greeting: greeting.slice(0, 256) } } : passed;
}

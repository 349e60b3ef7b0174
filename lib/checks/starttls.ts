import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import type { EndpointCheck, JudgeContext } from './check.ts';
import type { Decision, Decisions } from './decision.ts';
import { decideByPack, judgeSeenAddresses, passed, superseded, undecided } from './decision.ts';
import { offeredStarttls } from './lost-after-change.ts';
import { isStarttlsFailure } from './standing.ts';
import { hostParam, textParam } from './wording.ts';

const codes = ['starttls-broken', 'starttls-injection', 'starttls-missing'] as const;

/** Whether a server that begins in clear text offers STARTTLS (STLS in POP3), and whether it then keeps its word. */
export const starttls: EndpointCheck = {
  id: 'starttls',
  subject: 'endpoint',
  findings: [
    {
      code: 'starttls-broken',
      summary: 'STARTTLS is advertised but fails',
      refs: ['draft-ietf-uta-email-deep-00 section 9.2', 'checklist row 29'],
      confirmations: 1,
      text: (params) => ({
        title: `STARTTLS fails on ${hostParam(params)} although the server advertises it`,
        expected: 'STARTTLS leads to a TLS session, or is not advertised',
        got: `${params.refused === true ? 'The server refused' : 'The change to TLS broke off'}: ${textParam(params, 'said')}`,
        meaning:
          'Clients that require TLS stop connecting, latched ones with no way around it. Clients that do not require ' +
          'it go on in clear text, passwords included. Mail servers that deliver here may do the same with mail.',
        fix:
          'Look in the log of the server: most often the certificate or key is missing, unreadable or does not belong ' +
          'together. Until it works, do not advertise STARTTLS.',
      }),
    },
    {
      code: 'starttls-injection',
      summary: 'The server sends clear text between STARTTLS and TLS',
      refs: ['draft-ietf-uta-email-deep-00 section 9.2', 'RFC 3207 section 4.2', 'checklist row 29'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} sends clear text after it agreed to STARTTLS`,
        expected: 'Nothing between the answer to STARTTLS and the TLS handshake',
        got: textParam(params, 'said'),
        meaning:
          'A client that keeps these bytes takes them for an answer that came under TLS. Somebody between the client ' +
          'and the server can put words into the mouth of the server that way, and read mail in the end.',
        fix:
          'Update the mail server or the proxy in front of it. If the server does not send this, somebody on the way ' +
          'does: compare with what the server logs.',
      }),
    },
    {
      code: 'starttls-missing',
      summary: 'STARTTLS is not offered on a port that begins in clear text',
      refs: [
        'draft-ietf-uta-email-deep-00 section 9.2',
        'draft-ietf-uta-email-deep-00 section 10.2',
        'checklist row 11',
        'checklist row 28',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} does not offer STARTTLS`,
        expected: 'STARTTLS (STLS in POP3) among the capabilities before TLS',
        got: `The server offers ${textParam(params, 'offered')}`,
        meaning:
          'Everything on this port travels in clear text. Clients that latched TLS on this host stop connecting; the ' +
          'others show mail and passwords to anyone on the way.',
        fix:
          'Turn STARTTLS on, or close the port and lead customers to the implicit TLS port. If a filter or proxy stands ' +
          'in front, check that it does not strip the capability.',
      }),
    },
  ],
  judge: (observation, context) =>
    observation.endpoint.tlsMode === 'starttls'
      ? judgeSeenAddresses(observation, codes, (session) => decide(observation, session, context))
      : [],
};

function decide(
  observation: EndpointObservation,
  session: AddressSession,
  context: JudgeContext,
): Decisions<(typeof codes)[number]> {
  const said = session.failure?.said ?? '';
  const failed: Decision = { verdict: 'fail', params: { said, refused: session.starttls === 'refused' } };
  const injected = session.starttls === 'accepted' && session.tls !== null && session.failure?.stage === 'starttls';
  const brokeOff = session.failure !== null && isStarttlsFailure(observation.endpoint, session.failure);
  switch (session.starttls) {
    case 'refused':
      return { 'starttls-broken': failed, 'starttls-injection': undecided, 'starttls-missing': passed };
    case 'accepted':
      return {
        'starttls-broken': session.tls !== null ? passed : brokeOff ? failed : undecided,
        'starttls-injection': injected
          ? { verdict: 'fail', params: { said } }
          : session.tls !== null
            ? passed
            : undecided,
        'starttls-missing': passed,
      };
    case 'not-advertised':
      return {
        'starttls-broken': passed,
        'starttls-injection': passed,
        // That it went, starttls-withdrawn says.
        'starttls-missing': offeredStarttls(context, session.address) ? superseded : judgeMissing(observation, session),
      };
    case 'not-reached':
    case 'not-applicable':
      return {
        'starttls-broken': brokeOff ? failed : undecided,
        'starttls-injection': undecided,
        'starttls-missing': undecided,
      };
  }
}

/**
 * Between mail servers a sender without TLS is still the rule of the protocol; for customers it is not acceptable today.
 * The draft only recommends STARTTLS (sections 9.2 and 10.2: SHOULD).
 */
function judgeMissing({ endpoint }: EndpointObservation, session: AddressSession): Decision {
  const offered = session.capabilitiesBeforeTls ?? [];
  const params = { offered: offered.length === 0 ? 'nothing' : offered.slice(0, 12).join(', ') };
  if (endpoint.service === 'smtp') return { verdict: 'warn', params };
  return decideByPack({ draft: 'warn', current: 'fail' }, params);
}

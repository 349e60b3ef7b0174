import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import type { EndpointCheck } from './check.ts';
import type { Decision, Decisions } from './decision.ts';
import { judgeSeenAddresses, notApplicable, passed, undecided } from './decision.ts';
import { isStarttlsFailure } from './standing.ts';
import { hostParam, textParam } from './wording.ts';

const codes = ['wrong-protocol', 'tls-handshake-failed', 'answer-over-limit'] as const;

/** Whether what answers is the service that the SRV record, the MX record or a person promised. */
export const protocol: EndpointCheck = {
  id: 'protocol',
  subject: 'endpoint',
  findings: [
    {
      code: 'wrong-protocol',
      summary: 'Something else than the expected service answers on the port',
      refs: [
        'draft-ietf-uta-email-deep-00 section 4',
        'draft-ietf-uta-email-deep-00 section 10.5',
        'checklist row 5',
        'checklist row 42',
        'checklist row 62',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} does not speak ${textParam(params, 'service', 40)}`,
        expected: `${textParam(params, 'service')}, as the SRV record, the MX record or the settings of this endpoint say`,
        got:
          params.clearText === true
            ? 'The server speaks without TLS on a port where TLS starts with the first byte'
            : `The server said: ${textParam(params, 'said')}`,
        meaning:
          'Clients that follow your records or their saved settings fail here. Where TLS was promised, clients that ' +
          'latched it refuse to go on without it.',
        fix:
          'Check which program listens on this port and in which TLS mode. Then either correct the server or the ' +
          'record that leads clients to it.',
      }),
    },
    {
      code: 'tls-handshake-failed',
      summary: 'The TLS handshake on an implicit TLS port fails',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.2',
        'checklist row 10',
        'checklist row 47',
        'RFC 9325 section 3.1.1',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `TLS does not come about on ${hostParam(params)}`,
        expected: 'A TLS 1.2 or TLS 1.3 handshake that completes',
        got: `OpenSSL said: ${textParam(params, 'said')}`,
        meaning: 'No current mail client can connect to this address.',
        fix:
          'Check that the server has a certificate and key it can read, and that it offers TLS 1.2 or 1.3 with current ' +
          'cipher suites. The log of the server says which side gave up and why.',
      }),
    },
    {
      code: 'answer-over-limit',
      summary: 'The server answers more than any mail server should',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'checklist row 5'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} sends more than Latchwatch reads`,
        expected: 'Lines up to 8 KiB, at most 64 KiB in all and at most 16 certificates',
        got: textParam(params, 'said'),
        meaning:
          'Clients have limits of their own: some of them fail here. The rest of this address was not looked at.',
        fix: 'Look at the greeting, the capabilities and the certificate chain that the server is set up to send.',
      }),
    },
  ],
  judge: (observation) => judgeSeenAddresses(observation, codes, (session) => decide(observation, session)),
};

function decide(observation: EndpointObservation, session: AddressSession): Decisions<(typeof codes)[number]> {
  const { failure, greeting } = session;
  const said = failure?.said ?? '';
  return {
    'wrong-protocol': isWrongProtocol(observation, session)
      ? { verdict: 'fail', params: { said, clearText: failure?.reason === 'tls' } }
      : greeting === null
        ? undecided
        : passed,
    'tls-handshake-failed': judgeHandshake(observation, session),
    'answer-over-limit': failure?.reason === 'limit' ? { verdict: 'warn', params: { said } } : passed,
  };
}

function isWrongProtocol({ endpoint }: EndpointObservation, { failure }: AddressSession): boolean {
  if (failure === null || isStarttlsFailure(endpoint, failure)) return false;
  return failure.reason === 'protocol' || (failure.reason === 'tls' && isClearText(failure.said ?? ''));
}

function judgeHandshake({ endpoint }: EndpointObservation, { failure, tls }: AddressSession): Decision {
  if (endpoint.tlsMode !== 'implicit') return notApplicable;
  if (tls !== null) return passed;
  if (failure?.reason !== 'tls' || isClearText(failure.said ?? '')) return undecided;
  return { verdict: 'fail', params: { said: failure.said ?? '' } };
}

/** What OpenSSL says when the first bytes are no TLS record: a greeting in clear text. */
function isClearText(said: string): boolean {
  return /wrong[_ ]version[_ ]number|packet[_ ]length[_ ]too[_ ]long|http[_ ]request|record[_ ]layer[_ ]failure/i.test(
    said,
  );
}

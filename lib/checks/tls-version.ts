import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import type { EndpointCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { decideByPack, judgeSeenAddresses, passed, undecided } from './decision.ts';
import { hostParam, textParam } from './wording.ts';

const codes = ['tls-version-obsolete'] as const;

/** Versions that clients may still use (RFC 8996, RFC 9325). */
const current = new Set(['TLSv1.2', 'TLSv1.3']);
/** Older ones that the draft of 2015 counted as good enough for its tag tls10 (section 11.2). */
const meetsTls10 = new Set(['TLSv1', 'TLSv1.1']);

/** Whether a server reaches TLS 1.2. The probe offers TLS 1.3 and 1.2 first, so less means that the server has no more. */
export const tlsVersion: EndpointCheck = {
  id: 'tls-version',
  subject: 'endpoint',
  findings: [
    {
      code: 'tls-version-obsolete',
      summary: 'A server offers neither TLS 1.2 nor TLS 1.3',
      refs: ['draft-ietf-uta-email-deep-00 section 11.2', 'RFC 8996', 'RFC 9325 section 3.1.1', 'checklist row 38'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} reaches only ${textParam(params, 'version', 20)}`,
        expected: 'TLS 1.2 or TLS 1.3',
        got: `${textParam(params, 'version')} with ${textParam(params, 'cipher')}`,
        meaning:
          'Current mail clients refuse to connect, and so do those that have latched tls12. The protection that older ' +
          'clients get is known to be weak.',
        fix: 'Allow TLS 1.2 and 1.3 on the server, or on the proxy in front of it. If its software is too old for them, replace it.',
      }),
    },
  ],
  judge: (observation) =>
    judgeSeenAddresses(observation, codes, (session) => ({ 'tls-version-obsolete': decide(observation, session) })),
};

function decide({ endpoint }: EndpointObservation, { tls }: AddressSession): Decision {
  if (tls === null) return undecided;
  if (current.has(tls.version)) return passed;
  // Between mail servers the alternative to weak TLS is no TLS, which is worse.
  const verdict = endpoint.service === 'smtp' ? 'warn' : 'crit';
  // TLS 1.0 meets the draft's tls10; that tls12 was promised besides, the check of that tag says.
  const draft = meetsTls10.has(tls.version) ? 'pass' : verdict;
  return decideByPack({ draft, current: verdict }, { version: tls.version, cipher: tls.cipher });
}

import { decideIdentity, identityCodes } from './certificate-identity.ts';
import type { EndpointCheck } from './check.ts';
import { untrustedCertificateMeans } from './consequences.ts';
import { judgeSeenAddresses } from './decision.ts';
import { countParam, listParam, textParam } from './wording.ts';

/** Whether the certificate is for the host that clients connect to. Apart from path and dates, which have checks of their own. */
export const certificateName: EndpointCheck = {
  id: 'certificate-name',
  subject: 'endpoint',
  findings: [
    {
      code: 'certificate-name-mismatch',
      summary: 'The certificate of a server is for another name',
      refs: ['draft-ietf-uta-email-deep-00 section 10.3', 'RFC 9525 section 6', 'checklist row 1', 'checklist row 14'],
      confirmations: 1,
      text: (params) => ({
        title: `Certificate is not for ${textParam(params, 'host', 80)}`,
        expected: `A DNS name ${textParam(params, 'host')} in the certificate (subjectAltName)`,
        got:
          countParam(params, 'presented') === 0
            ? `No DNS name at all; the subject ${textParam(params, 'subject')} does not count`
            : `The certificate is for ${listParam(params, 'presented')}`,
        meaning: untrustedCertificateMeans,
        fix:
          'Have the certificate issued for every host name that SRV and MX records and customers use. If the right ' +
          'certificate exists, the server picks the wrong one: check which it serves for this name and by default.',
      }),
    },
    {
      code: 'certificate-common-name-only',
      summary: 'The certificate of a server has its name in the common name only',
      refs: ['draft-ietf-uta-email-deep-00 section 10.3', 'RFC 9525 section 2', 'checklist row 1', 'checklist row 15'],
      confirmations: 1,
      text: (params) => ({
        title: `Certificate names ${textParam(params, 'host', 60)} in its common name only`,
        expected: `A DNS name ${textParam(params, 'host')} in the certificate (subjectAltName)`,
        got: `No DNS name at all; the subject ${textParam(params, 'subject')} does not count`,
        meaning:
          'Old clients still look at the common name and connect. Current ones do not (RFC 9525). ' +
          untrustedCertificateMeans,
        fix: 'Have the certificate issued anew with the host name as a DNS name. Every public CA does that by itself.',
      }),
    },
  ],
  judge: (observation, { declaration }) =>
    judgeSeenAddresses(observation, identityCodes, ({ tls }) =>
      decideIdentity(declaration?.serverName ?? observation.endpoint.host, tls),
    ),
};

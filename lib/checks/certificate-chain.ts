import type { Params } from '../model/finding.ts';
import { decideTrust, trustCodes } from './certificate-trust.ts';
import type { EndpointCheck, FindingDefinition } from './check.ts';
import { untrustedCertificateMeans } from './consequences.ts';
import { judgeSeenAddresses } from './decision.ts';
import { textParam } from './wording.ts';

const refs = [
  'draft-ietf-uta-email-deep-00 section 10.3',
  'draft-ietf-uta-email-deep-00 section 10.5',
  'RFC 5280 section 6',
  'checklist row 1',
  'checklist row 13',
];
const trustedPath = (params: Params): string => `A path to a root in ${textParam(params, 'store')}`;

/** Whether the certificate leads to a root that clients trust. OpenSSL's verdict; dates belong to `certificate-expiry`. */
export const certificateChain: EndpointCheck = {
  id: 'certificate-chain',
  subject: 'endpoint',
  findings: [
    define({
      code: 'certificate-self-signed',
      summary: 'The certificate of a server is signed by nobody but itself',
      text: (params) => ({
        title: `Certificate of ${textParam(params, 'host', 60)} is self-signed`,
        expected: trustedPath(params),
        got: `${textParam(params, 'subject')} vouches for itself`,
        meaning: untrustedCertificateMeans,
        fix:
          'Install a certificate from a public CA. A self-signed one often means that a server fell back to the ' +
          'certificate it was packaged with: check that its configuration names the right files.',
      }),
    }),
    define({
      code: 'certificate-intermediate-missing',
      summary: 'The server does not send the certificate that its own was signed with',
      text: (params) => ({
        title: `${textParam(params, 'host', 60)} does not send its intermediate certificate`,
        expected: 'The certificate of the server followed by every intermediate, in the order of signing',
        got: `Only ${textParam(params, 'subject')}; its issuer ${textParam(params, 'issuer')} is neither sent nor a known root`,
        meaning:
          'Programs that remember the intermediate from elsewhere connect, all others fail: it works on your desk and ' +
          `breaks for customers. ${untrustedCertificateMeans}`,
        fix:
          'Configure the full chain (with most ACME clients the file is called fullchain.pem) instead of the single ' +
          'certificate, and reload the server. If the issuer is a CA of your own, name its file in LATCHWATCH_CA_FILE.',
      }),
    }),
    define({
      code: 'certificate-authority-unknown',
      summary: 'The chain ends at a CA that clients do not know',
      text: (params) => ({
        title: `Certificate of ${textParam(params, 'host', 50)} comes from a CA that clients do not know`,
        expected: trustedPath(params),
        got: `The chain ends at ${textParam(params, 'end')}`,
        meaning: untrustedCertificateMeans,
        fix:
          'Install a certificate from a public CA, or check that the intermediate you send belongs to it. If all your ' +
          'customers have your own CA installed, name its file in LATCHWATCH_CA_FILE.',
      }),
    }),
    define({
      code: 'certificate-untrusted',
      summary: 'The certificate of a server is refused for another reason',
      text: (params) => ({
        title: `Certificate of ${textParam(params, 'host', 50)} is not trusted: ${textParam(params, 'error', 40)}`,
        expected: trustedPath(params),
        got: `OpenSSL refuses ${textParam(params, 'subject')}: ${textParam(params, 'error')}`,
        meaning: untrustedCertificateMeans,
        fix:
          'Check the whole chain file: signatures, CA flags, key sizes and purposes. Having the certificate issued anew ' +
          'and installing exactly the files that came with it solves most of these.',
      }),
    }),
  ],
  judge: (observation) => judgeSeenAddresses(observation, trustCodes, decideTrust),
};

function define(finding: Pick<FindingDefinition, 'code' | 'summary' | 'text'>): FindingDefinition {
  return { ...finding, refs, confirmations: 1 };
}

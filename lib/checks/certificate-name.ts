import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import { parseIpAddress } from '../model/ip-address.ts';
import { matchHost } from '../x509/names.ts';
import { readChain } from '../x509/read-chain.ts';
import type { EndpointCheck } from './check.ts';
import { untrustedCertificateMeans } from './consequences.ts';
import type { Decision } from './decision.ts';
import { judgeSeenAddresses, notApplicable, passed, undecided } from './decision.ts';
import { countParam, listParam, textParam } from './wording.ts';

const codes = ['certificate-name-mismatch'] as const;

/** Names kept in the finding: enough to see what the certificate is for. */
const namesKept = 20;

/** Whether the certificate is for the host that clients connect to. Apart from path and dates, which have checks of their own. */
export const certificateName: EndpointCheck = {
  id: 'certificate-name',
  subject: 'endpoint',
  findings: [
    {
      code: 'certificate-name-mismatch',
      summary: 'The certificate of a server is for another name',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.3',
        'RFC 9525 section 6',
        'checklist row 1',
        'checklist row 14',
        'checklist row 15',
      ],
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
  ],
  judge: (observation) =>
    judgeSeenAddresses(observation, codes, (session) => ({
      'certificate-name-mismatch': decide(observation, session),
    })),
};

function decide({ endpoint }: EndpointObservation, { tls }: AddressSession): Decision {
  // Whoever set an IP address as the host has no name to check.
  if (parseIpAddress(endpoint.host).ok) return notApplicable;
  const leaf = tls === null ? null : (readChain(tls.chain)[0] ?? null);
  if (leaf === null) return undecided;
  if (matchHost(endpoint.host, leaf.dnsNames).matches) return passed;
  return {
    verdict: 'fail',
    params: {
      presented: leaf.dnsNames.slice(0, namesKept),
      subject: leaf.subject.slice(0, 256),
      fingerprint: leaf.fingerprint,
    },
  };
}

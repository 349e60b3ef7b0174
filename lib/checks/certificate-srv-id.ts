import { findServiceRow } from '../model/endpoint.ts';
import type { AddressScan, ScanObservation } from '../model/scan-observation.ts';
import { readChain } from '../x509/read-chain.ts';
import type { ScanCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { decideByPack, notApplicable, passed, undecided } from './decision.ts';
import { judgeScannedAddresses, usualHandshake } from './scan-address.ts';
import { hostParam, listParam, textParam } from './wording.ts';

/** Whether the certificate has an SRV-ID for the service, as the draft wishes and no public CA issues. */
export const certificateSrvId: ScanCheck = {
  id: 'certificate-srv-id',
  subject: 'scan',
  findings: [
    {
      code: 'certificate-srv-id-missing',
      summary: 'The certificate of a server has no SRV-ID for its service',
      refs: ['draft-ietf-uta-email-deep-00 section 10.3', 'RFC 4985', 'RFC 9525 section 6.3', 'checklist row 14'],
      confirmations: 1,
      text: (params) => ({
        title: `Certificate of ${hostParam(params)} has no SRV-ID ${textParam(params, 'label', 20)}`,
        expected: `An SRV-ID such as ${textParam(params, 'label', 20)}.example.org beside the DNS name of the host`,
        got: `SRV-IDs in the certificate: ${listParam(params, 'presented')}`,
        meaning:
          'Nothing breaks: clients compare the host name with the DNS names. An SRV-ID would let them see that this host may ' +
          'serve the domain without trusting the DNS for it.',
        fix: 'Nothing, with a certificate of a public CA: none issues SRV-IDs. With a CA of your own you can add one.',
      }),
    },
  ],
  judge: (observation) =>
    judgeScannedAddresses(observation, (scan) => ({ 'certificate-srv-id-missing': decide(observation, scan) })),
};

function decide({ endpoint }: ScanObservation, scan: AddressScan): Decision {
  const label = findServiceRow(endpoint.service, endpoint.tlsMode)?.srvLabel ?? null;
  if (label === null) return notApplicable;
  const tls = usualHandshake(scan);
  const leaf = tls === null ? null : (readChain(tls.chain)[0] ?? null);
  if (leaf === null) return undecided;
  if (leaf.srvIds.some(({ service }) => service === label)) return passed;
  const presented = leaf.srvIds.slice(0, 20).map(({ service, domain }) => `${service}.${domain}`);
  return decideByPack({ draft: 'info', current: 'n-a' }, { label, presented });
}

import type { AddressScan, ScanObservation } from '../model/scan-observation.ts';
import type { JudgeContext, ScanCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { notApplicable, passed, undecided } from './decision.ts';
import { judgeScannedAddresses } from './scan-address.ts';
import { hostParam } from './wording.ts';

/** Whether a server asks for a client certificate without having a use for it. TLS 1.3 hides the question. */
export const clientCertificateRequest: ScanCheck = {
  id: 'client-certificate-request',
  subject: 'scan',
  findings: [
    {
      code: 'client-certificate-requested',
      summary: 'A server asks clients for a certificate although nobody declared a use for it',
      refs: ['draft-ietf-uta-email-deep-00 section 9.1.1', 'checklist row 51'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} asks clients for a certificate`,
        expected: 'No CertificateRequest, unless certificates are enough to log in here',
        got: 'The server sent a CertificateRequest in its first flight',
        meaning:
          'Some clients ask their users which certificate to send, some refuse to go on, and some send one that tells who ' +
          'the user is before anything is protected.',
        fix:
          'Turn the request off (`ssl_verify_client_cert = no` in Dovecot, `smtpd_tls_ask_ccert = no` in Postfix). If ' +
          'certificates are a way to log in here, say so: set accepts_client_certs in what you declare of this endpoint.',
      }),
    },
  ],
  judge: (observation, context) =>
    judgeScannedAddresses(observation, (scan) => ({
      'client-certificate-requested': decide(observation, scan, context),
    })),
};

function decide({ endpoint }: ScanObservation, scan: AddressScan, { declaration }: JudgeContext): Decision {
  if (declaration?.acceptsClientCertificates === true) return passed;
  switch (scan.certificateRequest) {
    case 'yes':
      // Between mail servers it is a common way to tell one's own relays.
      return { verdict: endpoint.service === 'smtp' ? 'info' : 'warn' };
    case 'no':
      return passed;
    case 'encrypted':
      return notApplicable;
    case 'unseen':
      return undecided;
  }
}

import { parseIpAddress } from '../model/ip-address.ts';
import type { AddressScan, ScanObservation } from '../model/scan-observation.ts';
import { matchHost } from '../x509/names.ts';
import { readChain } from '../x509/read-chain.ts';
import type { JudgeContext, ScanCheck } from './check.ts';
import type { Decision, Decisions } from './decision.ts';
import { notApplicable, passed, undecided } from './decision.ts';
import { judgeScannedAddresses } from './scan-address.ts';
import { hostParam, listParam, textParam } from './wording.ts';

type Code = 'default-certificate-unusable' | 'server-name-required';

const meaning =
  'Clients that do not send the server name, old ones and some scanners and printers, cannot verify this host. If they ' +
  'latched tls-cert, they stop connecting for good, and their users cannot click the warning away.';

/** What a client gets that sends no server name (SNI, RFC 6066). */
export const defaultCertificate: ScanCheck = {
  id: 'default-certificate',
  subject: 'scan',
  findings: [
    {
      code: 'default-certificate-unusable',
      summary: 'The certificate that a server shows without SNI is good for none of its names',
      refs: ['draft-ietf-uta-email-deep-00 section 10.3', 'RFC 6066 section 3', 'checklist row 16'],
      confirmations: 1,
      text: (params) => ({
        title: `Without SNI ${hostParam(params)} shows a certificate for none of its names`,
        expected: `A trusted certificate for ${listParam(params, 'hosted')}, with and without SNI`,
        got:
          params.trusted === true
            ? `The certificate is for ${listParam(params, 'presented')}`
            : `A certificate that is not trusted (${textParam(params, 'error', 60)}): ${textParam(params, 'subject')}`,
        meaning,
        fix:
          'Make the certificate of the host the default one of this address, or put all names of the address into one ' +
          'certificate. Servers often fall back to the self-signed certificate that they were packaged with.',
      }),
    },
    {
      code: 'server-name-required',
      summary: 'A server refuses handshakes without SNI',
      refs: ['draft-ietf-uta-email-deep-00 section 10.3', 'RFC 6066 section 3', 'checklist row 16'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} refuses handshakes without SNI`,
        expected: 'A default certificate for clients that do not send the server name',
        got: `The server answered: ${textParam(params, 'said')}`,
        meaning,
        fix: 'Configure a default certificate for this address, that of the name most customers use.',
      }),
    },
  ],
  judge: (observation, context) => judgeScannedAddresses(observation, (scan) => decide(observation, scan, context)),
};

function decide({ endpoint }: ScanObservation, scan: AddressScan, context: JudgeContext): Decisions<Code> {
  const offer = scan.withoutServerName;
  const host = context.declaration?.serverName ?? endpoint.host;
  if (offer === null || parseIpAddress(host).ok) {
    return { 'default-certificate-unusable': notApplicable, 'server-name-required': notApplicable };
  }
  switch (offer.outcome) {
    case 'unseen':
      return { 'default-certificate-unusable': undecided, 'server-name-required': undecided };
    case 'refused':
      return {
        'default-certificate-unusable': notApplicable,
        'server-name-required': isRefusedAnyway(scan) ? undecided : { verdict: 'warn', params: { said: offer.said } },
      };
    case 'accepted': {
      const hosted = [...new Set([host, ...(context.hostedNames ?? [])])];
      return {
        'default-certificate-unusable': decideDefault(offer.facts, hosted),
        'server-name-required': passed,
      };
    }
  }
}

function decideDefault(tls: AddressScan['repeated'][number], hosted: readonly string[]): Decision {
  const leaf = readChain(tls.chain)[0] ?? null;
  if (leaf === null) return undecided;
  const { pkix } = tls;
  if (pkix.trusted && hosted.some((host) => matchHost(host, leaf.dnsNames).matches)) return passed;
  return {
    verdict: 'warn',
    params: {
      hosted,
      trusted: pkix.trusted,
      error: pkix.trusted ? null : pkix.error,
      presented: leaf.dnsNames.slice(0, 20),
      subject: leaf.subject.slice(0, 256),
      fingerprint: leaf.fingerprint,
    },
  };
}

/** With SNI as well: then it is not for want of the name. */
function isRefusedAnyway({ versions }: AddressScan): boolean {
  return Object.values(versions).every(({ outcome }) => outcome !== 'accepted');
}

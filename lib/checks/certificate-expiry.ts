import type { AddressSession } from '../model/observation.ts';
import { readChain } from '../x509/read-chain.ts';
import { decideBegin, decideExpiry, decidePathExpiry, describeEnd } from './certificate-dates.ts';
import type { EndpointCheck } from './check.ts';
import { untrustedCertificateMeans } from './consequences.ts';
import type { Decisions } from './decision.ts';
import { judgeSeenAddresses, undecided } from './decision.ts';
import { textParam, timeParam } from './wording.ts';

const codes = ['certificate-expiry', 'certificate-not-yet-valid', 'chain-expiry'] as const;

/**
 * Dates of the certificate and of the path that OpenSSL built from it. One code runs from "expiring" to "expired", so
 * that one incident gets worse instead of resolving at the moment of the outage.
 */
export const certificateExpiry: EndpointCheck = {
  id: 'certificate-expiry',
  subject: 'endpoint',
  findings: [
    {
      code: 'certificate-expiry',
      summary: 'The certificate of a server expires soon or has expired',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.5',
        'draft-ietf-uta-email-deep-00 section 10.6',
        'checklist row 1',
        'checklist row 2',
        'checklist row 13',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `Certificate of ${textParam(params, 'host', 60)} ${describeEnd(params)}`,
        expected: `Renewed before ${timeParam(params, 'warnAt')}, with more than 25 % of its lifetime left`,
        got: `${textParam(params, 'subject')}, valid from ${timeParam(params, 'notBefore')} to ${timeParam(params, 'notAfter')}`,
        meaning:
          params.state === 'expired'
            ? untrustedCertificateMeans
            : `From that minute on: ${lowerFirst(untrustedCertificateMeans)}`,
        fix:
          'Renew the certificate, install it on every address of the host and reload the servers: many keep the old one ' +
          'in memory until then. If TLSA records name its key, keep the key or publish the new record first. Then find ' +
          'out why the automatic renewal did not happen.',
      }),
    },
    {
      code: 'certificate-not-yet-valid',
      summary: 'The certificate of a server is not valid yet',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'checklist row 1'],
      confirmations: 1,
      text: (params) => ({
        title: `Certificate of ${textParam(params, 'host', 50)} is not valid before ${timeParam(params, 'notBefore')}`,
        expected: 'A certificate that is valid now',
        got: `${textParam(params, 'subject')}, valid from ${timeParam(params, 'notBefore')}`,
        meaning: untrustedCertificateMeans,
        fix:
          'Put the previous certificate back until then, or have a new one issued. If the date is long past, the clock ' +
          'of the machine that Latchwatch runs on is wrong.',
      }),
    },
    {
      code: 'chain-expiry',
      summary: 'A CA certificate between the server and its root expires soon or has expired',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'checklist row 2'],
      confirmations: 1,
      text: (params) => ({
        title: `CA certificate in the chain of ${textParam(params, 'host', 45)} ${describeEnd(params)}`,
        expected: 'CA certificates that last longer than the certificate of the server',
        got: `${textParam(params, 'subject')}: ${describeEnd(params)}`,
        meaning:
          params.state === 'expired'
            ? untrustedCertificateMeans
            : `From that minute on: ${lowerFirst(untrustedCertificateMeans)}`,
        fix:
          'Renewing the certificate of the server alone does not help: install the current intermediate certificate of ' +
          'the CA, or have a certificate issued under another one. If the root itself ends, change the CA.',
      }),
    },
  ],
  judge: (observation, { now }) => judgeSeenAddresses(observation, codes, (session) => decide(session, now)),
};

function decide({ tls, startedAt }: AddressSession, now: number): Decisions<(typeof codes)[number]> {
  const leaf = tls === null ? null : (readChain(tls.chain)[0] ?? null);
  if (tls === null || leaf === null) {
    return { 'certificate-expiry': undecided, 'certificate-not-yet-valid': undecided, 'chain-expiry': undecided };
  }
  return {
    'certificate-expiry': decideExpiry(leaf, now),
    'certificate-not-yet-valid': decideBegin(leaf, now),
    'chain-expiry': decidePathExpiry({ tls, leaf, now, seenAt: startedAt }),
  };
}

function lowerFirst(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
}

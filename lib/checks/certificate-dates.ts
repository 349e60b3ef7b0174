import type { Params } from '../model/finding.ts';
import type { TlsFacts } from '../model/observation.ts';
import type { Certificate } from '../x509/certificate.ts';
import { readChain } from '../x509/read-chain.ts';
import type { Decision } from './decision.ts';
import { passed, undecided } from './decision.ts';
import { findExpiryLevel, readThresholds } from './expiry-level.ts';
import { timeParam } from './wording.ts';

/** The begin of one certificate. */
export function decideBegin(certificate: Certificate, now: number): Decision {
  return now < certificate.notBefore ? { verdict: 'crit', params: describe(certificate) } : passed;
}

/** The end of one certificate, by the share of its lifetime that is left. */
export function decideExpiry(certificate: Certificate, now: number): Decision {
  const level = findExpiryLevel(certificate, now);
  const params = {
    ...describe(certificate),
    state: level === 'expired' ? 'expired' : 'expiring',
    page: level === 'page',
  };
  switch (level) {
    case 'fine':
      return passed;
    case 'warn':
      return { verdict: 'warn', params };
    case 'crit':
    case 'page':
    case 'expired':
      return { verdict: 'crit', params };
  }
}

/** The earliest end among the CA certificates that a server's certificate hangs on. */
export function decidePathExpiry(path: {
  readonly tls: TlsFacts;
  readonly leaf: Certificate;
  readonly now: number;
  readonly seenAt: number;
}): Decision {
  const { tls, leaf, now, seenAt } = path;
  const authorities = readChain(tls.pkix.trusted ? tls.pkix.path : tls.chain)
    .slice(1)
    .filter((certificate) => certificate !== null);
  const first = authorities.reduce<Certificate | null>(
    (earliest, next) => (earliest === null || next.notAfter < earliest.notAfter ? next : earliest),
    null,
  );
  if (tls.pkix.trusted) return first === null ? passed : decideExpiry(first, now);
  if (tls.pkix.error !== 'CERT_HAS_EXPIRED') return undecided;
  if (first !== null && first.notAfter <= Math.max(now, seenAt)) return decideExpiry(first, Math.max(now, seenAt));
  // OpenSSL names one error: once the leaf has expired, nothing is known of the CA certificates that were not sent.
  if (leaf.notAfter <= Math.max(now, seenAt)) return undecided;
  return { verdict: 'crit', params: { state: 'expired', subject: 'A CA certificate that the server did not send' } };
}

function describe(certificate: Certificate): Params {
  const { warnAt, critAt, pageAt } = readThresholds(certificate);
  const { subject, fingerprint, notBefore, notAfter } = certificate;
  return { subject: subject.slice(0, 256), fingerprint, notBefore, notAfter, warnAt, critAt, pageAt };
}

/** The end of a certificate in a few words, from the parameters of such a decision. */
export function describeEnd(params: Params): string {
  // A CA certificate that was not sent has no date that we know.
  if (typeof params.notAfter !== 'number') return 'has expired';
  return `${params.state === 'expired' ? 'expired' : 'expires'} ${timeParam(params, 'notAfter')}`;
}

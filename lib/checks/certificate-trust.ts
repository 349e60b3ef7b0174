import type { TlsFacts } from '../model/observation.ts';
import type { Certificate } from '../x509/certificate.ts';
import { isSelfSigned } from '../x509/certificate.ts';
import { readChain } from '../x509/read-chain.ts';
import type { Decision, Decisions } from './decision.ts';
import { passed, undecided } from './decision.ts';

/** Ways in which a certificate is not trusted. Dates are another matter. */
export const trustCodes = [
  'certificate-self-signed',
  'certificate-intermediate-missing',
  'certificate-authority-unknown',
  'certificate-untrusted',
] as const;
type Code = (typeof trustCodes)[number];

/**
 * What is wrong with the path of a certificate, from OpenSSL's verdict and the chain as sent. `startedAt` is when the
 * handshake was, in milliseconds since the epoch.
 */
export function decideTrust({
  tls,
  startedAt,
}: {
  readonly tls: TlsFacts | null;
  readonly startedAt: number;
}): Decisions<Code> {
  const clean: Decisions<Code> = {
    'certificate-self-signed': passed,
    'certificate-intermediate-missing': passed,
    'certificate-authority-unknown': passed,
    'certificate-untrusted': passed,
  };
  const unknown: Decisions<Code> = {
    'certificate-self-signed': undecided,
    'certificate-intermediate-missing': undecided,
    'certificate-authority-unknown': undecided,
    'certificate-untrusted': undecided,
  };
  if (tls === null) return unknown;
  if (tls.pkix.trusted) return clean;
  const { error } = tls.pkix;
  const chain = readChain(tls.chain).filter((certificate) => certificate !== null);
  const leaf = chain[0];
  const failed = (code: Code): Decisions<Code> => ({ ...clean, [code]: fail(tls, error, chain) });

  // OpenSSL names the last error only, and dates are looked at last: they hide what else is wrong with the path.
  const selfSigned = leaf !== undefined && isSelfSigned(leaf);
  if (error === 'CERT_HAS_EXPIRED') {
    return selfSigned ? failed('certificate-self-signed') : { ...unknown, 'certificate-self-signed': passed };
  }
  if (error === 'CERT_NOT_YET_VALID' && leaf !== undefined && leaf.notBefore > startedAt) {
    return selfSigned ? failed('certificate-self-signed') : { ...unknown, 'certificate-self-signed': passed };
  }
  return failed(findCode(error));
}

function findCode(error: string): Code {
  switch (error) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return 'certificate-self-signed';
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return 'certificate-intermediate-missing';
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return 'certificate-authority-unknown';
    default:
      return 'certificate-untrusted';
  }
}

function fail(tls: TlsFacts, error: string, chain: readonly Certificate[]): Decision {
  const [leaf, last] = [chain[0], chain.at(-1)];
  const end = last === undefined ? '' : last.isSelfIssued ? last.subject : last.issuer;
  return {
    verdict: 'fail',
    params: {
      error,
      store: tls.pkix.store,
      subject: (leaf?.subject ?? '').slice(0, 256),
      issuer: (leaf?.issuer ?? '').slice(0, 256),
      end: end.slice(0, 256),
      fingerprint: leaf?.fingerprint ?? null,
      certificatesSent: tls.chain.length,
    },
  };
}

import type { TlsFacts } from '../model/observation.ts';
import { parseIpAddress } from '../model/ip-address.ts';
import type { Certificate } from '../x509/certificate.ts';
import { matchHost } from '../x509/names.ts';
import { readChain } from '../x509/read-chain.ts';
import type { Decisions } from './decision.ts';
import { decideByPack, notApplicable, passed, superseded, undecided } from './decision.ts';

/** Ways in which a certificate is not for the name that clients connect to. */
export const identityCodes = ['certificate-name-mismatch', 'certificate-common-name-only'] as const;
type Code = (typeof identityCodes)[number];

/** Names kept in the finding: enough to see what the certificate is for. */
const namesKept = 20;

/** Whether a certificate is for `host` (A-label form). Apart from path and dates. */
export function decideIdentity(host: string, tls: TlsFacts | null): Decisions<Code> {
  // Whoever set an IP address as the host has no name to check.
  if (parseIpAddress(host).ok) {
    return { 'certificate-name-mismatch': notApplicable, 'certificate-common-name-only': notApplicable };
  }
  const leaf = tls === null ? null : (readChain(tls.chain)[0] ?? null);
  if (leaf === null) return { 'certificate-name-mismatch': undecided, 'certificate-common-name-only': undecided };
  const params = {
    presented: leaf.dnsNames.slice(0, namesKept),
    subject: leaf.subject.slice(0, 256),
    fingerprint: leaf.fingerprint,
  };
  if (matchHost(host, leaf.dnsNames).matches) {
    return { 'certificate-name-mismatch': passed, 'certificate-common-name-only': passed };
  }
  if (isNamedByCommonName(host, leaf)) {
    // The draft (section 10.3) allows CN-IDs for old clients, RFC 9525 section 2 ended them.
    const named = decideByPack({ draft: 'pass', current: 'fail' }, params);
    return { 'certificate-name-mismatch': superseded, 'certificate-common-name-only': named };
  }
  return { 'certificate-name-mismatch': { verdict: 'fail', params }, 'certificate-common-name-only': passed };
}

/** RFC 6125 section 6.4.4: the common name counts where there is no other name at all. */
function isNamedByCommonName(host: string, { commonName, dnsNames, srvIds }: Certificate): boolean {
  return commonName !== null && dnsNames.length === 0 && srvIds.length === 0 && matchHost(host, [commonName]).matches;
}

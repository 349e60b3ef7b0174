import type { AddressScan, ScanObservation } from '../model/scan-observation.ts';
import type { Certificate } from '../x509/certificate.ts';
import { matchHost } from '../x509/names.ts';
import { readChain } from '../x509/read-chain.ts';
import type { JudgeContext, KnownCertificate, ScanCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { passed, undecided } from './decision.ts';
import { findExpiryLevel } from './expiry-level.ts';
import { acceptedFacts, judgeScannedAddresses, usualHandshake } from './scan-address.ts';
import { hostParam, textParam, timeParam } from './wording.ts';

/** Whether a server still shows a certificate for which a newer one is in use elsewhere, or was given by an operator. */
export const certificateNotReloaded: ScanCheck = {
  id: 'certificate-not-reloaded',
  subject: 'scan',
  findings: [
    {
      code: 'certificate-not-reloaded',
      summary: 'A server still shows a certificate that has been renewed',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.5',
        'draft-ietf-uta-email-deep-00 section 10.6',
        'checklist row 1',
        'checklist row 2',
        'checklist row 13',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} still shows a certificate that has been renewed`,
        expected:
          `The one of ${timeParam(params, 'newerFrom')} (SHA-256 ${textParam(params, 'newer', 16)}), ` +
          `${params.given === true ? 'given by' : 'seen at'} ${textParam(params, 'seenAt', 100)}`,
        got:
          `The one of ${timeParam(params, 'notBefore')} (SHA-256 ${textParam(params, 'fingerprint', 16)}), which ends ` +
          timeParam(params, 'notAfter'),
        meaning:
          'Mail servers keep a certificate in memory until they are reloaded: this one is served until it expires, although ' +
          'the new one lies ready. From that minute on clients that latched this server stop connecting.',
        fix:
          'Reload the server: `doveadm reload` or `systemctl reload dovecot`, `postfix reload`, `systemctl reload exim4`. ' +
          'Then make the renewal do it by itself (a deploy hook of the ACME client). If this address has a certificate of ' +
          'its own on purpose, renew it with the others.',
      }),
    },
  ],
  judge: (observation, context) =>
    judgeScannedAddresses(observation, (scan) => ({
      'certificate-not-reloaded': decide(observation, scan, context),
    })),
};

/** Certificates that any handshake of the scan met at the address. */
function shownLeaves({ repeated, versions, keys }: AddressScan): readonly string[] {
  const offers = [versions['TLSv1.2'], versions['TLSv1.3'], keys.rsa, keys.ec].map(acceptedFacts);
  return [...repeated, ...offers].flatMap((tls) => {
    const leaf = tls === null ? null : (readChain(tls.chain)[0] ?? null);
    return leaf === null ? [] : [leaf.fingerprint];
  });
}

function decide({ endpoint }: ScanObservation, scan: AddressScan, context: JudgeContext): Decision {
  const { now, knownCertificates = [], declaration } = context;
  const host = declaration?.serverName ?? endpoint.host;
  const served = [usualHandshake(scan), acceptedFacts(scan.keys.rsa), acceptedFacts(scan.keys.ec)].flatMap((tls) => {
    const leaf = tls === null ? null : (readChain(tls.chain)[0] ?? null);
    return leaf === null ? [] : [leaf];
  });
  if (served.length === 0) return undecided;
  const stale = served.flatMap((leaf) => {
    const newer = newestRenewal(leaf, knownCertificates, { host, now });
    return newer === null ? [] : [{ leaf, newer }];
  });
  const [first] = stale.toSorted((a, b) => a.leaf.notAfter - b.leaf.notAfter);
  if (first === undefined) return passed;
  const { leaf, newer } = first;
  // Some server behind this address has the new one: what is behind it are servers that are not alike, which is told so.
  if (context.mixedAddresses?.includes(scan.address) === true) return undecided;
  if (shownLeaves(scan).includes(newer.certificate.fingerprint)) return undecided;
  return {
    verdict: findExpiryLevel(leaf, now) === 'fine' ? 'warn' : 'fail',
    params: {
      fingerprint: leaf.fingerprint,
      notBefore: leaf.notBefore,
      notAfter: leaf.notAfter,
      newer: newer.certificate.fingerprint,
      newerFrom: newer.certificate.notBefore,
      seenAt: newer.known.seenAt.slice(0, 256),
      given: newer.known.source === 'given',
    },
  };
}

interface Renewal {
  readonly known: KnownCertificate;
  readonly certificate: Certificate;
}

/**
 * The latest certificate that takes the place of `leaf`: valid now, for the host, with a key of the same kind. One that
 * was only seen must be for all names of `leaf`, since services of one host may well have certificates of their own; an
 * operator's word needs no such sign.
 */
function newestRenewal(
  leaf: Certificate,
  known: readonly KnownCertificate[],
  { host, now }: { readonly host: string; readonly now: number },
): Renewal | null {
  const renewals = known.flatMap((one): readonly Renewal[] => {
    const certificate = readChain([one.der])[0] ?? null;
    if (certificate === null || certificate.keyType !== leaf.keyType) return [];
    if (certificate.notBefore <= leaf.notBefore || certificate.notBefore > now || certificate.notAfter <= now)
      return [];
    if (!matchHost(host, certificate.dnsNames).matches) return [];
    const names = new Set(certificate.dnsNames);
    const coversAll = leaf.dnsNames.every((name) => names.has(name));
    return one.source === 'given' || coversAll ? [{ known: one, certificate }] : [];
  });
  return renewals.toSorted((a, b) => b.certificate.notBefore - a.certificate.notBefore)[0] ?? null;
}

import { provableTags, type ProvableTag } from '../deep/tags.ts';
import type { Params } from '../model/finding.ts';

/**
 * What mail clients go through to reach a server, the first step first: while one fails, what the later ones show may
 * be its consequence. `latch`: what clients that hold a security tag make of it.
 */
const levels = [
  ['network'],
  ['resolver'],
  ['zone'],
  ['host'],
  ['port'],
  ['tls'],
  ['certificate', 'tlsa', 'advertisement'],
  ['latch'],
] as const;
type Level = (typeof levels)[number][number];

/** What one code is in the order of causes. */
interface CauseRow {
  readonly level: Level;
  /** What several subjects have in common when they show it: they are one incident then. */
  readonly sharedBy?: 'certificate' | 'host';
  /** What it explains within its reach: everything at later levels, or some codes. */
  readonly explains?: 'later' | readonly string[];
  /** It explains nothing unless it is critical: a server that answers at another address may show what it likes. */
  readonly onlyCritical?: true;
  /** The tags that cannot be proved while it lasts. */
  readonly breaks?: (params: Params) => readonly ProvableTag[];
}

const noTls = () => provableTags;
const dane = () => ['tls-dane-tlsa'] as const;
const pkix = () => ['tls-cert'] as const;
const pkixOnceExpired = (params: Params) => (params['state'] === 'expired' ? pkix() : []);
const daneOfAll = (params: Params) => (params['all'] === true ? dane() : []);

/** What clients with a latch do about a certificate or record that fails. */
const pkixLatch = ['tag-tls-cert-broken', 'latch-failure-spike', 'mta-sts-mx-certificate'] as const;
const daneLatch = ['tag-tls-dane-tlsa-broken', 'latch-failure-spike'] as const;
const versionLatch = ['tag-tls10-broken', 'tag-tls12-broken', 'latch-failure-spike'] as const;
const tlsFault = { level: 'tls', explains: 'later', breaks: noTls } as const;
const certificateFault = { level: 'certificate', sharedBy: 'certificate', explains: pkixLatch, breaks: pkix } as const;
const daneFault = { level: 'tlsa', explains: daneLatch, breaks: dane } as const;
const versionFault = { level: 'tls', explains: versionLatch, breaks: () => ['tls12'] as const } as const;
const notReached = { level: 'port', sharedBy: 'host' } as const;
const zoneFact = { level: 'zone' } as const;
const tlsFact = { level: 'tls' } as const;
const certificateFact = { level: 'certificate', sharedBy: 'certificate' } as const;
const ownCertificateFact = { level: 'certificate' } as const;
const tlsaFact = { level: 'tlsa' } as const;
const advertised = { level: 'advertisement' } as const;
const latched = { level: 'latch' } as const;

/** One row a finding code. A code without a row is a defect: a test compares with the registry. */
export const causeTable: Readonly<Record<string, CauseRow>> = {
  'own-network-down': { level: 'network', explains: 'later' },
  'own-resolver-down': { level: 'resolver', explains: 'later' },

  'dnssec-bogus': { level: 'zone', explains: 'later', breaks: dane },
  'denial-broken': { level: 'zone', explains: ['tlsa-bogus', 'tlsa-lookup-failing', ...daneLatch] },
  'tlsa-question-dropped': { level: 'zone', explains: ['tlsa-lookup-failing', ...daneLatch], breaks: dane },
  'ds-without-key': zoneFact,
  'cds-differs': zoneFact,
  island: zoneFact,
  'algorithm-retired': zoneFact,
  'clock-untrusted': zoneFact,
  'delegation-differs': zoneFact,
  'dnssec-limit': zoneFact,
  'dnssec-server-bogus': zoneFact,
  'mail-records-unsigned': zoneFact,
  'name-server-unresolved': zoneFact,
  'nsec3-iterations': zoneFact,
  'resolver-disagrees': zoneFact,
  'server-lame': zoneFact,
  'server-silent': zoneFact,
  'server-stale': zoneFact,
  'servers-differ': zoneFact,
  'signature-expiring': zoneFact,
  'signature-expiring-above': zoneFact,
  'signature-shorter-than-expire': zoneFact,
  'domain-missing': zoneFact,

  'host-without-address': { level: 'host', sharedBy: 'host', explains: 'later' },
  unreachable: { ...notReached, explains: 'later', onlyCritical: true },
  'address-refused': notReached,
  'no-route-from-here': notReached,
  'turned-away': notReached,

  'answer-over-limit': tlsFact,
  'wrong-protocol': tlsFault,
  'tls-handshake-failed': tlsFault,
  'starttls-broken': tlsFault,
  'starttls-missing': tlsFault,
  'starttls-withdrawn': tlsFault,
  'tls-no-version-offered': tlsFault,
  'starttls-injection': tlsFact,
  'tls-version-obsolete': versionFault,
  'tls-version-lowered': { level: 'tls', explains: versionLatch },
  'negotiated-cipher-weak': versionFault,
  'addresses-differ-tls-version': tlsFact,
  'cipher-3des-offered': tlsFact,
  'cipher-anonymous-offered': tlsFact,
  'cipher-export-offered': tlsFact,
  'cipher-null-offered': tlsFact,
  'cipher-rc4-offered': tlsFact,
  'cipher-static-rsa-offered': tlsFact,
  'client-certificate-requested': tlsFact,
  'close-notify-missing': tlsFact,
  'front-tls-weaker': tlsFact,
  'server-name-required': tlsFact,
  'sslv3-offered': tlsFact,
  'tls-1-2-missing': tlsFact,
  'tls-1-3-missing': tlsFact,
  'tls-legacy-offered': tlsFact,

  'certificate-expiry': { ...certificateFault, breaks: pkixOnceExpired },
  'chain-expiry': { ...certificateFault, breaks: pkixOnceExpired },
  'certificate-not-yet-valid': certificateFault,
  'certificate-self-signed': certificateFault,
  'certificate-intermediate-missing': certificateFault,
  'certificate-authority-unknown': certificateFault,
  'certificate-untrusted': certificateFault,
  'certificate-name-mismatch': certificateFault,
  'certificate-common-name-only': certificateFact,
  'certificate-not-reloaded': certificateFact,
  'default-certificate-unusable': certificateFact,
  'certificate-srv-id-missing': ownCertificateFact,
  'certificate-names-lost': ownCertificateFact,
  'addresses-differ-certificate': ownCertificateFact,
  'front-certificate-differs': ownCertificateFact,
  'issuer-changed': ownCertificateFact,
  'key-changed': ownCertificateFact,
  'mixed-backends': ownCertificateFact,
  'other-certificate-expiry': ownCertificateFact,
  'other-certificate-name': ownCertificateFact,
  'other-certificate-untrusted': ownCertificateFact,

  'tlsa-mismatch': daneFault,
  'tlsa-bogus': daneFault,
  'tlsa-unsigned': daneFault,
  'tlsa-lookup-failing': daneFault,
  'tlsa-absent': daneFault,
  'tlsa-unusable': { ...daneFault, breaks: daneOfAll },
  'tlsa-name-differs': { level: 'tlsa', explains: daneLatch },
  'tlsa-host-insecure': tlsaFact,
  'tlsa-orphan': tlsaFact,
  'tlsa-pins-intermediate': tlsaFact,
  'tlsa-single': tlsaFact,
  'tlsa-too-many': tlsaFact,
  'mx-insecure-with-tlsa': tlsaFact,
  'mx-tlsa-uneven': tlsaFact,

  'addresses-differ-capabilities': advertised,
  'auth-on-mx': advertised,
  'client-command-answer': advertised,
  'command-injection': advertised,
  'configuration-certificate': advertised,
  'configuration-dead': advertised,
  'configuration-differs-from-srv': advertised,
  'configuration-over-http': advertised,
  'configuration-plaintext': advertised,
  'configuration-unreadable': advertised,
  'deep-not-offered': advertised,
  'deep-status-alias': advertised,
  'deep-status-defective': advertised,
  'deep-status-differs-addresses': advertised,
  'deep-status-differs-starttls': advertised,
  'deep-status-incomplete': advertised,
  'deep-status-missing': advertised,
  'deep-unknown-tag': advertised,
  'endpoint-undeclared': advertised,
  'endpoint-vanished': advertised,
  'external-not-offered': advertised,
  'front-lacks-tag': advertised,
  'front-login-differs': advertised,
  'imap-preauthenticated': advertised,
  'mail-before-tls': advertised,
  'mta-sts-max-age-short': advertised,
  'mta-sts-mx-certificate': advertised,
  'mta-sts-mx-uncovered': advertised,
  'mta-sts-policy-certificate': advertised,
  'mta-sts-policy-missing': advertised,
  'mta-sts-policy-unreadable': advertised,
  'mta-sts-record-missing': advertised,
  'mta-sts-record-unreadable': advertised,
  'mx-missing': advertised,
  'mx-target-dead': advertised,
  'no-mail-service': advertised,
  'plaintext-password': advertised,
  'pop3-open-before-login': advertised,
  'srv-denied-but-alive': advertised,
  'srv-implicit-not-preferred': advertised,
  'srv-missing': advertised,
  'srv-names-not-all': advertised,
  'srv-target-dead': advertised,
  'starttls-port-missing': advertised,
  'status-differs-between-services': advertised,
  'status-url-certificate': advertised,
  'status-url-login': advertised,
  'status-url-not-https': advertised,
  'status-url-shared-fate': advertised,
  'status-url-unreachable': advertised,
  'submission-auth-missing': advertised,
  'submission-implicit-missing': advertised,
  'submission-legacy-undeclared': advertised,
  'submission-missing': advertised,
  'submission-on-mx': advertised,
  'tls-rpt-missing': advertised,
  'tls-rpt-unreadable': advertised,

  'cipher-not-logged': latched,
  'latch-failure-spike': latched,
  'proxy-hides-client-tls': latched,
  'received-cipher-unreadable': latched,
  'received-without-tls': latched,
  'tag-tls-cert-broken': { level: 'latch', breaks: pkix },
  'tag-tls-dane-tlsa-broken': { level: 'latch', breaks: dane },
  'tag-tls10-broken': { level: 'latch', breaks: () => ['tls10'] },
  'tag-tls12-broken': { level: 'latch', breaks: () => ['tls12'] },
  'tag-withdrawn': latched,
  'test-message-left-behind': latched,
  'test-message-lost': latched,
  'test-message-refused': latched,
};

/** The row of a code; one of another version explains nothing and stands for itself. */
export function causeRow(code: string): CauseRow {
  return causeTable[code] ?? advertised;
}

/** Place in the order of causes: 0 comes before all. */
export function rankOf(code: string): number {
  const { level } = causeRow(code);
  return levels.findIndex((names) => names.some((name) => name === level));
}

/** Codes that can explain others. */
export const explainingCodes: readonly string[] = Object.entries(causeTable).flatMap(([code, { explains }]) =>
  explains === undefined ? [] : [code],
);

/** What is behind an incident that several subjects share: `certificate:<SHA-256>` or `host:<name>`; null: it is its own. */
export function causeKey(incident: {
  readonly code: string;
  readonly host: string;
  readonly params: Params;
}): string | null {
  const { code, host, params } = incident;
  const { sharedBy } = causeRow(code);
  if (sharedBy === undefined) return null;
  if (sharedBy === 'host') return `host:${host}`;
  const { fingerprint } = params;
  return typeof fingerprint === 'string' && fingerprint !== '' ? `certificate:${fingerprint}` : null;
}

/** Security tags that nobody can prove while a fault lasts. */
export function brokenTags(code: string, params: Params): readonly ProvableTag[] {
  return causeRow(code).breaks?.(params) ?? [];
}

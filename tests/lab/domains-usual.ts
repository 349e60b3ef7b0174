import { dnsAddresses, mailAddress } from './addresses.ts';
import type { LabDomain } from './domain-types.ts';
import { advertise, policyRecords } from './advertised.ts';
import { hostedDomain, locate, mailDomain, mailExchanger, mailServer } from './mail-domain.ts';
import { ds, month, oneServer, plainSigning, rightDs, twoServers } from './signing.ts';

/** Faults of certificates, DNS and plain configuration. */
export const usualDomains: readonly LabDomain[] = [
  mailDomain({
    name: 'ok.test',
    network: 1,
    tlsa: 'matching',
    zone: { signing: plainSigning, ds: rightDs, servers: twoServers },
    web: [advertise('ok.test', 1)],
    records: [...locate('ok.test'), ...policyRecords('ok.test')],
  }),
  mailDomain({
    name: 'expired.test',
    network: 2,
    fault: 'The certificate expired 5 days ago.',
    server: { certificate: 'expired' },
    expected: ['certificate-expiry', 'default-certificate-unusable'],
  }),
  mailDomain({
    name: 'expiring.test',
    network: 3,
    fault: 'The certificate expires in 3 days.',
    server: { certificate: 'expires-in-3-days' },
    expected: ['certificate-expiry'],
  }),
  mailDomain({
    name: 'wrong-name.test',
    network: 4,
    fault: 'The certificate is for mail.elsewhere.test.',
    server: { certificate: 'wrong-name' },
    expected: ['certificate-name-mismatch', 'default-certificate-unusable'],
  }),
  mailDomain({
    name: 'self-signed.test',
    network: 5,
    fault: 'The certificate is signed by itself.',
    server: { certificate: 'self-signed' },
    expected: ['certificate-self-signed', 'default-certificate-unusable'],
  }),
  mailDomain({
    name: 'missing-intermediate.test',
    network: 6,
    fault: 'The server sends its certificate without the intermediate one.',
    server: { certificate: 'missing-intermediate' },
    expected: ['certificate-intermediate-missing', 'default-certificate-unusable'],
  }),
  mailDomain({
    name: 'old-address.test',
    network: 7,
    fault: 'Of two addresses the second one still serves the certificate before last, with another key.',
    furtherServers: [
      mailServer(
        { address: mailAddress(7, 2), hosts: ['mail.old-address.test'] },
        { certificate: 'expired', key: 'old' },
      ),
    ],
    expected: [
      { code: 'certificate-expiry', address: mailAddress(7, 2) },
      { code: 'addresses-differ-certificate', address: null },
      { code: 'certificate-not-reloaded', address: mailAddress(7, 2) },
      { code: 'default-certificate-unusable', address: mailAddress(7, 2) },
    ],
  }),
  mailDomain({
    name: 'tlsa-mismatch.test',
    network: 8,
    fault: 'The TLSA records are of another key.',
    tlsa: 'mismatch',
    expected: ['tlsa-mismatch'],
  }),
  mailDomain({
    name: 'tlsa-unsigned.test',
    network: 10,
    fault: 'There are TLSA records, but the zone is not signed.',
    dnssec: 'insecure',
    zone: { signing: null, ds: [], servers: oneServer },
    tlsa: 'matching',
    expected: ['mail-records-unsigned', 'tlsa-unsigned'],
  }),
  mailDomain({
    name: 'dead-srv.test',
    network: 11,
    fault: 'The SRV record of IMAP over TLS names a host where nobody listens.',
    records: [
      ...locate('dead-srv.test', { imaps: '0 1 993 gone.dead-srv.test.' }),
      `gone.dead-srv.test. A ${mailAddress(11, 2)}`,
    ],
    expected: ['unreachable'],
  }),
  mailDomain({
    name: 'dangling-srv.test',
    network: 20,
    fault: 'The SRV record of IMAP over TLS names a host without address.',
    records: locate('dangling-srv.test', { imaps: '0 1 993 missing.dangling-srv.test.' }),
    expected: ['srv-target-dead', 'host-without-address'],
  }),
  mailDomain({
    name: 'broken-starttls.test',
    network: 12,
    fault: 'STARTTLS is advertised but fails: IMAP closes, POP3 answers garbage, submission refuses.',
    server: {
      services: ['imaps', 'pop3s', 'submissions', 'smtp', 'sieve'],
      brokenStarttls: { imap: 'closes', pop3: 'garbage', submission: 'refuses' },
    },
    expected: ['starttls-broken'],
  }),
  mailDomain({
    name: 'no-srv.test',
    network: 13,
    fault: 'No SRV records: mail programs have to guess the names.',
    server: { hosts: ['mail.no-srv.test', 'imap.no-srv.test', 'pop.no-srv.test', 'smtp.no-srv.test'] },
    records: [mailExchanger('no-srv.test', 'mail.no-srv.test')],
    expected: ['srv-missing'],
  }),
  mailDomain({
    name: 'not-offered.test',
    network: 14,
    // No fault: "." is how a provider says that there is no POP3 (RFC 2782, RFC 6186 section 3.4).
    server: { services: ['imaps', 'imap', 'submissions', 'submission', 'smtp', 'sieve'] },
    records: locate('not-offered.test', { pop3: '0 0 0 .', pop3s: '0 0 0 .' }),
  }),
  mailDomain({
    name: 'equal-priority.test',
    network: 15,
    fault: 'SRV prefers IMAP with STARTTLS as much as IMAP with implicit TLS.',
    records: locate('equal-priority.test', { imap: '0 1 143 mail.equal-priority.test.' }),
    expected: ['srv-implicit-not-preferred'],
  }),
  mailDomain({
    name: 'plaintext-login.test',
    network: 16,
    fault: 'Passwords are accepted before TLS.',
    server: { plaintextLogin: true },
    expected: ['mail-before-tls', 'plaintext-password'],
  }),
  mailDomain({
    name: 'wrong-protocol.test',
    network: 17,
    fault: 'The SRV record of IMAP over TLS names the port of POP3.',
    records: locate('wrong-protocol.test', { imaps: '0 1 995 mail.wrong-protocol.test.' }),
    expected: ['wrong-protocol'],
  }),
  hostedDomain({
    name: 'stale-secondary.test',
    fault: 'One of two name servers has an old version of the zone, whose signatures have expired.',
    servers: [...oneServer, { address: dnsAddresses.second, serves: 'older' }],
    expected: ['dnssec-server-bogus', 'server-stale', 'signature-expiring'],
  }),
  hostedDomain({
    name: 'signatures-expiring.test',
    fault: 'All signatures of the zone expire in 6 hours.',
    signing: { ...plainSigning, validity: { ...month, until: 6 * 3600 } },
    expected: ['signature-expiring', 'signature-shorter-than-expire'],
  }),
  hostedDomain({
    name: 'ds-mismatch.test',
    fault: 'The DS record in the parent zone is of another key.',
    dnssec: 'bogus',
    ds: [ds({ key: 'absent' })],
    expected: ['dnssec-bogus'],
  }),
  hostedDomain({
    name: 'nsec3-iterations.test',
    fault: 'The zone hashes its names with 10 iterations (NSEC3).',
    signing: { ...plainSigning, denial: { kind: 'nsec3', iterations: 10, salt: '-', optOut: false } },
    expected: ['nsec3-iterations'],
  }),
  mailDomain({
    name: 'tlsa-intermediate.test',
    network: 21,
    fault: 'The TLSA records are pinned to an intermediate authority, which the provider does not control.',
    server: { services: ['imaps', 'submissions', 'smtp', 'sieve'] },
    records: locate('tlsa-intermediate.test', {
      imap: '0 0 0 .',
      pop3s: '0 0 0 .',
      pop3: '0 0 0 .',
      submission: '0 0 0 .',
    }),
    tlsa: 'intermediate',
    expected: ['tlsa-pins-intermediate'],
  }),
  // Healthy, and the only one that delivers mail.
  mailDomain({ name: 'message.test', network: 63, server: { quirks: ['delivers-mail'] } }),
  // Healthy at start. Tests that break and repair something do it here, so that they do not disturb each other.
  mailDomain({ name: 'renewal.test', network: 18, tlsa: 'matching' }),
  mailDomain({ name: 'spare.test', network: 19, tlsa: 'matching' }),
];

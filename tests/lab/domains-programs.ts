import type { LabDomain } from './domain-types.ts';
import { mailDomain } from './mail-domain.ts';

/* Other servers than Dovecot and Postfix. */

export const programDomains: readonly LabDomain[] = [
  mailDomain({
    name: 'exim.test',
    network: 60,
    tlsa: 'matching',
    server: {
      services: ['imaps'],
      unpacked: { program: 'exim', services: ['submissions', 'submission', 'smtp'] },
    },
    expected: ['certificate-srv-id-missing', 'deep-not-offered', 'tls-rpt-missing', 'tlsa-single'],
  }),
  mailDomain({
    name: 'cyrus.test',
    network: 61,
    tlsa: 'matching',
    server: {
      services: ['submissions', 'smtp'],
      unpacked: { program: 'cyrus', services: ['imaps', 'imap', 'pop3s', 'pop3', 'sieve'] },
    },
    expected: ['close-notify-missing'],
  }),
  mailDomain({
    name: 'opensmtpd.test',
    network: 62,
    fault:
      'OpenSMTPD as in Debian 12 advertises STARTTLS, and no handshake succeeds: it does not get along with OpenSSL 3.',
    server: {
      services: ['imaps'],
      unpacked: { program: 'opensmtpd', services: ['submissions', 'submission', 'smtp'] },
    },
    expected: ['starttls-broken', 'submission-implicit-missing', 'tls-handshake-failed', 'tls-no-version-offered'],
  }),
];

import { mailAddress } from './addresses.ts';
import { type LabDomain, type MailService, type ScriptedMail, type ScriptedQuirk } from './domain-types.ts';
import { mailDomain, mailServer } from './mail-domain.ts';

/* What only a deep scan sees. */

/** One of each program and way of TLS. */
const fewServices = ['imaps', 'submissions', 'submission', 'smtp'] as const satisfies readonly MailService[];
const smtpServices = ['submissions', 'submission', 'smtp'] as const satisfies readonly MailService[];

function scripted(...quirks: readonly ScriptedQuirk[]): ScriptedMail {
  return { deep: null, quirks };
}

export const scanDomains: readonly LabDomain[] = [
  mailDomain({
    name: 'old-tls-too.test',
    network: 31,
    fault: 'Every server still takes TLS 1.0 and 1.1.',
    server: { services: fewServices, quirks: ['old-tls-too'] },
    expected: ['starttls-port-missing', 'tls-legacy-offered'],
  }),
  mailDomain({
    name: 'old-tls-only.test',
    network: 32,
    fault: 'No server can do more than TLS 1.1.',
    server: { services: fewServices, quirks: ['old-tls-only'] },
    expected: ['tls-legacy-offered', 'tls-version-obsolete'],
  }),
  mailDomain({
    name: 'postfix-defaults.test',
    network: 59,
    fault: 'Postfix as Debian configures it takes TLS 1.0 and 1.1, and suites without a key of the server.',
    server: { services: fewServices, quirks: ['postfix-defaults'] },
    expected: ['cipher-anonymous-offered', 'tls-legacy-offered'],
  }),
  mailDomain({
    name: 'weak-ciphers.test',
    network: 33,
    fault: 'Exim takes RC4, 3DES, suites without encryption, and TLS 1.0 and 1.1.',
    server: {
      keyType: 'rsa',
      services: ['imaps'],
      unpacked: { program: 'exim', services: smtpServices },
      quirks: ['weak-ciphers'],
    },
    expected: [
      'cipher-3des-offered',
      'cipher-null-offered',
      'cipher-rc4-offered',
      'cipher-static-rsa-offered',
      'tls-1-3-missing',
      'tls-legacy-offered',
    ],
  }),
  mailDomain({
    name: 'client-certificate.test',
    network: 34,
    fault: 'Every server asks for a client certificate, and nobody logs in with one.',
    server: { services: ['imaps', 'pop3s', 'submissions', 'smtp'], quirks: ['asks-for-client-certificate'] },
    expected: ['client-certificate-requested', 'external-not-offered'],
  }),
  mailDomain({
    name: 'sni-only.test',
    network: 35,
    fault: 'Clients that send no SNI get a certificate for another host.',
    server: { services: fewServices, quirks: ['host-by-sni-only'] },
    expected: ['default-certificate-unusable'],
  }),
  mailDomain({
    name: 'open-mailbox.test',
    network: 36,
    fault: 'IMAP greets everybody as logged in, and POP3 answers STAT before login.',
    server: {
      services: ['smtp', 'submissions'],
      scripted: {
        imaps: scripted('preauth'),
        imap: scripted('preauth'),
        pop3s: scripted('stat-before-login'),
        pop3: scripted('stat-before-login'),
      },
    },
    expected: ['imap-preauthenticated', 'pop3-open-before-login'],
  }),
  mailDomain({
    name: 'mail-in-clear.test',
    network: 37,
    fault: 'Submission takes mail before TLS, and port 25 offers to log in.',
    server: { services: fewServices, quirks: ['mail-before-tls', 'login-on-mx'] },
    expected: ['auth-on-mx', 'mail-before-tls'],
  }),
  mailDomain({
    name: 'no-login.test',
    network: 38,
    fault: 'Port 465 offers no way to log in.',
    server: { services: ['imaps', 'submissions', 'smtp'], quirks: ['no-login-on-submissions'] },
    expected: ['submission-auth-missing'],
  }),
  mailDomain({
    name: 'injection.test',
    network: 39,
    fault: 'Commands that came before the TLS handshake are obeyed after it.',
    server: {
      services: ['imaps', 'pop3s', 'submissions'],
      scripted: {
        imap: scripted('obeys-injection'),
        pop3: scripted('obeys-injection'),
        submission: scripted('obeys-injection'),
        smtp: scripted('obeys-injection'),
      },
    },
    expected: ['command-injection'],
  }),
  mailDomain({
    name: 'no-goodbye.test',
    network: 40,
    fault: 'Connections end without the close_notify of TLS.',
    server: {
      services: ['smtp'],
      scripted: {
        imaps: scripted('closes-without-notify'),
        pop3s: scripted('closes-without-notify'),
        submissions: scripted('closes-without-notify'),
      },
    },
    expected: ['close-notify-missing'],
  }),
  mailDomain({
    name: 'plaintext-first.test',
    network: 41,
    fault: 'The ports of implicit TLS speak in clear.',
    server: {
      services: ['smtp'],
      scripted: {
        imaps: scripted('plaintext'),
        pop3s: scripted('plaintext'),
        submissions: scripted('plaintext'),
      },
    },
    expected: ['wrong-protocol'],
  }),
  mailDomain({
    name: 'mixed-backends.test',
    network: 42,
    fault: 'Behind one address two servers answer in turn, with different certificates.',
    server: {
      services: [],
      balanced: { services: fewServices, addresses: [mailAddress(42, 2), mailAddress(42, 3)] },
    },
    furtherServers: [
      mailServer({ address: mailAddress(42, 2), hosts: ['mail.mixed-backends.test'] }, { services: fewServices }),
      mailServer(
        { address: mailAddress(42, 3), hosts: ['mail.mixed-backends.test'] },
        { services: fewServices, key: 'old', certificate: 'previous' },
      ),
    ],
    expected: ['mixed-backends'],
  }),
  mailDomain({
    name: 'not-reloaded.test',
    network: 43,
    fault: 'The certificate was renewed, and Postfix still serves the one before.',
    server: { services: fewServices, quirks: ['smtp-not-reloaded'] },
    expected: ['certificate-not-reloaded'],
  }),
  mailDomain({
    name: 'no-submission.test',
    network: 44,
    fault: 'There is no submission server.',
    server: { services: ['imaps', 'smtp'] },
    expected: ['submission-missing'],
  }),
  mailDomain({
    name: 'tls-1.3-only.test',
    network: 64,
    fault: 'Every server takes TLS 1.3 only.',
    server: { services: ['imaps', 'submissions', 'smtp'], quirks: ['tls-1.3-only'] },
    expected: ['tls-1-2-missing'],
  }),
  mailDomain({
    name: 'second-certificate.test',
    network: 65,
    fault: 'Clients that take RSA only get a certificate that has expired.',
    server: { services: ['imaps', 'submissions', 'smtp'], quirks: ['expired-rsa-too'] },
    expected: ['other-certificate-expiry'],
  }),
  mailDomain({
    name: 'needs-sni.test',
    network: 66,
    fault: 'Without SNI no handshake succeeds.',
    server: {
      services: ['smtp'],
      scripted: { imaps: scripted('needs-server-name'), submissions: scripted('needs-server-name') },
    },
    expected: ['server-name-required'],
  }),
  mailDomain({
    name: 'turned-away.test',
    network: 67,
    fault: 'The servers refuse everybody at once.',
    server: { services: ['smtp'], scripted: { imaps: scripted('turns-away'), submissions: scripted('turns-away') } },
    expected: ['turned-away'],
  }),
];

import { advertise, policyRecords, reportRecord, stsRecord, usualServers, type Advertised } from './advertised.ts';
import { mailAddress } from './addresses.ts';
import type { LabDomain } from './domain-types.ts';
import { hostedDomain, locateAt, locateEach, mailDomain, mailExchanger } from './mail-domain.ts';
import { brokenXml, stsPolicy, type MailServerEntry } from './web-pages.ts';

/* Advertisements that are not true, or cannot be read. All but the last two have their mail at ok.test. */

const host = 'mail.ok.test';

interface Entry {
  readonly name: string;
  /** Third part of the web site's address; unique. */
  readonly network: number;
  readonly fault: string;
  readonly site: Advertised;
  readonly texts?: readonly string[];
  /** Where its mail is. */
  readonly at?: string;
  readonly expected: readonly string[];
}

function advertisedDomain({ name, network, fault, site, texts, at = host, expected }: Entry): LabDomain {
  return hostedDomain({
    name,
    fault,
    expected,
    web: [advertise(name, network, { host: at, ...site })],
    records: [...locateAt(name, at), ...(texts ?? policyRecords(name))],
  });
}

/** Of the usual servers those with implicit TLS. */
function implicitServers(at: string): readonly MailServerEntry[] {
  return usualServers(at).filter(({ socket }) => socket === 'SSL');
}

export const webDomains: readonly LabDomain[] = [
  advertisedDomain({
    name: 'sts-gap.test',
    network: 45,
    fault: 'The MTA-STS policy is enforced and does not name the MX.',
    site: { policy: stsPolicy('mx.sts-gap.test') },
    expected: ['mta-sts-mx-uncovered'],
  }),
  advertisedDomain({
    name: 'sts-missing.test',
    network: 46,
    fault: 'MTA-STS is announced, and there is no policy.',
    site: { policy: null },
    expected: ['mta-sts-policy-missing', 'submission-on-mx'],
  }),
  advertisedDomain({
    name: 'sts-expired.test',
    network: 47,
    fault: 'MTA-STS is announced, and the certificate of the policy host has expired.',
    site: { certificate: 'expired' },
    expected: ['configuration-certificate', 'mta-sts-policy-certificate'],
  }),
  advertisedDomain({
    name: 'sts-unannounced.test',
    network: 48,
    fault: 'There is an MTA-STS policy, and no record announces it.',
    site: {},
    texts: [reportRecord('sts-unannounced.test')],
    expected: ['mta-sts-record-missing'],
  }),
  advertisedDomain({
    name: 'sts-certificate.test',
    network: 49,
    fault: 'The MTA-STS policy is enforced, and the certificate of the MX is signed by itself.',
    at: 'mail.self-signed.test',
    site: {},
    expected: ['certificate-self-signed', 'default-certificate-unusable', 'mta-sts-mx-certificate'],
  }),
  advertisedDomain({
    name: 'sts-short.test',
    network: 50,
    fault: 'Senders forget the MTA-STS policy after an hour.',
    site: { policy: stsPolicy(host, { maxAgeSeconds: 3600 }) },
    expected: ['mta-sts-max-age-short'],
  }),
  advertisedDomain({
    name: 'sts-unreadable.test',
    network: 51,
    fault: 'The MTA-STS policy has a mode that does not exist, and TLS reports go to an address without scheme.',
    site: { policy: stsPolicy(host, { mode: 'enforced' }) },
    texts: [stsRecord('sts-unreadable.test'), reportRecord('sts-unreadable.test', 'tls-reports@sts-unreadable.test')],
    expected: ['mta-sts-policy-unreadable', 'tls-rpt-unreadable'],
  }),
  advertisedDomain({
    name: 'autoconfig-dead.test',
    network: 52,
    fault: 'Autoconfig and autodiscover name a server where nobody listens.',
    site: {
      servers: [
        { type: 'imap', host: 'gone.autoconfig-dead.test', port: 993, socket: 'SSL' },
        { type: 'smtp', host, port: 465, socket: 'SSL' },
      ],
    },
    texts: [...policyRecords('autoconfig-dead.test'), `gone.autoconfig-dead.test. A ${mailAddress(52, 2)}`],
    expected: ['configuration-dead', 'configuration-differs-from-srv', 'unreachable'],
  }),
  advertisedDomain({
    name: 'autoconfig-clear.test',
    network: 53,
    fault: 'Autoconfig tells mail programs to log in without TLS.',
    site: {
      servers: [
        { type: 'imap', host, port: 143, socket: 'plain' },
        { type: 'smtp', host, port: 465, socket: 'SSL' },
      ],
    },
    expected: ['configuration-plaintext'],
  }),
  advertisedDomain({
    name: 'autoconfig-differs.test',
    network: 54,
    fault: 'Autoconfig names other servers than SRV does.',
    site: { servers: usualServers('mail.no-srv.test') },
    expected: ['configuration-differs-from-srv', 'srv-names-not-all'],
  }),
  advertisedDomain({
    name: 'autoconfig-unreadable.test',
    network: 55,
    fault: 'Autoconfig is cut off.',
    site: { autoconfig: brokenXml },
    expected: ['configuration-unreadable'],
  }),
  mailDomain({
    name: 'denied-alive.test',
    network: 56,
    fault: 'SRV says that there is no POP3; autoconfig names it, and it answers.',
    server: { services: ['imaps', 'pop3s', 'submissions', 'smtp'] },
    web: [advertise('denied-alive.test', 56, { servers: implicitServers('mail.denied-alive.test'), policy: null })],
    records: [
      ...locateEach('denied-alive.test', {
        imaps: ['mail.denied-alive.test'],
        submissions: ['mail.denied-alive.test'],
      }),
      mailExchanger('denied-alive.test', 'mail.denied-alive.test'),
    ],
    expected: ['configuration-differs-from-srv', 'srv-denied-but-alive'],
  }),
  mailDomain({
    name: 'unlisted.test',
    network: 57,
    fault: 'Submission with implicit TLS and POP3 answer, and autoconfig names them, but no SRV record does.',
    server: { services: ['imaps', 'pop3s', 'submissions', 'submission', 'smtp'] },
    web: [advertise('unlisted.test', 57, { servers: implicitServers('mail.unlisted.test'), policy: null })],
    records: [
      ...locateEach('unlisted.test', {
        imaps: ['mail.unlisted.test'],
        submission: ['mail.unlisted.test'],
      }).filter((record) => !/^_(submissions|pop3s)\./.test(record)),
      mailExchanger('unlisted.test', 'mail.unlisted.test'),
    ],
    expected: ['srv-implicit-not-preferred', 'srv-missing'],
  }),
  hostedDomain({
    name: 'inventory.test',
    fault: 'The inventory (inventory.yaml) has a server that DNS no longer names, and lacks some that it does.',
    expected: ['endpoint-undeclared', 'endpoint-vanished', 'unreachable'],
  }),
];

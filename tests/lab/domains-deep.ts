import { mailAddress } from './addresses.ts';
import type { LabDomain, LabServer, MailService, WebSite } from './domain-types.ts';
import { locateEach, mailDomain, mailExchanger, mailServer } from './mail-domain.ts';
import { loginPage, statusPage } from './web-pages.ts';

/*
 * DEEP statuses. A latch binds a host, so what differs between services has a host of its own: Dovecot speaks for IMAP,
 * a scripted server for POP3 and submission, since no real one can. What a domain has nothing to say about, submission
 * and MX, is at ok.test.
 */

const imapServices = ['imaps'] as const satisfies readonly MailService[];

/** A web site for the status URL, at an address of its own. */
function statusSite(network: number, host: string, pages: WebSite['pages']): WebSite {
  return { address: mailAddress(network, 80), hosts: [host], certificate: 'good', pages };
}

/** A domain with IMAP by Dovecot at hosts of its own, one server each. */
function imapDomain(
  entry: Pick<LabDomain, 'name' | 'fault'> &
    Partial<Pick<LabDomain, 'tlsa' | 'web'>> & {
      readonly network: number;
      readonly servers: readonly (Partial<LabServer> & { readonly hosts: readonly string[] })[];
      readonly expected: readonly string[];
    },
): LabDomain {
  const { servers, ...rest } = entry;
  const [first, ...others] = servers.map((server) => ({ services: imapServices, ...server }));
  const hosts = [...new Set(servers.flatMap((server) => server.hosts))];
  const elsewhere = 'mail.ok.test';
  return mailDomain({
    ...rest,
    ...(first === undefined ? {} : { server: first }),
    furtherServers: others.map((server, index) =>
      mailServer({ address: mailAddress(entry.network, 2 + index), hosts: server.hosts }, server),
    ),
    records: [
      ...locateEach(entry.name, { imaps: hosts, submissions: [elsewhere] }),
      mailExchanger(entry.name, elsewhere),
    ],
  });
}

const filtered = ['imaps', 'submissions', 'smtp'] as const satisfies readonly MailService[];

const deepScripted = (status: string, ...quirks: readonly 'client-command'[]) => ({ deep: status, quirks });

export const deepStatus = 'tls10 tls12 tls-cert <https://status.deep.test/mail>';
const daneStatus = 'tls10 tls12 tls-cert tls-dane-tlsa <https://status.deep.test/mail>';
const urlHosts = ['in-clear', 'login', 'on-itself', 'dead', 'expired'] as const;
const urls: Readonly<Record<(typeof urlHosts)[number], string>> = {
  'in-clear': 'http://status.deep-url.test/mail',
  login: 'https://status.deep-url.test/login',
  'on-itself': 'https://on-itself.deep-url.test/mail',
  dead: 'https://status.deep-url.test/gone',
  expired: 'https://old-status.deep-url.test/mail',
};

export const deepDomains: readonly LabDomain[] = [
  mailDomain({
    name: 'deep.test',
    network: 22,
    server: { hosts: ['imap.deep.test'], services: ['imaps', 'imap', 'sieve'], deep: deepStatus },
    furtherServers: [
      mailServer(
        { address: mailAddress(22, 2), hosts: ['pop.deep.test'] },
        { services: [], scripted: { pop3s: deepScripted(deepStatus), pop3: deepScripted(deepStatus) } },
      ),
      mailServer(
        { address: mailAddress(22, 3), hosts: ['submit.deep.test'] },
        {
          services: [],
          scripted: {
            submissions: deepScripted(deepStatus, 'client-command'),
            submission: deepScripted(deepStatus, 'client-command'),
          },
        },
      ),
      mailServer({ address: mailAddress(22, 4), hosts: ['mx.deep.test'] }, { services: ['smtp'] }),
    ],
    web: [statusSite(22, 'status.deep.test', { 'status.deep.test/mail': statusPage })],
    records: [
      ...locateEach('deep.test', {
        imaps: ['imap.deep.test'],
        imap: ['imap.deep.test'],
        sieve: ['imap.deep.test'],
        pop3s: ['pop.deep.test'],
        pop3: ['pop.deep.test'],
        submissions: ['submit.deep.test'],
        submission: ['submit.deep.test'],
      }),
      mailExchanger('deep.test', 'mx.deep.test'),
    ],
  }),
  imapDomain({
    name: 'deep-broken.test',
    network: 23,
    fault: 'IMAP promises tls-cert with a certificate that expired, and in another place with one for another host.',
    servers: [
      { hosts: ['imap.deep-broken.test'], deep: deepStatus, certificate: 'expired' },
      { hosts: ['imap2.deep-broken.test'], deep: deepStatus, certificate: 'wrong-name' },
    ],
    expected: [
      ...['certificate-expiry', 'certificate-name-mismatch', 'default-certificate-unusable'],
      'tag-tls-cert-broken',
    ],
  }),
  imapDomain({
    name: 'deep-dane.test',
    network: 24,
    fault: null,
    tlsa: 'matching',
    servers: [{ hosts: ['imap.deep-dane.test'], deep: daneStatus }],
    expected: [],
  }),
  imapDomain({
    name: 'deep-dane-broken.test',
    network: 25,
    fault: 'IMAP promises tls-dane-tlsa, and the TLSA records are of another key.',
    tlsa: 'mismatch',
    servers: [{ hosts: ['imap.deep-dane-broken.test'], deep: daneStatus }],
    expected: ['tag-tls-dane-tlsa-broken', 'tlsa-mismatch'],
  }),
  imapDomain({
    name: 'deep-dane-gone.test',
    network: 26,
    fault: 'IMAP promises tls-dane-tlsa, and there are no TLSA records.',
    servers: [{ hosts: ['imap.deep-dane-gone.test'], deep: daneStatus }],
    expected: ['tag-tls-dane-tlsa-broken', 'tlsa-absent'],
  }),
  imapDomain({
    name: 'deep-pool.test',
    network: 27,
    fault: 'Of two addresses one promises more than the other, whose TLS ends at 1.1.',
    servers: [
      { hosts: ['imap.deep-pool.test'], deep: deepStatus },
      {
        hosts: ['imap.deep-pool.test'],
        deep: 'tls10 tls-cert <https://status.deep.test/mail>',
        quirks: ['old-tls-only'],
      },
    ],
    expected: [
      ...['addresses-differ-tls-version', 'deep-status-differs-addresses', 'tag-tls12-broken', 'tls-legacy-offered'],
      'tls-version-obsolete',
    ],
  }),
  imapDomain({
    name: 'deep-syntax.test',
    network: 28,
    fault:
      'DEEP statuses that are not as the draft has them: an unknown tag, two URLs, no URL, another field, none at all.',
    servers: [
      {
        hosts: ['imap.deep-syntax.test'],
        deep: 'tls10 tls99 tls-cert <https://status.deep.test/mail> <https://status.deep.test/mail2> 10tls',
        quirks: ['deep-status-field-only'],
      },
      { hosts: ['imap2.deep-syntax.test'], deep: 'tls12' },
      { hosts: ['imap3.deep-syntax.test'], quirks: ['deep-without-status'] },
    ],
    expected: [
      ...['deep-status-alias', 'deep-status-defective', 'deep-status-incomplete', 'deep-status-missing'],
      ...['deep-unknown-tag', 'status-url-unreachable'],
    ],
  }),
  imapDomain({
    name: 'deep-url.test',
    network: 29,
    fault:
      'DEEP statuses with URLs that help nobody: in clear, behind a login, gone, expired, on the mail server itself.',
    servers: urlHosts.map((host) => ({
      hosts: [`${host}.deep-url.test`],
      deep: `tls10 tls12 tls-cert <${urls[host]}>`,
    })),
    web: [
      statusSite(29, 'status.deep-url.test', {
        'status.deep-url.test/mail': statusPage,
        'status.deep-url.test/login': loginPage,
      }),
      // On the address of a mail server.
      {
        address: mailAddress(29, 1 + urlHosts.indexOf('on-itself')),
        hosts: [],
        certificate: 'good',
        pages: { 'on-itself.deep-url.test/mail': statusPage },
      },
      {
        address: mailAddress(29, 81),
        hosts: ['old-status.deep-url.test'],
        certificate: 'expired',
        pages: { 'old-status.deep-url.test/mail': statusPage },
      },
    ],
    expected: [
      'deep-status-defective',
      'status-url-certificate',
      'status-url-login',
      'status-url-shared-fate',
      'status-url-unreachable',
    ],
  }),
  mailDomain({
    name: 'deep-services.test',
    network: 30,
    fault:
      'One host says different things of itself: IMAP knows of DEEP, POP3 promises less, submission answers 500 to CLIENT.',
    server: {
      services: ['imaps', 'imap', 'smtp'],
      deep: deepStatus,
      scripted: {
        pop3s: { deep: 'tls10 tls-cert <https://status.deep.test/mail>', quirks: [] },
        submissions: { deep: deepStatus, quirks: ['client-command-unknown'] },
      },
    },
    expected: ['client-command-answer', 'status-differs-between-services'],
  }),
  mailDomain({
    name: 'filter.test',
    network: 58,
    fault: 'The filter in front has no TLS 1.3 and promises less than the server behind it.',
    server: { services: filtered, deep: 'tls10 tls-cert <https://status.deep.test/mail>', quirks: ['no-tls-1.3'] },
    furtherServers: [
      // Nothing in DNS leads here: inventory.yaml names it.
      mailServer(
        { address: mailAddress(58, 2), hosts: ['inside.filter.test'] },
        { services: filtered, deep: deepStatus },
      ),
    ],
    expected: ['front-lacks-tag', 'front-tls-weaker', 'front-certificate-differs'],
  }),
];

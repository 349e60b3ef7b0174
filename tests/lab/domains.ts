import { mailPorts, mailServices } from './domain-types.ts';
import type { ExpectedFinding, LabDomain, LabServer, MailService } from './domain-types.ts';
import { ds, month, oneServer, plainSigning, rightDs, twoServers } from './signing.ts';
import { dnsAddresses, mailAddress } from './addresses.ts';

/*
 * Every domain of the lab, what is wrong with it, and what Latchwatch has to find. The tests, the demo and the
 * servers' configuration are all made from this table: a new domain is one more entry here.
 */

/** Implicit TLS before STARTTLS (RFC 8314 section 5.1), IMAP before POP3. */
const priorities: Readonly<Record<Exclude<MailService, 'smtp'>, number>> = {
  imaps: 0,
  imap: 10,
  pop3s: 20,
  pop3: 30,
  submissions: 0,
  submission: 10,
};

type SrvOverrides = Readonly<Partial<Record<Exclude<MailService, 'smtp'>, string>>>;

/** SRV for all services at `mail.<domain>` and an MX; an override is the data of the SRV record. */
function locate(domain: string, overrides: SrvOverrides = {}): readonly string[] {
  const usual = locateAt(domain, `mail.${domain}`);
  return usual.map((line) => {
    const service = mailServices.find((one) => line.startsWith(`_${one}._tcp.`));
    const override = service === undefined || service === 'smtp' ? undefined : overrides[service];
    return override === undefined ? line : `_${service}._tcp.${domain}. SRV ${override}`;
  });
}

/** SRV for all services and an MX at a host that may be another domain's. */
function locateAt(domain: string, host: string): readonly string[] {
  const srv = mailServices.flatMap((service) =>
    service === 'smtp'
      ? []
      : [`_${service}._tcp.${domain}. SRV ${priorities[service]} 1 ${mailPorts[service]} ${host}.`],
  );
  return [...srv, mailExchanger(domain, host)];
}

function mailExchanger(domain: string, host: string): string {
  return `${domain}. MX 10 ${host}.`;
}

interface Entry extends Partial<Omit<LabDomain, 'servers' | 'expected'>> {
  readonly name: string;
  /** Third part of its addresses; unique. */
  readonly network: number;
  readonly server?: Partial<LabServer>;
  readonly furtherServers?: readonly LabServer[];
  readonly expected?: readonly (string | ExpectedFinding)[];
}

/** A domain with one server `mail.<domain>` that speaks everything, healthy but for what `entry` says. */
function mailDomain(entry: Entry): LabDomain {
  const { name, network, server, furtherServers, expected, ...rest } = entry;
  const first: LabServer = {
    address: mailAddress(network, 1),
    hosts: [`mail.${name}`],
    certificate: 'good',
    key: 'current',
    services: mailServices,
    brokenStarttls: {},
    plaintextLogin: false,
    ...server,
  };
  return {
    fault: null,
    dnssec: 'secure',
    zone: { signing: plainSigning, ds: rightDs, servers: oneServer },
    records: locate(name),
    tlsa: 'none',
    ...rest,
    name,
    servers: [first, ...(furtherServers ?? [])],
    expected: (expected ?? []).map((item) => (typeof item === 'string' ? { code: item, address: null } : item)),
  };
}

/** A domain without servers of its own, hosted at ok.test: what is wrong is in its zone. */
function hostedDomain(
  entry: Pick<LabDomain, 'name' | 'fault'> &
    Partial<Pick<LabDomain, 'dnssec'>> &
    Partial<LabDomain['zone']> & { readonly expected: readonly string[] },
): LabDomain {
  const { name, fault, dnssec, expected, ...zone } = entry;
  return {
    name,
    fault,
    expected: expected.map((code) => ({ code, address: null })),
    dnssec: dnssec ?? 'secure',
    zone: { signing: plainSigning, ds: rightDs, servers: oneServer, ...zone },
    servers: [],
    records: locateAt(name, 'mail.ok.test'),
    tlsa: 'none',
  };
}

export const labDomains: readonly LabDomain[] = [
  mailDomain({
    name: 'ok.test',
    network: 1,
    tlsa: 'matching',
    zone: { signing: plainSigning, ds: rightDs, servers: twoServers },
  }),
  mailDomain({
    name: 'expired.test',
    network: 2,
    fault: 'The certificate expired 5 days ago.',
    server: { certificate: 'expired' },
    expected: ['certificate-expiry'],
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
    expected: ['certificate-name-mismatch'],
  }),
  mailDomain({
    name: 'self-signed.test',
    network: 5,
    fault: 'The certificate is signed by itself.',
    server: { certificate: 'self-signed' },
    expected: ['certificate-self-signed'],
  }),
  mailDomain({
    name: 'missing-intermediate.test',
    network: 6,
    fault: 'The server sends its certificate without the intermediate one.',
    server: { certificate: 'missing-intermediate' },
    expected: ['certificate-intermediate-missing'],
  }),
  mailDomain({
    name: 'old-address.test',
    network: 7,
    fault: 'Of two addresses the second one still serves the certificate before last, with another key.',
    furtherServers: [
      {
        address: mailAddress(7, 2),
        hosts: ['mail.old-address.test'],
        certificate: 'expired',
        key: 'old',
        services: mailServices,
        brokenStarttls: {},
        plaintextLogin: false,
      },
    ],
    expected: [
      { code: 'certificate-expiry', address: mailAddress(7, 2) },
      { code: 'addresses-differ-certificate', address: null },
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
    expected: ['tlsa-unsigned'],
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
      services: ['imaps', 'pop3s', 'submissions', 'smtp'],
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
  }),
  mailDomain({
    name: 'not-offered.test',
    network: 14,
    // No fault: "." is how a provider says that there is no POP3 (RFC 2782, RFC 6186 section 3.4).
    server: { services: ['imaps', 'imap', 'submissions', 'submission', 'smtp'] },
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
    expected: ['plaintext-password'],
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
    server: { services: ['imaps', 'submissions', 'smtp'] },
    records: locate('tlsa-intermediate.test', {
      imap: '0 0 0 .',
      pop3s: '0 0 0 .',
      pop3: '0 0 0 .',
      submission: '0 0 0 .',
    }),
    tlsa: 'intermediate',
    expected: ['tlsa-pins-intermediate'],
  }),
  // Healthy at start. Tests that break and repair something do it here, so that they do not disturb each other.
  mailDomain({ name: 'renewal.test', network: 18, tlsa: 'matching' }),
  mailDomain({ name: 'spare.test', network: 19, tlsa: 'matching' }),
];

/** @throws when the table has no such domain: a mistake in a test. */
export function labDomain(name: string): LabDomain {
  const found = labDomains.find((domain) => domain.name === name);
  if (found === undefined) throw new Error(`The lab has no domain ${name}.`);
  return found;
}

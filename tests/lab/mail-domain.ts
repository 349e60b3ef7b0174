import { mailAddress } from './addresses.ts';
import { mailPorts, mailServices, servicesOf } from './domain-types.ts';
import type { ExpectedFinding, LabDomain, LabServer, MailService } from './domain-types.ts';
import { oneServer, plainSigning, rightDs } from './signing.ts';

/* What the tables of domains are made with: a healthy domain, of which an entry says what differs. */

type SrvService = Exclude<MailService, 'smtp'>;

/** Implicit TLS before STARTTLS (RFC 8314 section 5.1), IMAP before POP3. */
const priorities: Readonly<Record<SrvService, number>> = {
  imaps: 0,
  imap: 10,
  pop3s: 20,
  pop3: 30,
  submissions: 0,
  submission: 10,
  sieve: 0,
};

const srvServices = mailServices.filter((service): service is SrvService => service !== 'smtp');

/** SRV for all services at `mail.<domain>` and an MX; an override is the data of the SRV record. */
export function locate(
  domain: string,
  overrides: Readonly<Partial<Record<SrvService, string>>> = {},
): readonly string[] {
  return locateAt(domain, `mail.${domain}`, overrides);
}

/** SRV for all services and an MX at a host that may be another domain's. */
export function locateAt(
  domain: string,
  host: string,
  overrides: Readonly<Partial<Record<SrvService, string>>> = {},
): readonly string[] {
  const srv = srvServices.map((service) => {
    const data = overrides[service] ?? srvData(service, host);
    return `_${service}._tcp.${domain}. SRV ${data}`;
  });
  return [...srv, mailExchanger(domain, host)];
}

/** SRV and an MX at `mail.<domain>` for these services; others are not offered. */
function locateServices(domain: string, services: readonly MailService[]): readonly string[] {
  const host = `mail.${domain}`;
  const offered = srvServices.filter((service) => services.includes(service));
  return [
    ...locateEach(domain, Object.fromEntries(offered.map((service) => [service, [host]] as const))),
    mailExchanger(domain, host),
  ];
}

/** SRV at these hosts, several hosts a service where need be; services that are not named are not offered. */
export function locateEach(
  domain: string,
  hosts: Readonly<Partial<Record<SrvService, readonly string[]>>>,
): readonly string[] {
  return srvServices.flatMap((service) => {
    const owner = `_${service}._tcp.${domain}.`;
    const named = hosts[service] ?? [];
    return named.length === 0
      ? [`${owner} SRV 0 0 0 .`]
      : named.map((host) => `${owner} SRV ${srvData(service, host)}`);
  });
}

function srvData(service: SrvService, host: string): string {
  return `${priorities[service]} 1 ${mailPorts[service]} ${host}.`;
}

export function mailExchanger(domain: string, host: string): string {
  return `${domain}. MX 10 ${host}.`;
}

/** A server that speaks everything and is healthy, but for what `differs` says. */
export function mailServer(
  server: Pick<LabServer, 'address' | 'hosts'>,
  differs: Partial<Omit<LabServer, 'address' | 'hosts'>> = {},
): LabServer {
  return {
    certificate: 'good',
    key: 'current',
    keyType: 'ec',
    services: mailServices,
    unpacked: null,
    balanced: null,
    brokenStarttls: {},
    scripted: {},
    plaintextLogin: false,
    deep: null,
    quirks: [],
    ...differs,
    ...server,
  };
}

export interface Entry extends Partial<Omit<LabDomain, 'servers' | 'expected'>> {
  readonly name: string;
  /** Third part of its addresses; unique. */
  readonly network: number;
  readonly server?: Partial<LabServer>;
  readonly furtherServers?: readonly LabServer[];
  readonly expected?: readonly (string | ExpectedFinding)[];
}

/**
 * A domain with one server `mail.<domain>` that speaks everything, healthy but for what `entry` says. SRV says of each
 * service that the server speaks, and that the others are not offered.
 */
export function mailDomain(entry: Entry): LabDomain {
  const { name, network, server, furtherServers, expected, ...rest } = entry;
  const first = mailServer({ address: mailAddress(network, 1), hosts: server?.hosts ?? [`mail.${name}`] }, server);
  return {
    fault: null,
    dnssec: 'secure',
    zone: { signing: plainSigning, ds: rightDs, servers: oneServer },
    records: locateServices(name, servicesOf(first)),
    tlsa: 'none',
    web: [],
    ...rest,
    name,
    servers: [first, ...(furtherServers ?? [])],
    expected: expectedFindings(expected ?? []),
  };
}

/** A domain without mail servers of its own, hosted at ok.test: what is wrong is in its zone, or on its web site. */
export function hostedDomain(
  entry: Pick<LabDomain, 'name' | 'fault'> &
    Partial<Pick<LabDomain, 'dnssec' | 'web' | 'records'>> &
    Partial<LabDomain['zone']> & { readonly expected: readonly string[] },
): LabDomain {
  const { name, fault, dnssec, expected, web, records, ...zone } = entry;
  return {
    name,
    fault,
    expected: expectedFindings(expected),
    dnssec: dnssec ?? 'secure',
    zone: { signing: plainSigning, ds: rightDs, servers: oneServer, ...zone },
    servers: [],
    web: web ?? [],
    records: records ?? locateAt(name, 'mail.ok.test'),
    tlsa: 'none',
  };
}

function expectedFindings(expected: readonly (string | ExpectedFinding)[]): readonly ExpectedFinding[] {
  return expected.map((item) => (typeof item === 'string' ? { code: item, address: null } : item));
}

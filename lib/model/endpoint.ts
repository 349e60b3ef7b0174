/** Mail services that Latchwatch can probe. `smtp` is SMTP on an MX host; `submission` is RFC 6409, `sieve` RFC 5804. */
export const services = ['imap', 'pop3', 'submission', 'smtp', 'sieve'] as const;
export type Service = (typeof services)[number];

/** How TLS begins: with the first byte (RFC 8314 section 3), or after STARTTLS / STLS. */
export const tlsModes = ['implicit', 'starttls'] as const;
export type TlsMode = (typeof tlsModes)[number];

/** Where we learned of an endpoint. A `guess` is a well-known name tried only where SRV is missing. */
export const origins = ['srv', 'mx', 'autoconfig', 'guess', 'manual'] as const;
export type Origin = (typeof origins)[number];

/** One row a kind of endpoint: adding a protocol is adding rows here and a dialogue in lib/mail. */
export interface ServiceRow {
  readonly service: Service;
  readonly tlsMode: TlsMode;
  readonly port: number;
  /** SRV service label (RFC 6186, RFC 8314 section 5.1, RFC 5804 section 1.8); null where none exists (MX). */
  readonly srvLabel: string | null;
  readonly dialogue: 'imap' | 'pop3' | 'smtp' | 'sieve';
  /** Which DANE rules hold: RFC 7672 between MTAs, RFC 6698/7671 for mail user agents. */
  readonly tlsaPolicy: 'mua' | 'mta';
  readonly title: string;
}

export const serviceTable: readonly ServiceRow[] = [
  {
    service: 'imap',
    tlsMode: 'implicit',
    port: 993,
    srvLabel: '_imaps',
    dialogue: 'imap',
    tlsaPolicy: 'mua',
    title: 'IMAP, implicit TLS',
  },
  {
    service: 'imap',
    tlsMode: 'starttls',
    port: 143,
    srvLabel: '_imap',
    dialogue: 'imap',
    tlsaPolicy: 'mua',
    title: 'IMAP, STARTTLS',
  },
  {
    service: 'pop3',
    tlsMode: 'implicit',
    port: 995,
    srvLabel: '_pop3s',
    dialogue: 'pop3',
    tlsaPolicy: 'mua',
    title: 'POP3, implicit TLS',
  },
  {
    service: 'pop3',
    tlsMode: 'starttls',
    port: 110,
    srvLabel: '_pop3',
    dialogue: 'pop3',
    tlsaPolicy: 'mua',
    title: 'POP3, STLS',
  },
  {
    service: 'submission',
    tlsMode: 'implicit',
    port: 465,
    srvLabel: '_submissions',
    dialogue: 'smtp',
    tlsaPolicy: 'mua',
    title: 'Submission, implicit TLS',
  },
  {
    service: 'submission',
    tlsMode: 'starttls',
    port: 587,
    srvLabel: '_submission',
    dialogue: 'smtp',
    tlsaPolicy: 'mua',
    title: 'Submission, STARTTLS',
  },
  {
    service: 'smtp',
    tlsMode: 'starttls',
    port: 25,
    srvLabel: null,
    dialogue: 'smtp',
    tlsaPolicy: 'mta',
    title: 'SMTP on MX, STARTTLS',
  },
  {
    service: 'sieve',
    tlsMode: 'starttls',
    port: 4190,
    srvLabel: '_sieve',
    dialogue: 'sieve',
    tlsaPolicy: 'mua',
    title: 'ManageSieve, STARTTLS',
  },
];

/** What identifies an endpoint. `host` is in A-label form, lower case, without the final dot. */
export interface EndpointTarget {
  readonly service: Service;
  readonly tlsMode: TlsMode;
  readonly host: string;
  readonly port: number;
}

/** The row of the services table for a service and TLS mode, or undefined where the pair does not exist (SMTP on MX has no implicit TLS). */
export function findServiceRow(service: Service, tlsMode: TlsMode): ServiceRow | undefined {
  return serviceTable.find((row) => row.service === service && row.tlsMode === tlsMode);
}

/** Stable text key of an endpoint, e.g. `imap+implicit://mail.example.org:993`. */
export function endpointKey(target: EndpointTarget): string {
  return `${target.service}+${target.tlsMode}://${target.host}:${String(target.port)}`;
}

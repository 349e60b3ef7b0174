import type { ZoneSource } from './zone-types.ts';

/** What mail programs speak with, by SRV label; `smtp` is port 25 on an MX host. */
export const mailServices = ['imaps', 'imap', 'pop3s', 'pop3', 'submissions', 'submission', 'smtp', 'sieve'] as const;
export type MailService = (typeof mailServices)[number];

export const mailPorts: Readonly<Record<MailService, number>> = {
  imaps: 993,
  imap: 143,
  pop3s: 995,
  pop3: 110,
  submissions: 465,
  submission: 587,
  smtp: 25,
  sieve: 4190,
};

export type CertificateKind =
  | 'good' // issued 10 days ago for 90 days
  | 'expired' // 5 days ago
  | 'expires-in-3-days'
  | 'previous' // the one before the good one, still valid for 30 days
  | 'wrong-name' // valid, for another host
  | 'self-signed'
  | 'missing-intermediate'; // good, but the server sends the leaf alone

/** What a server of Dovecot or Postfix, or of another real program, is configured to do wrong, or to do besides. */
export type ServerQuirk =
  /** IMAP answers ID with the status in `deep-status` only, as the draft's examples have it, and not in `deep`. */
  | 'deep-status-field-only'
  /** IMAP announces DEEP and says nothing of it in its answer to ID. */
  | 'deep-without-status'
  /** SMTP takes the CLIENT command (draft section 7.3). */
  | 'client-command'
  | 'asks-for-client-certificate'
  /** Without SNI it serves a certificate for another host. */
  | 'host-by-sni-only'
  /** Submission takes mail before TLS. */
  | 'mail-before-tls'
  /** TLS 1.0 and 1.1 beside the newer ones. */
  | 'old-tls-too'
  /** Nothing above TLS 1.1. */
  | 'old-tls-only'
  /** Nothing below TLS 1.3. */
  | 'tls-1.3-only'
  /** Beside the good certificate one with an RSA key, which has expired. */
  | 'expired-rsa-too'
  /** Nothing above TLS 1.2. */
  | 'no-tls-1.3'
  /** Postfix as it comes from Debian: TLS 1.0, and suites without a key of the server. */
  | 'postfix-defaults'
  /** RC4, 3DES, suites without encryption and without server key, TLS 1.0 and 1.1: Exim with GnuTLS can. */
  | 'weak-ciphers'
  /** Port 25 offers AUTH. */
  | 'login-on-mx'
  /** Port 465 offers no AUTH. */
  | 'no-login-on-submissions'
  /** Postfix delivers mail for the domain into the mailbox that Dovecot serves to everybody. */
  | 'delivers-mail'
  /** Postfix still has the certificate before the good one: it was not reloaded. */
  | 'smtp-not-reloaded'
  /** Dovecot and Postfix log what clients say of themselves, and Dovecot exports it as events where it is told to. */
  | 'logs-clients';

/** Real programs that Debian does not install beside Postfix and Dovecot; unpacked into the lab's folder instead. */
export const unpackedPrograms = ['exim', 'opensmtpd', 'cyrus'] as const;
export type UnpackedProgram = (typeof unpackedPrograms)[number];

/** What no real server does. */
export type ScriptedQuirk =
  | 'client-command' // 250 and 501, as draft section 7.3 has it
  | 'client-command-unknown' // announces DEEP, and answers 500 to CLIENT
  | 'preauth' // IMAP greets as if somebody had logged in
  | 'stat-before-login' // POP3 answers STAT to anybody
  | 'obeys-injection' // what came in one segment with STARTTLS is done after the handshake
  | 'closes-without-notify' // the connection ends without close_notify
  | 'needs-server-name' // no certificate for who sends no SNI
  | 'turns-away' // greets with a refusal
  | 'plaintext'; // speaks the protocol in clear where TLS should come first

/** A mail server of ours that speaks just enough of its protocol. */
export interface ScriptedMail {
  /** DEEP status as CAPA or EHLO shows it; null: none. */
  readonly deep: string | null;
  readonly quirks: readonly ScriptedQuirk[];
}

/** What a scripted server does after a client's STARTTLS; no real server can be made to do it. */
export type StarttlsFault = 'closes' | 'garbage' | 'refuses';

/** One server machine: one address, one certificate. */
export interface LabServer {
  readonly address: string;
  /** Names whose A record is this address; a certificate is issued for them. */
  readonly hosts: readonly string[];
  readonly certificate: CertificateKind;
  /** Which of the domain's keys it has. TLSA records are made from `current`. */
  readonly key: 'current' | 'old';
  readonly keyType: 'ec' | 'rsa';
  /** Spoken by Dovecot and Postfix. */
  readonly services: readonly MailService[];
  /** Spoken by another real program. */
  readonly unpacked: { readonly program: UnpackedProgram; readonly services: readonly MailService[] } | null;
  /** Passed on to these addresses in turn, connection by connection, as a load balancer does. */
  readonly balanced: { readonly services: readonly MailService[]; readonly addresses: readonly string[] } | null;
  /** Spoken by scripted servers that advertise STARTTLS and then break it. */
  readonly brokenStarttls: Readonly<Partial<Record<MailService, StarttlsFault>>>;
  /** Spoken by scripted servers that do something else no real one does. */
  readonly scripted: Readonly<Partial<Record<MailService, ScriptedMail>>>;
  /** Whether passwords may be sent before TLS. */
  readonly plaintextLogin: boolean;
  /** DEEP status that Dovecot advertises (draft section 5.3); null: it does not know of DEEP. */
  readonly deep: string | null;
  readonly quirks: readonly ServerQuirk[];
}

/** Every service that somebody answers for at this server's address. */
export function servicesOf(server: LabServer): readonly MailService[] {
  return mailServices.filter(
    (service) =>
      server.services.includes(service) ||
      server.unpacked?.services.includes(service) === true ||
      server.balanced?.services.includes(service) === true ||
      server.brokenStarttls[service] !== undefined ||
      server.scripted[service] !== undefined,
  );
}

/** A document of a web server of the lab. */
export interface WebPage {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A web server on ports 443 and 80 of its address. */
export interface WebSite {
  readonly address: string;
  /** Names whose A record is this address; its certificate is issued for them. */
  readonly hosts: readonly string[];
  readonly certificate: CertificateKind;
  /** By `host/path`, the same over TLS and in clear. Others are 404. */
  readonly pages: Readonly<Record<string, WebPage>>;
}

export interface ExpectedFinding {
  /** Code of lib/checks. */
  readonly code: string;
  /** Only this address has it; null: the endpoint or the domain as a whole, or all of its addresses. */
  readonly address: string | null;
}

export interface LabDomain {
  readonly name: string;
  /** What is wrong, for people; null for a healthy domain. */
  readonly fault: string | null;
  readonly expected: readonly ExpectedFinding[];
  /** What a validating resolver makes of the zone. */
  readonly dnssec: 'secure' | 'insecure' | 'bogus';
  /** How it is signed, delegated and served. */
  readonly zone: Pick<ZoneSource, 'signing' | 'ds' | 'servers'>;
  readonly servers: readonly LabServer[];
  readonly web: readonly WebSite[];
  /** Records of the zone beside SOA, NS, and the A records of the servers: `owner type data`, owner absolute. */
  readonly records: readonly string[];
  /** At every service of every host: TLSA 3 1 1 of the key served or of another, or 2 1 1 of the intermediate authority. */
  readonly tlsa: 'matching' | 'mismatch' | 'intermediate' | 'none';
}

/** Machines that DNS leads to: servers behind a balancer have its host's name, and no address records. */
export function machinesInDns({ servers, web }: LabDomain): readonly (LabServer | WebSite)[] {
  const behind = servers.flatMap(({ balanced }) => balanced?.addresses ?? []);
  return [...servers, ...web].filter(({ address }) => !behind.includes(address));
}

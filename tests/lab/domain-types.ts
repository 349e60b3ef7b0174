import type { ZoneSource } from './zone-types.ts';

/** What mail programs speak with, by SRV label; `smtp` is port 25 on an MX host. */
export const mailServices = ['imaps', 'imap', 'pop3s', 'pop3', 'submissions', 'submission', 'smtp'] as const;
export type MailService = (typeof mailServices)[number];

export const mailPorts: Readonly<Record<MailService, number>> = {
  imaps: 993,
  imap: 143,
  pop3s: 995,
  pop3: 110,
  submissions: 465,
  submission: 587,
  smtp: 25,
};

export type CertificateKind =
  | 'good' // issued 10 days ago for 90 days
  | 'expired' // 5 days ago
  | 'expires-in-3-days'
  | 'wrong-name' // valid, for another host
  | 'self-signed'
  | 'missing-intermediate'; // good, but the server sends the leaf alone

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
  /** Spoken by Dovecot and Postfix. */
  readonly services: readonly MailService[];
  /** Spoken by scripted servers that advertise STARTTLS and then break it. */
  readonly brokenStarttls: Readonly<Partial<Record<MailService, StarttlsFault>>>;
  /** Whether passwords may be sent before TLS. */
  readonly plaintextLogin: boolean;
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
  /** Records of the zone beside SOA, NS, and the A records of the servers: `owner type data`, owner absolute. */
  readonly records: readonly string[];
  /** At every service of every host: TLSA 3 1 1 of the key served or of another, or 2 1 1 of the intermediate authority. */
  readonly tlsa: 'matching' | 'mismatch' | 'intermediate' | 'none';
}

import type { Dnssec } from './dnssec.ts';
import type { EndpointTarget, Origin } from './endpoint.ts';

/*
 * What a probe saw. Plain data that survives JSON: bytes are base64, instants are milliseconds since
 * 1970-01-01T00:00:00Z. Nothing here is a judgement: null and `failure` mean "not seen", never "bad".
 */

/** How far the probe came before it stopped. */
export type ProbeStage =
  | 'resolve'
  | 'connect'
  | 'greeting'
  | 'capability'
  | 'identity' // the ID command of IMAP
  | 'starttls'
  | 'handshake'
  | 'request' // HTTP
  | 'redirect'; // HTTP

export type FailureReason =
  | 'refused' // TCP RST in answer to SYN, or ICMP port unreachable
  | 'reset' // connection torn down by the peer with RST
  | 'closed' // orderly close where an answer was due
  | 'timeout' // the deadline passed
  | 'unreachable' // no route to the address from here
  | 'temporary' // the server asked to come back later (421, [UNAVAILABLE], SERVFAIL)
  | 'rejected' // the server said no (SMTP 5xx, IMAP NO, POP3 -ERR)
  | 'not-advertised' // STARTTLS / STLS is not among the capabilities
  | 'protocol' // what came is not this protocol
  | 'tls' // the TLS handshake failed; `said` has the OpenSSL code
  | 'limit' // a cap on lines, bytes or certificates was reached
  | 'blocked' // our own address guard refused to connect
  | 'busy' // our own limit of connections to this address was reached in all the time there was
  | 'nxdomain' // the name does not exist
  | 'no-address' // the name exists but has neither A nor AAAA
  | 'dns'; // the lookup failed in another way; `said` has the rcode

export interface ProbeFailure {
  readonly stage: ProbeStage;
  readonly reason: FailureReason;
  /** What the other side (or OpenSSL) said, at most 512 characters, unescaped. */
  readonly said?: string;
}

/** A fact that was seen, or the reason why not. */
export type Seen<T> = { readonly ok: true; readonly facts: T } | { readonly ok: false; readonly failure: ProbeFailure };

/** One answer from DNS, with the bytes it came in. `R` is the parsed record data. */
export interface DnsLookup<R> {
  readonly name: string;
  readonly type: string;
  /** RFC 1035 / RFC 6895 mnemonic, e.g. NOERROR, NXDOMAIN. */
  readonly rcode: string;
  readonly records: readonly R[];
  /** Smallest TTL of the answer in seconds, null for an empty answer. */
  readonly ttlSeconds: number | null;
  /** CNAME targets followed, in order. */
  readonly aliases: readonly string[];
  /** The resolver's AD bit: a second opinion, kept as evidence only. */
  readonly ad: boolean;
  /** Whether RRSIG records came with the answer. */
  readonly signaturesPresent: boolean;
  readonly dnssec: Dnssec;
  /** Apex of the zone that holds the answer; absent where that is not known. */
  readonly zone?: string;
  /** `address:port` of the server that answered. */
  readonly server: string;
  /** The whole response message, base64. */
  readonly wire: string;
  /** Why records of this answer could not be read; absent where all could. */
  readonly unreadable?: readonly string[];
}

export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** A-label name without final dot; `.` means "service not offered" (RFC 2782). */
  readonly target: string;
}

export interface MxRecord {
  readonly preference: number;
  /** `.` is a null MX (RFC 7505). */
  readonly exchange: string;
}

/** TLSA rdata (RFC 6698 section 2.1). Numbers are kept as they came, known or not. */
export interface TlsaRecord {
  readonly usage: number;
  readonly selector: number;
  readonly matchingType: number;
  /** Certificate association data, lower-case hex. */
  readonly data: string;
}

export interface TranscriptLine {
  readonly from: 'client' | 'server';
  /** Bytes as latin1 text without the line end. Data from a stranger: escape at output. */
  readonly text: string;
  /** Milliseconds since the probe of this address began. */
  readonly atMs: number;
}

/** OpenSSL's verdict on path, dates and trust. The name is judged elsewhere (RFC 9525). */
export type Pkix =
  | {
      readonly trusted: true;
      /** The path that OpenSSL built, leaf first, as base64 DER. */
      readonly path: readonly string[];
      readonly store: string;
    }
  | {
      readonly trusted: false;
      /** OpenSSL verify code, e.g. CERT_HAS_EXPIRED, DEPTH_ZERO_SELF_SIGNED_CERT. */
      readonly error: string;
      readonly store: string;
    };

export interface TlsFacts {
  /** As OpenSSL names it: TLSv1.2, TLSv1.3, … */
  readonly version: string;
  readonly cipher: string;
  /** SNI that was sent. */
  readonly serverName: string;
  /** The chain as the server sent it, leaf first, base64 DER, at most 16. */
  readonly chain: readonly string[];
  readonly pkix: Pkix;
}

/** Kinds of server keys that a handshake can insist on: RSA, or elliptic curves (ECDSA, EdDSA). */
export type KeyFamily = 'rsa' | 'ec';

/**
 * A second handshake that accepted only keys of the other family than the first one showed: servers may have a
 * certificate of each.
 */
export interface OtherHandshake {
  readonly offered: KeyFamily;
  /** A failure of reason `tls` is what a server without such a certificate gives. */
  readonly tls: Seen<TlsFacts>;
}

/** One field of the answer to the ID command of IMAP (RFC 2971), as it came; a value may be NIL. */
export type IdentityField = readonly [key: string, value: string | null];

/** One address of an endpoint, as far as the dialogue came. A partial result survives a failure. */
export interface AddressSession {
  readonly address: string;
  readonly startedAt: number;
  readonly greeting: string | null;
  readonly capabilitiesBeforeTls: readonly string[] | null;
  readonly capabilitiesAfterTls: readonly string[] | null;
  /** Answers to ID (IMAP), at most 30 fields; absent where it was not asked, null where it was refused. */
  readonly identityBeforeTls?: readonly IdentityField[] | null;
  readonly identityAfterTls?: readonly IdentityField[] | null;
  readonly starttls: 'not-applicable' | 'not-reached' | 'not-advertised' | 'refused' | 'accepted';
  readonly tls: TlsFacts | null;
  /** Absent where none was made: it is made for hosts with TLSA records. */
  readonly otherHandshake?: OtherHandshake;
  /** Whether the goodbye (LOGOUT, QUIT) was answered; null where it was not sent. */
  readonly goodbyeAnswered: boolean | null;
  readonly timings: {
    readonly connectMs: number | null;
    readonly greetingMs: number | null;
    readonly handshakeMs: number | null;
    readonly totalMs: number;
  };
  readonly transcript: readonly TranscriptLine[];
  readonly failure: ProbeFailure | null;
}

export interface TlsaObservation {
  /** `_993._tcp.mail.example.org` */
  readonly owner: string;
  readonly lookup: Seen<DnsLookup<TlsaRecord>>;
  /** Whether the resolver hands out RRSIGs at all; null when that could not be told. Without it, missing signatures say nothing. */
  readonly resolverPassesSignatures: boolean | null;
}

/** The addresses of a host, A and AAAA together. */
export interface AddressFacts {
  /** Sorted: IPv4 first, then by number. */
  readonly list: readonly string[];
  /** The lookups that were answered. */
  readonly lookups: readonly DnsLookup<string>[];
  /** The lookup that failed while the other family answered: `list` may be short. Absent where both answered. */
  readonly missing?: { readonly type: 'A' | 'AAAA'; readonly failure: ProbeFailure };
}

/** All that one run saw of one endpoint. */
export interface EndpointObservation {
  readonly endpoint: EndpointTarget;
  readonly vantage: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** Addresses (A and AAAA together) of the host. */
  readonly addresses: Seen<AddressFacts>;
  /** One per address, in the order of `addresses`. */
  readonly sessions: readonly AddressSession[];
  readonly tlsa: TlsaObservation | null;
}

/** An endpoint that discovery found, and where. */
export interface DiscoveredEndpoint {
  readonly target: EndpointTarget;
  readonly origin: Origin;
  /** SRV priority or MX preference; null for guesses. */
  readonly priority: number | null;
  readonly weight: number | null;
}

export interface SrvLookup {
  /** `_imaps._tcp.example.org` */
  readonly owner: string;
  readonly label: string;
  readonly lookup: Seen<DnsLookup<SrvRecord>>;
}

/** TLSA records of the SMTP port of a host that MX records name. */
export interface MxTlsaLookup {
  /** `_25._tcp.mx.example.org` */
  readonly owner: string;
  readonly host: string;
  readonly lookup: Seen<DnsLookup<TlsaRecord>>;
}

/** One document of the web, as far as it was read. */
export interface HttpDocument {
  /** The address that it came from, after redirects. */
  readonly url: string;
  readonly address: string;
  /** Null over plain HTTP. */
  readonly tls: TlsFacts | null;
  readonly status: number;
  /** Of the response, lower case, without parameters; null where there was none. */
  readonly contentType: string | null;
  /** Whether the response asks for a login (401, WWW-Authenticate, or a page with a password field). */
  readonly asksForLogin: boolean;
  /** Addresses that it was redirected through, the first asked first. */
  readonly redirects: readonly string[];
  /** UTF-8, at most 64 KiB. Data from a stranger. */
  readonly body: string;
  readonly truncated: boolean;
}

/** A document, or how far the fetch came. */
export type Fetched =
  | { readonly ok: true; readonly facts: HttpDocument }
  | { readonly ok: false; readonly url: string; readonly tls: TlsFacts | null; readonly failure: ProbeFailure };

/** TXT records of a domain. */
export interface TxtRecord {
  /** The strings of the record put together, latin1. */
  readonly text: string;
}

/**
 * What clients and other mail servers are told about a domain outside of SRV and MX. Each as it came, but for chains, of
 * which the leaf is kept.
 */
export interface PublishedConfiguration {
  /** Mozilla autoconfig: each address that is tried, in the order in which clients try them. */
  readonly autoconfig: readonly Fetched[];
  /** Microsoft autodiscover, likewise. */
  readonly autodiscover: readonly Fetched[];
  /** TXT at `_mta-sts.<domain>` (RFC 8461). */
  readonly mtaStsRecord: Seen<DnsLookup<TxtRecord>>;
  /** The policy; null: there is no record, and no web server that would have it. */
  readonly mtaStsPolicy: Fetched | null;
  /** TXT at `_smtp._tls.<domain>` (RFC 8460). */
  readonly tlsRptRecord: Seen<DnsLookup<TxtRecord>>;
}

/** All that discovery saw of one mail domain. */
export interface DomainObservation {
  /** A-label form, lower case, without final dot. */
  readonly domain: string;
  readonly vantage: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly srv: readonly SrvLookup[];
  readonly mx: Seen<DnsLookup<MxRecord>>;
  /** Of the hosts that MX records prefer most, as many as are asked; their order. */
  readonly mxTlsa: readonly MxTlsaLookup[];
  /** Address lookups of every target, MX host and guessed name. */
  readonly hosts: readonly { readonly host: string; readonly addresses: Seen<readonly string[]> }[];
  readonly endpoints: readonly DiscoveredEndpoint[];
  /** Absent in what older versions stored. */
  readonly configuration?: PublishedConfiguration;
}

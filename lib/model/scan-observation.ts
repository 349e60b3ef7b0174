import type { EndpointTarget } from './endpoint.ts';
import type { Fetched, KeyFamily, ProbeFailure, TlsFacts, TranscriptLine } from './observation.ts';

/*
 * What a deep scan saw: once a day and after a change, many handshakes and a few commands an address. Plain data that
 * survives JSON, as in observation.ts. Nothing here is a judgement.
 */

/** As OpenSSL names them, lowest first. */
export const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
export type TlsVersion = (typeof tlsVersions)[number];

/**
 * Kinds of cipher suites that no client should be given; each is offered alone. `3des` stands for all block ciphers of
 * 64 bits that are not export grade (DES, IDEA, 3DES); `anonymous` and `static-rsa` for those with a strong cipher.
 */
export const weakSuiteKinds = ['null', 'export', 'rc4', '3des', 'anonymous', 'static-rsa'] as const;
export type WeakSuiteKind = (typeof weakSuiteKinds)[number];

/** What one handshake came to that offered one thing only. */
export type Offer<T> =
  | { readonly outcome: 'accepted'; readonly facts: T }
  /** The server answered with an alert, or closed: it does not have it. `said` is the alert. */
  | { readonly outcome: 'refused'; readonly said: string }
  /** Nobody could look: nothing is known. */
  | { readonly outcome: 'unseen'; readonly failure: ProbeFailure };

/** What a ServerHello chose. */
export interface ChosenSuite {
  readonly version: TlsVersion | 'SSLv3';
  /** Four lower-case hex digits, e.g. `0005`. */
  readonly suite: string;
  /** As in the IANA registry, e.g. `TLS_RSA_WITH_RC4_128_SHA`. */
  readonly name: string;
}

/** Something that TLS 1.3 hides from who cannot decrypt (`encrypted`), or that nobody could look at (`unseen`). */
export type Sighting = 'yes' | 'no' | 'encrypted' | 'unseen';

/** Commands and the replies to them, in order. */
export interface Exchange {
  readonly sent: string;
  /** The first line of the reply, latin1; null: no reply. */
  readonly reply: string | null;
}

/** One address of an endpoint. */
export interface AddressScan {
  readonly address: string;
  readonly startedAt: number;
  readonly versions: Readonly<Record<TlsVersion, Offer<TlsFacts>>>;
  /** SSL 3.0, which OpenSSL no longer speaks: as far as its ServerHello. */
  readonly sslv3: Offer<ChosenSuite>;
  readonly weakSuites: Readonly<Record<WeakSuiteKind, Offer<ChosenSuite>>>;
  /** A handshake without SNI; null: the host is an IP address, SNI is never sent. */
  readonly withoutServerName: Offer<TlsFacts> | null;
  /** The certificate of each key family, in a handshake of TLS 1.2 or later that takes that family only. */
  readonly keys: Readonly<Record<KeyFamily, Offer<TlsFacts>>>;
  /** Whether the server asked for a client certificate up to TLS 1.2. */
  readonly certificateRequest: Sighting;
  /** Whether close_notify came before the end of the connection (draft section 4.4). */
  readonly closeNotify: Sighting;
  /** What further handshakes like the cheap probe's showed: a pool behind one address answers in turn. */
  readonly repeated: readonly TlsFacts[];
  /** STAT before login (POP3; draft section 4.1); null: not this protocol. */
  readonly statBeforeLogin: Exchange | null;
  /** MAIL FROM before TLS (submission with STARTTLS; draft section 10.7); null: not this protocol. No mail is sent. */
  readonly mailBeforeTls: Exchange | null;
  /** CLIENT with good and with bad syntax (draft section 7.3); null: not asked for. */
  readonly clientCommand: { readonly good: Exchange; readonly bad: Exchange } | null;
  /** A harmless command sent in one segment with STARTTLS; null: not asked for, or implicit TLS. */
  readonly injection: { readonly obeyed: Sighting; readonly reply: string | null } | null;
  readonly transcript: readonly TranscriptLine[];
  /** Why the scan of this address ended early; null: it did not. */
  readonly failure: ProbeFailure | null;
}

/** The https URL of a DEEP status, fetched (draft section 5.3). */
export interface StatusUrl {
  readonly url: string;
  readonly fetched: Fetched;
  /** Addresses of its host. */
  readonly addresses: readonly string[];
}

/** All that one deep scan saw of one endpoint. */
export interface ScanObservation {
  readonly endpoint: EndpointTarget;
  readonly vantage: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** One per address; empty where the host's addresses are not known. */
  readonly addresses: readonly AddressScan[];
  /** One per different URL that the latest probe read in DEEP statuses. */
  readonly statusUrls: readonly StatusUrl[];
}

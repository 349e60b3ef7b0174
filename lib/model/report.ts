import type { Service } from './endpoint.ts';

/**
 * What one client told a server of ours, or what that server's log told of it: the unit that ingest takes, whatever the
 * format it came in. Plain data of strangers: nothing here has been believed.
 */
export interface Report {
  /** Milliseconds since the epoch, as the sender says. */
  readonly observedAt: number;
  readonly service: Service;
  readonly server: ReportedServer;
  readonly account: ReportedAccount;
  /** Null: it told neither name nor version. */
  readonly client: ReportedClient | null;
  /** Literal IP address of the client. Only its network is ever kept. Null: not told. */
  readonly clientAddress: string | null;
  /** Names the session at the server, so that what came before the login can be joined with it; null: not told. */
  readonly session: string | null;
  /** Whether it is of a login itself, which counts as one; what else is said in the same session does not. */
  readonly isLogin: boolean;
  /** What the client said of latches; null: it said nothing of them, which is not the same as holding none. */
  readonly latches: ReportedLatches | null;
  /** TLS between client and server; null: not told. */
  readonly tls: ReportedTls | null;
  /** Whether a proxy stands between, as it says of itself (draft section 7.1). */
  readonly proxied: boolean;
  /** Whether the proxy passed on which TLS the client has (`tls`, draft section 7.1). */
  readonly proxyTold: boolean;
}

/** Which server: by the name that the client asked for, or else by the address that it reached. */
export interface ReportedServer {
  /** A-label form, lower case, no final dot; null: not told. */
  readonly host: string | null;
  /** Literal IP address; null: not told. */
  readonly address: string | null;
  /** Null: not told. */
  readonly port: number | null;
}

export type ReportedAccount =
  /** Nobody has logged in, or the line does not say who. */
  | { readonly kind: 'none' }
  /** The user name: becomes a pseudonym before anything is kept. */
  | { readonly kind: 'name'; readonly name: string }
  /** Made by the sender: 32 lower-case hex digits; `previous` is that of the epoch before, while keys change. */
  | { readonly kind: 'pseudonym'; readonly pseudonym: string; readonly previous: string | null };

export interface ReportedClient {
  /** At most 64 characters; '' where only the version was told. */
  readonly name: string;
  /** At most 32 characters; '' where it was not told. */
  readonly version: string;
}

/** Tags in lower case, each once, sorted (draft section 7.1). */
export interface ReportedLatches {
  readonly latched: readonly string[];
  /** `security-tags`: what the client supports and has not latched. */
  readonly supported: readonly string[];
  /** `latch-fail`: latched, and not met by the server. */
  readonly failed: readonly string[];
}

export interface ReportedTls {
  /** As OpenSSL names it, e.g. `TLSv1.3`; `none`: the session had no TLS; null: not told. */
  readonly version: string | null;
  /** As the source named the suite; null: not told. */
  readonly cipher: string | null;
}

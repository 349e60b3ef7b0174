import type { ProbeFailure, TlsFacts } from './observation.ts';

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

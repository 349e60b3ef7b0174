/**
 * What an operator said of one endpoint. `null` is undeclared, which is not the same as false: what nobody promised is
 * shown and not alerted.
 */
export interface Declaration {
  /** The server is meant to advertise a DEEP status (draft section 5.3). */
  readonly expectsDeep: boolean | null;
  /** Client certificates are enough to log in here (draft section 9.1.1). */
  readonly acceptsClientCertificates: boolean | null;
  /** A submission server kept for old clients (draft section 10.2). */
  readonly legacySubmission: boolean | null;
  /** Key (`endpointKey`) of the server behind this filter or proxy (draft sections 9.5 and 10.8). */
  readonly frontOf: string | null;
  /** Only workers of this vantage can see it. */
  readonly vantage: string | null;
  /** Connect to this address instead of those in DNS. */
  readonly address: string | null;
  /** Send this name as SNI, and judge certificates by it, instead of the host. */
  readonly serverName: string | null;
  /** Try the SMTP CLIENT command (draft section 7.3) in the deep scan. */
  readonly tryClientCommand: boolean | null;
  /** Try in the deep scan whether commands sent before the handshake are obeyed after it (RFC 3207 section 4.2). */
  readonly tryInjection: boolean | null;
}

/** An endpoint that nobody said anything about. */
export const undeclared: Declaration = {
  expectsDeep: null,
  acceptsClientCertificates: null,
  legacySubmission: null,
  frontOf: null,
  vantage: null,
  address: null,
  serverName: null,
  tryClientCommand: null,
  tryInjection: null,
};

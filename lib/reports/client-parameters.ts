import type { ReportedClient, ReportedLatches } from '../model/report.ts';
import { err, ok, type Result } from '../model/result.ts';
import { clientOf, readCipher } from './report-fields.ts';
import { readLatches, type LatchError } from './tag-list.ts';

/** What a client says of itself in the IMAP ID command or the SMTP CLIENT command. */
export interface ClientParameters {
  readonly client: ReportedClient | null;
  readonly latches: ReportedLatches | null;
  /** A proxy stands between: it added `tls`, or what Dovecot's proxies add. */
  readonly proxied: boolean;
  /** The suite that the proxy says the client has; null: it did not say. */
  readonly proxyCipher: string | null;
}

/** Said of nothing. */
export const noParameters: ClientParameters = { client: null, latches: null, proxied: false, proxyCipher: null };

const proxyParameters = ['x-originating-ip', 'x-connected-ip', 'x-proxy-ttl'];

/**
 * Reads parameters by their names in lower case (draft sections 7.1 and 7.3; others are ignored). A client wrote them:
 * its name is made fit to show, and only tags that are none are an error.
 */
export function readClientParameters(
  parameters: ReadonlyMap<string, string | null>,
): Result<ClientParameters, LatchError> {
  const latches = readLatches((name) => parameters.get(name));
  if (!latches.ok) return latches;
  const tls = parameters.get('tls') ?? null;
  const cipher = tls === null ? err('') : readCipher(tls);
  return ok({
    client: clientOf(parameters.get('name') ?? null, parameters.get('version') ?? null),
    latches: latches.value,
    proxied: tls !== null || proxyParameters.some((name) => parameters.has(name)),
    proxyCipher: cipher.ok ? cipher.value : null,
  });
}

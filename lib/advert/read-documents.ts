import type { Fetched, PublishedConfiguration } from '../model/observation.ts';
import type { Result } from '../model/result.ts';
import { matchHost } from '../x509/names.ts';
import { readChain } from '../x509/read-chain.ts';
import { parseAutoconfig } from './autoconfig.ts';
import { parseAutodiscover } from './autodiscover.ts';
import type { PublishedService } from './published-service.ts';

/** What a document of the web came to for a client that looks for it. */
export type DocumentReading<T> =
  | { readonly state: 'found'; readonly url: string; readonly content: T; readonly fault: string | null }
  /** Nobody publishes it here. */
  | { readonly state: 'absent' }
  /** It is there, and is given only to those who log in. */
  | { readonly state: 'locked'; readonly url: string }
  /** Something is there that no client can use; `why` is a phrase for people. */
  | { readonly state: 'unreadable'; readonly url: string; readonly why: string }
  /** Nobody could look. */
  | { readonly state: 'unseen' };

/** What Mozilla's autoconfig tells clients of a domain. */
export function readAutoconfig(
  { autoconfig }: Pick<PublishedConfiguration, 'autoconfig'>,
  domain: string,
): DocumentReading<readonly PublishedService[]> {
  return readFirst(autoconfig, (body) => parseAutoconfig(body, domain));
}

/** What Microsoft's autodiscover tells clients of a domain. */
export function readAutodiscover({
  autodiscover,
}: Pick<PublishedConfiguration, 'autodiscover'>): DocumentReading<readonly PublishedService[]> {
  return readFirst(autodiscover, parseAutodiscover);
}

/** The address that clients use: the first one where the document is; otherwise what tells most of the others. */
function readFirst<T>(tried: readonly Fetched[], parse: (body: string) => Result<T>): DocumentReading<T> {
  const readings = tried.map((fetched) => readDocument(fetched, parse));
  for (const state of ['found', 'unreadable', 'locked', 'unseen'] as const) {
    const reading = readings.find((one) => one.state === state);
    if (reading !== undefined) return reading;
  }
  return { state: 'absent' };
}

/** Reads one document. What only a minute or our own limits stand in the way of is unseen. */
export function readDocument<T>(fetched: Fetched, parse: (body: string) => Result<T>): DocumentReading<T> {
  if (!fetched.ok) return readFailure(fetched);
  const { status, url, asksForLogin, contentType, body, truncated, tls } = fetched.facts;
  if (status === 200) {
    const parsed = parse(body);
    const fault = tls === null ? null : webCertificateFault(url, tls);
    if (parsed.ok) return { state: 'found', url, content: parsed.value, fault };
    if (asksForLogin) return { state: 'locked', url };
    // Many web servers answer every address with a page of theirs.
    if (contentType === 'text/html' || /^\s*<(!doctype html|html)\b/i.test(body)) return { state: 'absent' };
    return { state: 'unreadable', url, why: truncated ? 'larger than is read' : parsed.error };
  }
  if (asksForLogin) return { state: 'locked', url };
  return status >= 500 || status === 429 || status === 408 ? { state: 'unseen' } : { state: 'absent' };
}

function readFailure<T>({ failure }: Extract<Fetched, { readonly ok: false }>): DocumentReading<T> {
  switch (failure.reason) {
    case 'nxdomain':
    case 'no-address':
    case 'refused':
    case 'tls':
    case 'protocol':
    case 'rejected':
    case 'not-advertised':
      return { state: 'absent' };
    case 'limit':
      return failure.stage === 'redirect' ? { state: 'absent' } : { state: 'unseen' };
    case 'reset':
    case 'closed':
    case 'timeout':
    case 'unreachable':
    case 'temporary':
    case 'blocked':
    case 'busy':
    case 'dns':
      return { state: 'unseen' };
  }
}

/** Why a client refuses the certificate of a web server, as a phrase; null where it is in order. */
export function webCertificateFault(
  url: string,
  { pkix, chain }: NonNullable<Extract<Fetched, { readonly ok: false }>['tls']>,
): string | null {
  if (!pkix.trusted) return `its certificate is not trusted (${pkix.error.slice(0, 60)})`;
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : '';
  const names = readChain(chain)[0]?.dnsNames ?? [];
  return matchHost(host, names).matches ? null : `its certificate is for ${names.slice(0, 3).join(' ') || 'no name'}`;
}

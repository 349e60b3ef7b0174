import { performance } from 'node:perf_hooks';
import { parseMtaStsRecord } from '#lib/advert/mta-sts.ts';
import { parseAutoconfig } from '#lib/advert/autoconfig.ts';
import { parseAutodiscover } from '#lib/advert/autodiscover.ts';
import { readDocument, type DocumentReading } from '#lib/advert/read-documents.ts';
import type { DnsLookup, Fetched, PublishedConfiguration, Seen, TlsFacts, TxtRecord } from '#lib/model/observation.ts';
import { fetchDocument, type FetchOptions } from '#workers/net/fetch-document.ts';
import type { ConnectionLimit, Dial, Query } from '#workers/ports.ts';
import type { TrustStore } from './trust-store.ts';

/** All that the documents of one domain may take. */
const configurationDurationMs = 30_000;
/** One document: a silent web server leaves time for the next address. */
const documentDurationMs = 8_000;
/** Characters that are kept of what is no configuration, such as the page of a web server. */
const keptOfOther = 1_024;

export interface WebAccess {
  readonly dial: Dial;
  readonly trust: TrustStore;
  readonly limit: ConnectionLimit;
}

export interface ConfigurationProbe extends WebAccess {
  /** A-label form, lower case, without final dot. */
  readonly domain: string;
  readonly query: Query;
}

/**
 * Looks at what clients and other mail servers are told about a domain outside of SRV and MX: autoconfig,
 * autodiscover, MTA-STS (RFC 8461) and TLS-RPT (RFC 8460). Asks for each document where clients do, until one has it.
 * Never rejects for anything the world does.
 */
export async function observeConfiguration(probe: ConfigurationProbe): Promise<PublishedConfiguration> {
  const end = performance.now() + configurationDurationMs;
  const [autoconfig, autodiscover, mtaSts, tlsRptRecord] = await Promise.all([
    fetchAutoconfig(probe, end),
    fetchAutodiscover(probe, end),
    fetchMtaSts(probe, end),
    askTxt(probe, `_smtp._tls.${probe.domain}`),
  ]);
  return { autoconfig, autodiscover, ...mtaSts, tlsRptRecord };
}

type Ask = Pick<FetchOptions, 'url' | 'maxRedirects'> & Partial<Pick<FetchOptions, 'plainHttp' | 'form'>>;

async function fetchOne({ dial, query, trust, limit }: ConfigurationProbe, end: number, ask: Ask): Promise<Fetched> {
  const deadline = Math.min(end, performance.now() + documentDurationMs);
  return fetchDocument({ dial, query, trust, limit, deadline, ...ask });
}

/** As Thunderbird does: https before http, which anybody on the way can change. */
async function fetchAutoconfig(probe: ConfigurationProbe, end: number): Promise<readonly Fetched[]> {
  const { domain } = probe;
  const places = [
    `autoconfig.${domain}/mail/config-v1.1.xml?emailaddress=${encodeURIComponent(`latchwatch@${domain}`)}`,
    `${domain}/.well-known/autoconfig/mail/config-v1.1.xml`,
  ];
  return fetchUntilFound(
    ['https', 'http'].flatMap((scheme) => places.map((place) => `${scheme}://${place}`)),
    {
      fetch: (url) => fetchOne(probe, end, { url, maxRedirects: 3, plainHttp: url.startsWith('http:') }),
      read: (fetched) => readDocument(fetched, (body) => parseAutoconfig(body, domain)),
    },
  );
}

/** As Outlook does for an account that is not Exchange; the redirect by plain HTTP and the SRV record are left out. */
async function fetchAutodiscover(probe: ConfigurationProbe, end: number): Promise<readonly Fetched[]> {
  const { domain } = probe;
  const body =
    '<?xml version="1.0" encoding="utf-8"?>' +
    '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>' +
    `<EMailAddress>latchwatch@${domain}</EMailAddress>` +
    '<AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a' +
    '</AcceptableResponseSchema></Request></Autodiscover>';
  const form = { contentType: 'text/xml; charset=utf-8', body };
  return fetchUntilFound(
    [domain, `autodiscover.${domain}`].map((host) => `https://${host}/autodiscover/autodiscover.xml`),
    {
      fetch: (url) => fetchOne(probe, end, { url, maxRedirects: 3, form }),
      read: (fetched) => readDocument(fetched, parseAutodiscover),
    },
  );
}

async function fetchUntilFound(
  urls: readonly string[],
  way: {
    readonly fetch: (url: string) => Promise<Fetched>;
    readonly read: (fetched: Fetched) => DocumentReading<unknown>;
  },
): Promise<readonly Fetched[]> {
  const tried: Fetched[] = [];
  for (const url of urls) {
    const fetched = await way.fetch(url);
    const { state } = way.read(fetched);
    tried.push(shorten(fetched, state === 'found' || state === 'unreadable'));
    if (state === 'found' || state === 'locked') break;
  }
  return tried;
}

async function fetchMtaSts(
  probe: ConfigurationProbe,
  end: number,
): Promise<Pick<PublishedConfiguration, 'mtaStsRecord' | 'mtaStsPolicy'>> {
  const { domain } = probe;
  const mtaStsRecord = await askTxt(probe, `_mta-sts.${domain}`);
  // A policy without its record is asked for as well: nobody knows of it, and its owner believes the opposite.
  const policy = await fetchOne(probe, end, {
    url: `https://mta-sts.${domain}/.well-known/mta-sts.txt`,
    maxRedirects: 0,
  });
  const announced =
    mtaStsRecord.ok && parseMtaStsRecord(mtaStsRecord.facts.records.map(({ text }) => text)).state !== 'absent';
  const isThere = policy.ok && policy.facts.status === 200;
  return { mtaStsRecord, mtaStsPolicy: announced || isThere ? shorten(policy, isThere) : null };
}

async function askTxt({ query }: ConfigurationProbe, name: string): Promise<Seen<DnsLookup<TxtRecord>>> {
  const lookup = await query(name, 'TXT');
  if (!lookup.ok) return lookup;
  return { ok: true, facts: { ...lookup.facts, records: lookup.facts.records.map((text) => ({ text })) } };
}

/**
 * What is kept: of a chain the leaf, since web servers are no mail servers and their chains come many times over, and
 * of a page that is no configuration its beginning.
 */
function shorten(fetched: Fetched, whole: boolean): Fetched {
  if (!fetched.ok) return { ...fetched, tls: onlyLeaf(fetched.tls) };
  const { body, truncated, tls } = fetched.facts;
  const cut = !whole && body.length > keptOfOther;
  const kept = cut ? { body: body.slice(0, keptOfOther), truncated: true } : { body, truncated };
  return { ok: true, facts: { ...fetched.facts, ...kept, tls: onlyLeaf(tls) } };
}

function onlyLeaf(tls: TlsFacts | null): TlsFacts | null {
  if (tls === null) return null;
  const { pkix, chain } = tls;
  return { ...tls, chain: chain.slice(0, 1), pkix: pkix.trusted ? { ...pkix, path: pkix.path.slice(0, 1) } : pkix };
}

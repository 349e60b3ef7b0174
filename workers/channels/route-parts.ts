import { isIP } from 'node:net';
import { routeRecipients, routeRelays } from '#lib/alerts/route-recipients.ts';
import type { RouteWay } from '#lib/alerts/route-way.ts';
import type { RoutePart } from '#lib/incidents/route-dependence.ts';
import { parseDomainName } from '#lib/model/domain-name.ts';
import type { MxRecord } from '#lib/model/observation.ts';
import type { Settings } from '#lib/settings.ts';

/** MX hosts of a domain that are looked at: those that are preferred. */
const maxExchanges = 8;

export interface RoutePartPorts {
  readonly settings: Pick<Settings, 'smtpUrls' | 'mailTo'>;
  /** MX records of a domain; null: they are not known now. */
  readonly mxOf: (domain: string) => Promise<readonly MxRecord[] | null>;
  /** Addresses of a mail server, as other mail servers look them up; empty where they are not known. */
  readonly addressesOf: (host: string) => Promise<readonly string[]>;
  /** Addresses of a host name, as mails and posts look them up. */
  readonly lookup: (host: string) => Promise<readonly string[]>;
}

/**
 * What has to work for the alerts of a route to arrive: its relays, the mail servers of its receivers, the host of its
 * URL. What DNS does not tell now is left out: not knowing is no dependence.
 */
export async function findRouteParts(way: RouteWay, ports: RoutePartPorts): Promise<readonly RoutePart[]> {
  const recipients = routeRecipients(way, ports.settings);
  if (way.kind !== 'mail') return Promise.all(recipients.map((url) => hostPart('url', url, ports)));
  const relays = routeRelays(way, ports.settings);
  return Promise.all([
    ...relays.map((url) => hostPart('relay', url, ports)),
    ...recipients.map((address) => mailboxPart(address, ports)),
  ]);
}

async function hostPart(part: 'relay' | 'url', text: string, { lookup }: RoutePartPorts): Promise<RoutePart> {
  // Of a URL the host alone: path and query may be the secret.
  const given = URL.canParse(text) ? new URL(text).hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase() : text;
  if (isIP(given) !== 0) return { part, given, names: [], addresses: [given] };
  const addresses = await lookup(given).catch(() => []);
  return { part, given, names: [given.replace(/\.$/, '')], addresses };
}

async function mailboxPart(given: string, { mxOf, addressesOf }: RoutePartPorts): Promise<RoutePart> {
  const domain = parseDomainName(/@([^@>]+)>?\s*$/.exec(given)?.[1] ?? '');
  if (!domain.ok) return { part: 'mailbox', given, names: [], addresses: [] };
  const { ascii } = domain.value;
  const records = await mxOf(ascii);
  const exchanges = (records ?? [])
    .toSorted((a, b) => a.preference - b.preference)
    .map(({ exchange }) => exchange)
    .filter((exchange) => exchange !== '.')
    .slice(0, maxExchanges);
  // Without MX records the domain itself takes the mail (RFC 5321 section 5.1).
  const hosts = exchanges.length > 0 ? exchanges : records?.length === 0 ? [ascii] : [];
  const addresses = (await Promise.all(hosts.map(addressesOf))).flat();
  return { part: 'mailbox', given, names: [...new Set([ascii, ...hosts])], addresses };
}

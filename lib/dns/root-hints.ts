import { formatIpAddress, parseIpAddress } from '../model/ip-address.ts';
import { err, ok, type Result } from '../model/result.ts';
import { parseName, type Name } from './name.ts';
import type { ServerAddress } from './server-address.ts';

/** A name server of a zone and the addresses known for it. */
export interface NameServer {
  readonly host: Name;
  /** Canonical text; empty where none is known. */
  readonly addresses: readonly ServerAddress[];
}

const dnsPort = 53;

/** The servers of the public root (IANA, named.root of 2024; B moved in November 2023). */
export const rootHints: readonly NameServer[] = [
  rootServer('a', '198.41.0.4', '2001:503:ba3e::2:30'),
  rootServer('b', '170.247.170.2', '2801:1b8:10::b'),
  rootServer('c', '192.33.4.12', '2001:500:2::c'),
  rootServer('d', '199.7.91.13', '2001:500:2d::d'),
  rootServer('e', '192.203.230.10', '2001:500:a8::e'),
  rootServer('f', '192.5.5.241', '2001:500:2f::f'),
  rootServer('g', '192.112.36.4', '2001:500:12::d0d'),
  rootServer('h', '198.97.190.53', '2001:500:1::53'),
  rootServer('i', '192.36.148.17', '2001:7fe::53'),
  rootServer('j', '192.58.128.30', '2001:503:c27::2:30'),
  rootServer('k', '193.0.14.129', '2001:7fd::1'),
  rootServer('l', '199.7.83.42', '2001:500:9f::42'),
  rootServer('m', '202.12.27.33', '2001:dc3::35'),
];

function rootServer(letter: string, ...addresses: readonly string[]): NameServer {
  const host = parseName(`${letter}.root-servers.net`);
  if (!host.ok) throw new Error(host.error);
  return { host: host.value, addresses: addresses.map((address) => ({ address, port: dnsPort })) };
}

const maxCharacters = 65_536;

/**
 * Reads a file of root hints in the form of named.root: `. 3600000 NS HOST` and `HOST 3600000 A ADDRESS` (or AAAA)
 * a line, class and TTL optional, comments behind `;`. Hosts without an address are left out. `port` is that of the
 * servers, which the form has no place for. The error is a sentence without a full stop.
 */
export function parseRootHints(text: string, port = dnsPort): Result<readonly NameServer[]> {
  if (text.length > maxCharacters) return err(`the file is longer than ${maxCharacters} characters`);
  const hosts = new Map<string, Name>();
  const addresses = new Map<string, string[]>();
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.replace(/;.*/, '').trim().split(/\s+/);
    if (words[0] === '') continue;
    const record = parseLine(words);
    if (!record.ok) return err(`line ${index + 1}: ${record.error}`);
    if (record.value.kind === 'server') hosts.set(record.value.host.key(), record.value.host);
    else addresses.set(record.value.key, [...(addresses.get(record.value.key) ?? []), record.value.address]);
  }
  const servers = [...hosts].flatMap(([key, host]) => {
    const known = addresses.get(key);
    return known === undefined ? [] : [{ host, addresses: known.map((address) => ({ address, port })) }];
  });
  return servers.length > 0 ? ok(servers) : err('no server of the root (". NS host") with an address is in the file');
}

type HintLine =
  | { readonly kind: 'server'; readonly host: Name }
  | { readonly kind: 'address'; readonly key: string; readonly address: string };

function parseLine(words: readonly string[]): Result<HintLine> {
  const [ownerText = '', ...rest] = words;
  const [type = '', data = '', ...more] = rest.filter((word, index) => index >= 2 || !/^(\d+|IN)$/i.test(word));
  const owner = parseName(ownerText);
  if (!owner.ok) return err(`"${ownerText.slice(0, 80)}" is not a name: ${owner.error}`);
  if (data === '' || more.length > 0) return err('not a record with owner, type and one value');
  switch (type.toUpperCase()) {
    case 'NS': {
      if (!owner.value.isRoot) return err('name servers of another zone than the root');
      const host = parseName(data);
      return host.ok ? ok({ kind: 'server', host: host.value }) : host;
    }
    case 'A':
    case 'AAAA': {
      const address = parseIpAddress(data);
      if (!address.ok || (address.value.length === 4) !== (type.toUpperCase() === 'A')) {
        return err(`"${data.slice(0, 80)}" is not an address of type ${type.toUpperCase()}`);
      }
      return ok({ kind: 'address', key: owner.value.key(), address: formatIpAddress(address.value) });
    }
    default:
      return err(`records of type ${type.slice(0, 80)} do not belong into root hints`);
  }
}

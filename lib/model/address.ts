import { cidrContains, formatIpAddress, parseCidr, parseIpAddress, type Cidr, type IpAddress } from './ip-address.ts';

/** Why an address is not an ordinary public one. */
export type SpecialUse =
  | 'this network'
  | 'private'
  | 'shared (carrier-grade NAT)'
  | 'loopback'
  | 'link-local'
  | 'protocol assignment'
  | 'documentation'
  | '6to4 relay'
  | 'benchmarking'
  | 'multicast'
  | 'broadcast'
  | 'reserved'
  | 'unspecified'
  | 'IPv4-mapped'
  | 'IPv4-compatible'
  | 'NAT64'
  | 'discard'
  | 'Teredo'
  | 'ORCHID'
  | '6to4'
  | 'segment routing'
  | 'unique local'
  | 'site-local';

/** Blocks of the IANA special-purpose address registries (RFC 6890) and what is not global unicast. First match wins. */
const specialBlocks: readonly (readonly [block: string, use: SpecialUse])[] = [
  ['0.0.0.0/8', 'this network'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'shared (carrier-grade NAT)'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'protocol assignment'],
  ['192.0.2.0/24', 'documentation'],
  ['192.88.99.0/24', '6to4 relay'],
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'benchmarking'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['255.255.255.255/32', 'broadcast'],
  ['240.0.0.0/4', 'reserved'],
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['::ffff:0:0/96', 'IPv4-mapped'],
  ['::/96', 'IPv4-compatible'],
  ['64:ff9b::/96', 'NAT64'],
  ['64:ff9b:1::/48', 'NAT64'],
  ['100::/64', 'discard'],
  ['2001::/32', 'Teredo'],
  ['2001:2::/48', 'benchmarking'],
  ['2001:10::/28', 'ORCHID'],
  ['2001:20::/28', 'ORCHID'],
  ['2001:db8::/32', 'documentation'],
  ['2001::/23', 'protocol assignment'],
  ['2002::/16', '6to4'],
  ['3fff::/20', 'documentation'],
  ['5f00::/16', 'segment routing'],
  ['fc00::/7', 'unique local'],
  ['fe80::/10', 'link-local'],
  ['fec0::/10', 'site-local'],
  ['ff00::/8', 'multicast'],
];

const special = specialBlocks.map(([text, use]) => ({ block: blockOf(text), use }));
const globalUnicast = blockOf('2000::/3');
const nat64Local = blockOf('64:ff9b:1::/48');

/** The special use of an address, or null for an ordinary public one. IPv6 outside 2000::/3 is reserved. */
export function classifyAddress(address: IpAddress): SpecialUse | null {
  const row = special.find(({ block }) => cidrContains(block, address));
  if (row !== undefined) return row.use;
  return address.length === 16 && !cidrContains(globalUnicast, address) ? 'reserved' : null;
}

/** IPv4 addresses that a packet to this IPv6 address may end at: mapped, compatible, NAT64, 6to4 and Teredo. */
export function embeddedIpv4(address: IpAddress): readonly IpAddress[] {
  const use = classifyAddress(address);
  if (address.length !== 16) return [];
  switch (use) {
    case 'IPv4-mapped':
    case 'IPv4-compatible':
      return [address.slice(12)];
    case 'NAT64':
      // RFC 6052 section 2.2: behind a /48 prefix the address stands around the octet that is always zero.
      return cidrContains(nat64Local, address)
        ? [address.slice(12), Uint8Array.from([...address.slice(6, 8), ...address.slice(9, 11)])].filter(isNotZero)
        : [address.slice(12)];
    case '6to4':
      return [address.slice(2, 6)];
    case 'Teredo':
      // RFC 4380 section 4: the server, and the client with every bit turned over.
      return [address.slice(4, 8), address.slice(12).map((octet) => octet ^ 0xff)];
    default:
      return [];
  }
}

export type AddressVerdict =
  /** `address` in canonical text: connect to this. */
  | { readonly allowed: true; readonly address: string }
  /** `why` is one sentence without a full stop, for the operator. */
  | { readonly allowed: false; readonly why: string };

export type AddressGuard = (address: string) => AddressVerdict;

/**
 * Decides which addresses the workers may connect to: public ones, and those in `allowBlocks`. An IPv6 address with
 * an IPv4 address inside passes only when both may be reached, so that a tunnel is no way around the guard.
 */
export function createAddressGuard(allowBlocks: readonly Cidr[]): AddressGuard {
  const refusal = (address: IpAddress): SpecialUse | null =>
    allowBlocks.some((block) => cidrContains(block, address)) ? null : classifyAddress(address);
  return (text) => {
    const address = parseIpAddress(text);
    if (!address.ok) return { allowed: false, why: 'What the name server gave is not an IP address' };
    const literal = formatIpAddress(address.value);
    for (const candidate of [address.value, ...embeddedIpv4(address.value)]) {
      const use = refusal(candidate);
      if (use !== null) {
        const shown = formatIpAddress(candidate);
        const inside = shown === literal ? '' : `${literal} leads to ${shown}, and `;
        return {
          allowed: false,
          why: `${inside}${shown} is not a public address (${use}); add it to LATCHWATCH_ALLOW_ADDRESSES to allow it`,
        };
      }
    }
    return { allowed: true, address: literal };
  };
}

/** A local NAT64 prefix may be a /48 or a /96: the reading that gives 0.0.0.0 is not the one in use. */
function isNotZero(address: IpAddress): boolean {
  return address.some((octet) => octet !== 0);
}

/** A block written in this file. */
function blockOf(text: string): Cidr {
  const block = parseCidr(text);
  if (!block.ok) throw new Error(block.error);
  return block.value;
}

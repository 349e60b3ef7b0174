import { formatIpAddress, parseIpAddress } from '../model/ip-address.ts';

const mappedOctets = 12;

/**
 * The network of a client's address, which is all that is kept of it: the /24 of an IPv4 address, the /48 of an IPv6
 * address, as `192.0.2.0/24`. '' for none, and for what is no address.
 */
export function networkOf(address: string | null): string {
  const parsed = address === null ? null : parseIpAddress(address);
  if (parsed?.ok !== true) return '';
  const isMapped = formatIpAddress(parsed.value).startsWith('::ffff:') && parsed.value.length === 16;
  const octets = isMapped && address?.includes('.') === true ? parsed.value.subarray(mappedOctets) : parsed.value;
  const kept = octets.length === 4 ? 3 : 6;
  const network = octets.map((octet, index) => (index < kept ? octet : 0));
  return `${formatIpAddress(network)}/${String(kept * 8)}`;
}

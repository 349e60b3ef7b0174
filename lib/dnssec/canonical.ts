import type { Rdata, ResourceRecord } from '../dns/message.ts';
import { rdataOctets } from '../dns/message.ts';
import type { Name } from '../dns/name.ts';
import { readName } from '../dns/read-name.ts';
import { recordTypes } from '../dns/types.ts';

/*
 * Canonical form of record data (RFC 4034 section 6.2 as amended by RFC 6840 section 5.1): names are decompressed and, in
 * the types that the RFC lists, in lower case. The next name of NSEC keeps its case.
 */

/** How the data of a type is laid out up to its last name: numbers are octets to copy. What follows is copied. */
type Layout = readonly (number | 'name' | 'name-as-it-came' | 'string')[];

const layouts: ReadonlyMap<number, Layout> = new Map<number, Layout>([
  [recordTypes.NS, ['name']],
  [3, ['name']], // MD
  [4, ['name']], // MF
  [recordTypes.CNAME, ['name']],
  [recordTypes.SOA, ['name', 'name']],
  [7, ['name']], // MB
  [8, ['name']], // MG
  [9, ['name']], // MR
  [12, ['name']], // PTR
  [14, ['name', 'name']], // MINFO
  [recordTypes.MX, [2, 'name']],
  [17, ['name', 'name']], // RP
  [18, [2, 'name']], // AFSDB
  [21, [2, 'name']], // RT
  [24, [18, 'name']], // SIG
  [26, [2, 'name', 'name']], // PX
  [30, ['name']], // NXT
  [recordTypes.SRV, [6, 'name']],
  [35, [4, 'string', 'string', 'string', 'name']], // NAPTR
  [36, [2, 'name']], // KX
  [recordTypes.DNAME, ['name']],
  [recordTypes.RRSIG, [18, 'name']],
  [recordTypes.NSEC, ['name-as-it-came']],
]);

/** The data of a record in canonical form. Data that cannot be taken apart stays as it came: no signature fits it then. */
export function canonicalRdata({ type, rdata }: Pick<ResourceRecord, 'type' | 'rdata'>): Uint8Array {
  const layout = layouts.get(type);
  return layout === undefined ? rdataOctets(rdata) : (rebuild(rdata, layout) ?? rdataOctets(rdata));
}

function rebuild({ message, start, end }: Rdata, layout: Layout): Uint8Array | null {
  const parts: Uint8Array[] = [];
  let at = start;
  for (const field of layout) {
    if (field === 'name' || field === 'name-as-it-came') {
      const read = readName(message, at, end);
      if (!read.ok) return null;
      const { name, next } = read.value;
      parts.push(field === 'name' ? name.toCanonicalWire() : name.toWire());
      at = next;
    } else {
      const length = field === 'string' ? (message[at] ?? 0) + 1 : field;
      if (at + length > end) return null;
      parts.push(message.subarray(at, at + length));
      at += length;
    }
  }
  return Buffer.concat([...parts, message.subarray(at, end)]);
}

/** The owner that a signature with that many labels was made for: the name itself, or the wildcard it came from (RFC 4035 section 5.3.2). */
export function signedOwner(owner: Name, labels: number): Uint8Array {
  const counted = owner.isWildcard ? owner.labelCount - 1 : owner.labelCount;
  if (labels >= counted) return owner.toCanonicalWire();
  return Buffer.concat([Uint8Array.of(1, 0x2a), owner.ancestor(labels).toCanonicalWire()]);
}

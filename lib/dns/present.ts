import { toBase32Hex } from './base32hex.ts';
import { rdataOctets, type Rdata, type ResourceRecord } from './message.ts';
import { toHex, uint16At, uint8At } from './octets.ts';
import { parseA } from './rdata/a.ts';
import { parseAaaa } from './rdata/aaaa.ts';
import { parseDnskey } from './rdata/dnskey.ts';
import { parseDs } from './rdata/ds.ts';
import { parseMx } from './rdata/mx.ts';
import { parseNsec } from './rdata/nsec.ts';
import { parseNsec3 } from './rdata/nsec3.ts';
import { parseRrsig } from './rdata/rrsig.ts';
import { parseSingleName } from './rdata/single-name.ts';
import { parseSoa } from './rdata/soa.ts';
import { parseSrv } from './rdata/srv.ts';
import { parseTlsa } from './rdata/tlsa.ts';
import { classIn, recordTypes, typeName } from './types.ts';
import { showName } from './show-name.ts';

/*
 * Presentation form of records (RFC 1035 section 5.1): names in lower case without the final dot, hexadecimal and
 * base32hex in lower case. Equal data gives equal text, whatever case its names came in.
 */

/** `owner ttl class type data`, the TTL in seconds. */
export function presentRecord(record: ResourceRecord): string {
  const recordClass = record.class === classIn ? 'IN' : `CLASS${record.class}`;
  return `${showName(record.name)} ${record.ttlSeconds} ${recordClass} ${typeName(record.type)} ${presentRdata(record)}`;
}

/** The data alone. Types that the codec does not know and data that it cannot read come as `\# length hex` (RFC 3597 section 5). */
export function presentRdata(record: Pick<ResourceRecord, 'type' | 'rdata'>): string {
  return presentKnown(record.type, record.rdata) ?? generic(rdataOctets(record.rdata));
}

function presentKnown(type: number, rdata: Rdata): string | null {
  switch (type) {
    case recordTypes.A:
      return valueOf(parseA(rdata));
    case recordTypes.AAAA:
      return valueOf(parseAaaa(rdata));
    case recordTypes.NS:
    case recordTypes.CNAME:
    case recordTypes.DNAME: {
      const name = valueOf(parseSingleName(rdata));
      return name && showName(name);
    }
    case recordTypes.SOA: {
      const soa = valueOf(parseSoa(rdata));
      if (soa === null) return null;
      const { serial, refreshSeconds, retrySeconds, expireSeconds, minimumSeconds } = soa;
      const numbers = [serial, refreshSeconds, retrySeconds, expireSeconds, minimumSeconds].join(' ');
      return `${showName(soa.primary)} ${showName(soa.mailbox)} ${numbers}`;
    }
    case recordTypes.MX: {
      const mx = valueOf(parseMx(rdata));
      return mx && `${mx.preference} ${showName(mx.exchange)}`;
    }
    case recordTypes.TXT:
      return presentStrings(rdataOctets(rdata));
    case recordTypes.SRV: {
      const srv = valueOf(parseSrv(rdata));
      return srv && `${srv.priority} ${srv.weight} ${srv.port} ${showName(srv.target)}`;
    }
    case recordTypes.TLSA: {
      const tlsa = valueOf(parseTlsa(rdata));
      return tlsa && joined([tlsa.usage, tlsa.selector, tlsa.matchingType, tlsa.data]);
    }
    default:
      return presentDnssec(type, rdata);
  }
}

/** RFC 4034 sections 2.2, 3.2, 4.2 and 5.3, RFC 5155 sections 3.3 and 4.3. */
function presentDnssec(type: number, rdata: Rdata): string | null {
  switch (type) {
    case recordTypes.DS:
    case recordTypes.CDS: {
      const ds = valueOf(parseDs(rdata));
      return ds && joined([ds.keyTag, ds.algorithm, ds.digestType, toHex(ds.digest)]);
    }
    case recordTypes.DNSKEY:
    case recordTypes.CDNSKEY: {
      const key = valueOf(parseDnskey(rdata));
      return key && joined([key.flags, key.protocol, key.algorithm, toBase64(key.publicKey)]);
    }
    case recordTypes.RRSIG: {
      const signature = valueOf(parseRrsig(rdata));
      if (signature === null) return null;
      return joined([
        ...[typeName(signature.typeCovered), signature.algorithm, signature.labels, signature.originalTtlSeconds],
        ...[timeText(signature.expiration), timeText(signature.inception), signature.keyTag],
        ...[showName(signature.signer), toBase64(signature.signature)],
      ]);
    }
    case recordTypes.NSEC: {
      const nsec = valueOf(parseNsec(rdata));
      return nsec && joined([showName(nsec.next), typeNames(nsec.types)]);
    }
    case recordTypes.NSEC3: {
      const nsec3 = valueOf(parseNsec3(rdata));
      if (nsec3 === null) return null;
      const { hashAlgorithm, flags, iterations, salt, nextHashedOwner, types } = nsec3;
      const next = toBase32Hex(nextHashedOwner);
      return joined([hashAlgorithm, flags, iterations, saltText(salt), next, typeNames(types)]);
    }
    case recordTypes.NSEC3PARAM:
      return presentNsec3Param(rdataOctets(rdata));
    default:
      return null;
  }
}

function presentNsec3Param(octets: Uint8Array): string | null {
  if (octets.length < 5 || octets.length !== 5 + uint8At(octets, 4)) return null;
  return joined([uint8At(octets, 0), uint8At(octets, 1), uint16At(octets, 2), saltText(octets.subarray(5))]);
}

/** Character strings, each in quotes (RFC 1035 section 5.1). */
function presentStrings(octets: Uint8Array): string | null {
  const strings: string[] = [];
  for (let at = 0; at < octets.length;) {
    const end = at + 1 + uint8At(octets, at);
    if (end > octets.length) return null;
    strings.push(`"${Array.from(octets.subarray(at + 1, end), characterText).join('')}"`);
    at = end;
  }
  return strings.length === 0 ? null : strings.join(' ');
}

function characterText(octet: number): string {
  if (octet < 0x20 || octet > 0x7e) return `\\${String(octet).padStart(3, '0')}`;
  const character = String.fromCharCode(octet);
  return character === '"' || character === '\\' ? `\\${character}` : character;
}

function generic(octets: Uint8Array): string {
  return joined(['\\#', octets.length, toHex(octets)]);
}

/** Parts that are empty leave no blank behind. */
function joined(parts: readonly (string | number)[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

function saltText(salt: Uint8Array): string {
  return salt.length === 0 ? '-' : toHex(salt);
}

function typeNames(types: ReadonlySet<number>): string {
  return [...types].map(typeName).join(' ');
}

function toBase64(octets: Uint8Array): string {
  return Buffer.from(octets).toString('base64');
}

/** `YYYYMMDDHHmmSS` of seconds since 1970, as if the 32 bits had not wrapped yet. */
function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$|[^\d]/g, '');
}

function valueOf<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T | null {
  return result.ok ? result.value : null;
}

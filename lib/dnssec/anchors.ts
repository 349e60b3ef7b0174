import type { Rdata } from '../dns/message.ts';
import { parseName, type Name } from '../dns/name.ts';
import { parseDnskey, type Dnskey } from '../dns/rdata/dnskey.ts';
import { parseDs, type Ds } from '../dns/rdata/ds.ts';
import { err, ok, type Result } from '../model/result.ts';

/** Keys of a zone that are trusted without a parent (RFC 4033 section 2). */
export interface TrustAnchor {
  readonly zone: Name;
  /** Where they come from, for evidence. */
  readonly source: string;
  readonly ds: readonly Ds[];
  readonly keys: readonly Dnskey[];
}

/** The keys of the public root that IANA publishes (data.iana.org/root-anchors): the one of 2017 and the one of 2024. */
const publicRoot = `
. DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
. DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
`;

/**
 * Reads trust anchors: DS and DNSKEY records as lines of a zone file, or the XML file that IANA publishes. Comments,
 * TTL, class and parentheses are allowed, other records are refused with the line.
 */
export function parseTrustAnchors(text: string, source: string): Result<readonly TrustAnchor[]> {
  const read = text.includes('<TrustAnchor') ? readXml(text) : readZoneLines(text);
  if (!read.ok) return read;
  if (read.value.length === 0) return err('there is no DS and no DNSKEY record in it');
  const byZone = new Map<string, TrustAnchor>();
  for (const { zone, ds, key } of read.value) {
    const known = byZone.get(zone.key()) ?? { zone, source, ds: [], keys: [] };
    byZone.set(zone.key(), {
      ...known,
      ds: ds === null ? known.ds : [...known.ds, ds],
      keys: key === null ? known.keys : [...known.keys, key],
    });
  }
  return ok([...byZone.values()]);
}

interface AnchorRecord {
  readonly zone: Name;
  readonly ds: Ds | null;
  readonly key: Dnskey | null;
}

function readZoneLines(text: string): Result<readonly AnchorRecord[]> {
  const found: AnchorRecord[] = [];
  for (const line of joinLines(text)) {
    const [owner = '', ...rest] = line.split(/\s+/);
    const fields = rest.filter((field, index) => index > 2 || !/^(?:\d+|IN)$/i.test(field) || afterType(rest, index));
    const record = readRecord(owner, fields);
    if (!record.ok) return err(`"${line.slice(0, 80)}": ${record.error}`);
    found.push(record.value);
  }
  return ok(found);
}

/** Whether a field stands behind the type, where numbers are data and not a TTL. */
function afterType(fields: readonly string[], index: number): boolean {
  return fields.slice(0, index).some((field) => /^(?:DS|DNSKEY)$/i.test(field));
}

/** One line a record: comments go, and so do line ends within parentheses (RFC 1035 section 5.1). */
function joinLines(text: string): readonly string[] {
  const joined: string[] = [];
  let open = false;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.replace(/;.*$/, '');
    const plain = line.replace(/[()]/g, ' ').trim();
    if (open) joined.push(`${joined.pop() ?? ''} ${plain}`);
    else if (plain !== '') joined.push(plain);
    open = open ? !line.includes(')') : line.includes('(') && !line.includes(')');
  }
  return joined;
}

function readRecord(owner: string, [type = '', ...data]: readonly string[]): Result<AnchorRecord> {
  const zone = parseName(owner);
  if (!zone.ok) return zone;
  const kind = type.toUpperCase();
  if (kind !== 'DS' && kind !== 'DNSKEY') return err('only DS and DNSKEY records can be trust anchors');
  const [first = NaN, second = NaN, third = NaN] = data.map((field) => (/^\d{1,5}$/.test(field) ? Number(field) : NaN));
  if (!(first <= 0xffff && second <= 0xff && third <= 0xff)) return err('three numbers are expected behind the type');
  const fixed = [first >> 8, first & 0xff, second, third];
  const rest = data.slice(3).join('');
  if (kind === 'DS') {
    if (!/^(?:[0-9a-f]{2})+$/i.test(rest)) return err('the digest is not hexadecimal');
    const ds = parseDs(rdataOf(fixed, Buffer.from(rest, 'hex')));
    return ds.ok ? ok({ zone: zone.value, ds: ds.value, key: null }) : ds;
  }
  if (!/^[0-9a-z+/]+=*$/i.test(rest)) return err('the key is not base64');
  const key = parseDnskey(rdataOf(fixed, Buffer.from(rest, 'base64')));
  return key.ok ? ok({ zone: zone.value, ds: null, key: key.value }) : key;
}

function rdataOf(fixed: readonly number[], rest: Uint8Array): Rdata {
  const message = Uint8Array.from([...fixed, ...rest]);
  return { message, start: 0, end: message.length };
}

/** RFC 9718 section 2. Dates are not looked at: a key that IANA withdrew signs nothing any more. */
function readXml(text: string): Result<readonly AnchorRecord[]> {
  const zone = /<Zone>\s*([^<\s]+)\s*<\/Zone>/.exec(text)?.[1] ?? '.';
  const found: AnchorRecord[] = [];
  for (const [, body = ''] of text.matchAll(/<KeyDigest\b[^>]*>(.*?)<\/KeyDigest>/gs)) {
    const field = (name: string) => new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(body)?.[1] ?? '';
    const record = readRecord(zone, ['DS', field('KeyTag'), field('Algorithm'), field('DigestType'), field('Digest')]);
    if (!record.ok) return err(`KeyDigest ${String(found.length + 1)}: ${record.error}`);
    found.push(record.value);
  }
  return ok(found);
}

const parsedRoot = parseTrustAnchors(publicRoot, 'the keys of the public root');

/** Trust anchors of the public DNS. */
export const rootAnchors: readonly TrustAnchor[] = parsedRoot.ok ? parsedRoot.value : [];

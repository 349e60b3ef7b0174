import { ownLink } from '#lib/checks/zone-view.ts';
import { parseDnskey } from '#lib/dns/rdata/dnskey.ts';
import type { DsResult } from '#lib/model/dnssec.ts';
import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import { digestText, isRevoked, keyRole } from '#components/dnssec-words.ts';
import type { KeyItem } from '#components/key-table.tsx';

interface Wish {
  readonly keyTag: number;
  readonly algorithm: number;
  readonly text: string;
}

const maxKeys = 40;

const dsWords: Readonly<Record<DsResult['status'], string>> = {
  match: 'fits the key',
  'no-key': 'no such key in the zone',
  'digest-mismatch': 'does not fit',
  'unsupported-algorithm': 'algorithm not supported',
  'unsupported-digest': 'digest type not supported',
  ignored: 'ignored beside a better one',
};

/** The keys of a zone as rows of a table, those of the parent first; `wishesSeen` tells whether CDS or CDNSKEY came. */
export function keyItems(observation: ZoneObservation): {
  readonly items: readonly KeyItem[];
  readonly wishesSeen: boolean;
} {
  const link = ownLink(observation);
  const ds = link?.ds ?? [];
  const keys = link?.keys ?? [];
  const wishes = wishesOf(observation);
  const all = [...ds, ...keys, ...(wishes ?? [])];
  const named = new Map(all.map(({ keyTag, algorithm }) => [`${keyTag} ${algorithm}`, { keyTag, algorithm }]));
  const items = [...named.values()].slice(0, maxKeys).map(({ keyTag, algorithm }): KeyItem => {
    const isSame = (other: { readonly keyTag: number; readonly algorithm: number }) =>
      other.keyTag === keyTag && other.algorithm === algorithm;
    // More than one: different keys may have the same tag.
    const own = keys.filter(isSame);
    return {
      keyTag,
      algorithm,
      role: own.length === 0 ? null : [...new Set(own.map(({ flags }) => keyRole(flags)))].join(', '),
      ds: ds.filter(isSame).map(({ digestType, status }) => `${digestText(digestType)}: ${dsWords[status]}`),
      dnskey: own.length === 0 ? null : own.map(({ flags, signsKeys }) => keyText(flags, signsKeys)).join('; '),
      wishes: (wishes ?? []).filter(isSame).map(({ text }) => text),
    };
  });
  return { items, wishesSeen: wishes !== null };
}

function keyText(flags: number, signsKeys: boolean): string {
  if (isRevoked(flags)) return 'revoked';
  return signsKeys ? 'signs the key set' : 'there';
}

/** What the zone asks its parent to publish (RFC 7344); null: not asked, or no answer. */
function wishesOf({ zone, validations }: ZoneObservation): readonly Wish[] | null {
  const answers = validations.filter(
    ({ name, type, rcode }) => name === zone && (type === 'CDS' || type === 'CDNSKEY') && rcode === 'NOERROR',
  );
  if (answers.length === 0) return null;
  return answers.flatMap(({ records }) => records.flatMap((record) => cdsWish(record) ?? cdnskeyWish(record) ?? []));
}

function cdsWish(record: string): Wish | null {
  const [, keyTag, algorithm, digestType] = /\sCDS\s+(\d{1,5})\s+(\d{1,3})\s+(\d{1,3})\s/.exec(record) ?? [];
  if (keyTag === undefined) return null;
  // RFC 8078 section 4.
  const text = Number(algorithm) === 0 ? 'CDS asks to delete the DS' : `CDS ${digestText(Number(digestType))}`;
  return { keyTag: Number(keyTag), algorithm: Number(algorithm), text };
}

function cdnskeyWish(record: string): Wish | null {
  const [, flags, protocol, algorithm, key] =
    /\sCDNSKEY\s+(\d{1,5})\s+(\d{1,3})\s+(\d{1,3})\s+(.*)$/.exec(record) ?? [];
  if (key === undefined) return null;
  if (Number(algorithm) === 0) return { keyTag: 0, algorithm: 0, text: 'CDNSKEY asks to delete the DS' };
  const head = [Number(flags) >> 8, Number(flags) & 255, Number(protocol), Number(algorithm)];
  const message = Uint8Array.from([...head, ...Buffer.from(key, 'base64')]);
  const parsed = parseDnskey({ message, start: 0, end: message.length });
  return parsed.ok ? { keyTag: parsed.value.keyTag, algorithm: parsed.value.algorithm, text: 'CDNSKEY' } : null;
}

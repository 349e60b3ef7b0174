import type { ResourceRecord } from '../dns/message.ts';
import type { Name } from '../dns/name.ts';
import { compareOctets } from '../dns/octets.ts';
import { parseRrsig, type Rrsig } from '../dns/rdata/rrsig.ts';
import { showName } from '../dns/show-name.ts';
import { classIn, recordTypes, typeName } from '../dns/types.ts';
import { canonicalRdata } from './canonical.ts';

/** All records of one owner and type in a section, with the signatures that came for them. */
export interface RecordSet {
  readonly owner: Name;
  readonly type: number;
  readonly records: readonly ResourceRecord[];
  readonly signatures: readonly Rrsig[];
  /** `address:port` that sent it; null where that is not known. */
  readonly server: string | null;
}

/** The record set of a name and type among the records of a section; null where there is none. */
export function findRecordSet(
  records: readonly ResourceRecord[],
  wanted: { readonly owner: Name; readonly type: number; readonly server: string | null },
): RecordSet | null {
  const { owner, type, server } = wanted;
  const here = records.filter((record) => record.class === classIn && record.name.equals(owner));
  const own = here.filter((record) => record.type === type);
  const [first] = own;
  if (first === undefined) return null;
  const signatures = here
    .filter((record) => record.type === recordTypes.RRSIG)
    .flatMap((record) => {
      const parsed = parseRrsig(record.rdata);
      return parsed.ok && parsed.value.typeCovered === type ? [parsed.value] : [];
    });
  return { owner: first.name, type, records: own, signatures, server };
}

/** Every record set in a section, but those of signatures. One pass: a message can have thousands of owners and types. */
export function allRecordSets(records: readonly ResourceRecord[], server: string | null): readonly RecordSet[] {
  const sets = new Map<string, { owner: Name; type: number; records: ResourceRecord[] }>();
  const signatures = new Map<string, Rrsig[]>();
  for (const record of records) {
    const { name: owner, type } = record;
    if (record.class !== classIn) continue;
    if (type !== recordTypes.RRSIG) {
      const id = `${type} ${owner.key()}`;
      const set = sets.get(id) ?? { owner, type, records: [] };
      set.records.push(record);
      sets.set(id, set);
      continue;
    }
    const parsed = parseRrsig(record.rdata);
    if (!parsed.ok) continue;
    const id = `${parsed.value.typeCovered} ${owner.key()}`;
    const known = signatures.get(id) ?? [];
    known.push(parsed.value);
    signatures.set(id, known);
  }
  return [...sets].map(([id, set]) => ({ ...set, signatures: signatures.get(id) ?? [], server }));
}

/** Canonical data of the records, in canonical order and without duplicates (RFC 4034 section 6.3). */
export function canonicalOrder({ records }: Pick<RecordSet, 'records'>): readonly Uint8Array[] {
  const sorted = records.map(canonicalRdata).toSorted(compareOctets);
  return sorted.filter((octets, index) => {
    const before = sorted[index - 1];
    return before === undefined || compareOctets(before, octets) !== 0;
  });
}

/** Smallest TTL of the set as it came and as it was signed, in seconds (RFC 4035 section 5.3.3). */
export function ttlOf({ records, signatures }: RecordSet): number {
  return Math.min(
    ...records.map((record) => record.ttlSeconds),
    ...signatures.map((signature) => signature.originalTtlSeconds),
  );
}

/** `example.org DNSKEY` */
export function showSet({ owner, type }: Pick<RecordSet, 'owner' | 'type'>): string {
  return `${showName(owner)} ${typeName(type)}`;
}

import type { Message, ResourceRecord } from '#lib/dns/message.ts';
import { Name } from '#lib/dns/name.ts';
import { parseA } from '#lib/dns/rdata/a.ts';
import { parseAaaa } from '#lib/dns/rdata/aaaa.ts';
import { presentRecord } from '#lib/dns/present.ts';
import { parseNsec } from '#lib/dns/rdata/nsec.ts';
import { parseRrsig } from '#lib/dns/rdata/rrsig.ts';
import { parseSingleName } from '#lib/dns/rdata/single-name.ts';
import { rcodes, recordTypes } from '#lib/dns/types.ts';
import type { DnsQuestion } from '#lib/dnssec/steps.ts';

/** What a resolver still knows from earlier answers. Nothing in it grows old: scenarios are over in minutes. */
export interface RecordCache {
  readonly remember: (message: Message) => void;
  /** An answer made of records that came with other answers; null where there are none. */
  readonly answer: (question: DnsQuestion) => Message | null;
  readonly addresses: (host: Name) => readonly string[];
}

interface Remembered {
  readonly record: ResourceRecord;
  readonly message: Message;
}

export function createRecordCache(): RecordCache {
  const answered = new Map<string, Remembered[]>();
  const addresses = new Map<string, Set<string>>();
  const denials: Message[] = [];
  const at = (name: Name, type: number): readonly Remembered[] =>
    (answered.get(name.key()) ?? []).filter(({ record }) => isOfType(record, type));

  return {
    remember: (message) => {
      const names = new Set(message.answer.map(({ name }) => name.key()));
      for (const key of names) {
        const records = message.answer.filter(({ name }) => name.key() === key);
        const before = answered.get(key) ?? [];
        const kept = before.filter(({ record }) => !records.some((one) => one.type === record.type));
        answered.set(key, [...kept, ...records.map((record) => ({ record, message }))]);
      }
      if (message.authority.some(({ type }) => type === recordTypes.NSEC)) denials.push(message);
      for (const record of [...message.answer, ...message.authority, ...message.additional]) {
        const known = addresses.get(record.name.key()) ?? new Set();
        readAddress(record).forEach((address) => known.add(address));
        addresses.set(record.name.key(), known);
      }
    },
    answer: ({ name, type }) => {
      // Below a DNAME there is nothing of one's own: a CNAME there was made from it.
      for (let above = name.parent(); above !== null; above = above.parent()) {
        const dname = at(above, recordTypes.DNAME);
        const alias = dname[0] === undefined ? null : synthesise(dname[0].record, name);
        if (alias !== null) return messageOf(dname, [alias]);
      }
      const own = at(name, type);
      return messageOf(own.length > 0 ? own : at(name, recordTypes.CNAME), []) ?? denyFromCache(denials, name);
    },
    addresses: (host) => [...(addresses.get(host.key()) ?? [])],
  };
}

/** Whether a record is of the type or a signature over it. */
export function isOfType(record: ResourceRecord, type: number): boolean {
  return record.type === type || coveredType(record) === type;
}

/** Of a signature; null for every other record. */
export function coveredType(record: ResourceRecord): number | null {
  const signature = record.type === recordTypes.RRSIG ? parseRrsig(record.rdata) : null;
  return signature?.ok === true ? signature.value.typeCovered : null;
}

/** The address of an A or AAAA record; nothing for other records. */
export function readAddress({ type, rdata }: ResourceRecord): readonly string[] {
  if (type !== recordTypes.A && type !== recordTypes.AAAA) return [];
  const address = type === recordTypes.A ? parseA(rdata) : parseAaaa(rdata);
  return address.ok ? [address.value] : [];
}

/** The records, and `more` behind them, as an answer; null where there are none. */
function messageOf(found: readonly Remembered[], more: readonly ResourceRecord[]): Message | null {
  const [first] = found;
  if (first === undefined) return null;
  const answer = [...found.map(({ record }) => record), ...more];
  return { ...first.message, rcode: rcodes.NOERROR, questions: [], answer, authority: [], additional: [] };
}

/**
 * Aggressive use of what denied other names (RFC 8198): all NSEC records of the zone, where one of them covers the name
 * or stands at it. Whether they prove anything is for the validator to say.
 */
function denyFromCache(denials: readonly Message[], name: Name): Message | null {
  for (const denial of denials) {
    const zone = denial.authority.find(({ type }) => type === recordTypes.SOA)?.name;
    if (zone === undefined || !name.isSubdomainOf(zone)) continue;
    const records = denials
      .flatMap(({ authority }) => authority)
      .filter((record) => record.name.isSubdomainOf(zone) && isOfType(record, recordTypes.NSEC));
    const soa = denial.authority.filter((record) => isOfType(record, recordTypes.SOA));
    const exists = records.some((record) => record.name.equals(name));
    if (!exists && !records.some((record) => covers(record, name, zone))) continue;
    const rcode = exists ? rcodes.NOERROR : rcodes.NXDOMAIN;
    return { ...denial, rcode, questions: [], answer: [], authority: [...soa, ...unique(records)], additional: [] };
  }
  return null;
}

function covers(record: ResourceRecord, name: Name, zone: Name): boolean {
  const nsec = record.type === recordTypes.NSEC ? parseNsec(record.rdata) : null;
  if (nsec?.ok !== true || record.name.compareCanonical(name) >= 0) return false;
  return nsec.value.next.equals(zone) || name.compareCanonical(nsec.value.next) < 0;
}

function unique(records: readonly ResourceRecord[]): readonly ResourceRecord[] {
  return [...new Map(records.map((record) => [presentRecord(record), record])).values()];
}

/** The CNAME record that a DNAME stands for (RFC 6672 section 3.1). */
function synthesise(dname: ResourceRecord, name: Name): ResourceRecord | null {
  const target = parseSingleName(dname.rdata);
  if (!target.ok) return null;
  const kept = name.labels().slice(0, name.labelCount - dname.name.labelCount);
  const alias = Name.fromLabels([...kept, ...target.value.labels()]);
  if (!alias.ok) return null;
  const wire = alias.value.toWire();
  return { ...dname, name, type: recordTypes.CNAME, rdata: { message: wire, start: 0, end: wire.length } };
}

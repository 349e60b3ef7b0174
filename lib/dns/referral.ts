import type { Message, ResourceRecord } from './message.ts';
import type { Name } from './name.ts';
import { parseA } from './rdata/a.ts';
import { parseAaaa } from './rdata/aaaa.ts';
import { parseRrsig } from './rdata/rrsig.ts';
import { parseSingleName } from './rdata/single-name.ts';
import { classIn, rcodeName, rcodes, recordTypes } from './types.ts';

/** What a message from a server of a zone means for the way to the answer (RFC 1034 section 5.3.3). */
export type ReplyReading =
  /** Authoritative, positive or not. `zone` is the one that signed it or whose SOA it carries, else the one asked. */
  | { readonly kind: 'answer'; readonly zone: Name }
  | {
      readonly kind: 'referral';
      readonly zone: Name;
      readonly hosts: readonly ReferredHost[];
      readonly ttlSeconds: number;
    }
  /** A DS question answered by the child, which does not know (RFC 4035 section 3.1.4.1). */
  | { readonly kind: 'child-side' }
  /** An rcode that is no answer. */
  | { readonly kind: 'error'; readonly why: string }
  /** The server does not serve the zone that it was asked for. */
  | { readonly kind: 'lame'; readonly why: string };

export interface ReferredHost {
  readonly host: Name;
  /** Glue: IP addresses in canonical text. */
  readonly addresses: readonly string[];
}

/** More are left out: no honest zone has them, and each is work (NXNSAttack). */
const maxHosts = 32;
const maxAddresses = 8;

export interface Asked {
  readonly question: { readonly name: Name; readonly type: number };
  /** The zone whose server was asked. */
  readonly zone: Name;
}

/**
 * Reads a reply. A referral has to lead down from the zone asked towards the name; glue counts for hosts inside the
 * zone asked only, as nobody else has a say about other names.
 */
export function readReply(message: Message, asked: Asked): ReplyReading {
  const { question, zone } = asked;
  if (message.rcode !== rcodes.NOERROR && message.rcode !== rcodes.NXDOMAIN) {
    return { kind: 'error', why: rcodeName(message.rcode) };
  }
  const signer = signerOf(message);
  const soa = message.authority.find((record) => record.type === recordTypes.SOA && record.class === classIn);
  const isDs = question.type === recordTypes.DS && !question.name.isRoot;
  if (isDs && (signer?.equals(question.name) === true || soa?.name.equals(question.name) === true)) {
    return { kind: 'child-side' };
  }
  const mayRefer = message.rcode === rcodes.NOERROR && message.answer.length === 0 && soa === undefined;
  const cut = mayRefer ? message.authority.find((record) => isNs(record)) : undefined;
  if (cut !== undefined && isBelow(cut.name, zone) && question.name.isSubdomainOf(cut.name)) {
    if (isDs && cut.name.equals(question.name)) return { kind: 'lame', why: 'refers to the zone itself for its DS' };
    return readReferral(message, { cut: cut.name, zone });
  }
  if (message.authoritative) return { kind: 'answer', zone: zoneOf(asked, [signer, soa?.name ?? null]) };
  if (cut === undefined) return { kind: 'lame', why: 'is not authoritative' };
  return { kind: 'lame', why: `refers to ${cut.name.toString()}, which is not on the way` };
}

/** The hosts that the NS records of `owner` in these records name, each once. */
export function nameServerHosts(records: readonly ResourceRecord[], owner: Name): readonly Name[] {
  const hosts = new Map<string, Name>();
  for (const record of records) {
    if (!isNs(record) || !record.name.equals(owner)) continue;
    const host = parseSingleName(record.rdata);
    if (host.ok) hosts.set(host.value.key(), host.value);
    if (hosts.size === maxHosts) break;
  }
  return [...hosts.values()];
}

/** The addresses that A and AAAA records of `host` give, in the order they came. */
export function addressesOf(records: readonly ResourceRecord[], host: Name): readonly string[] {
  const addresses: string[] = [];
  for (const record of records) {
    const parse = addressParser(record.type);
    if (parse === null || record.class !== classIn || !record.name.equals(host)) continue;
    const address = parse(record.rdata);
    if (address.ok) addresses.push(address.value);
    if (addresses.length === maxAddresses) break;
  }
  return addresses;
}

function addressParser(type: number): typeof parseA | null {
  switch (type) {
    case recordTypes.A:
      return parseA;
    case recordTypes.AAAA:
      return parseAaaa;
    default:
      return null;
  }
}

function readReferral(message: Message, { cut, zone }: { readonly cut: Name; readonly zone: Name }): ReplyReading {
  const hosts = nameServerHosts(message.authority, cut);
  if (hosts.length === 0) return { kind: 'lame', why: `refers to ${cut.toString()} without a server that can be read` };
  const ttls = message.authority.filter((record) => isNs(record)).map((record) => record.ttlSeconds);
  return {
    kind: 'referral',
    zone: cut,
    hosts: hosts.map((host) => ({
      host,
      addresses: host.isSubdomainOf(zone) ? addressesOf(message.additional, host) : [],
    })),
    ttlSeconds: Math.min(...ttls),
  };
}

function isNs(record: ResourceRecord): boolean {
  return record.type === recordTypes.NS && record.class === classIn;
}

function isBelow(name: Name, ancestor: Name): boolean {
  return name.labelCount > ancestor.labelCount && name.isSubdomainOf(ancestor);
}

/** Who signed the answer, or the denial where there is none. */
function signerOf(message: Message): Name | null {
  const isSignature = (record: ResourceRecord) => record.type === recordTypes.RRSIG && record.class === classIn;
  const record = message.answer.find(isSignature) ?? message.authority.find(isSignature);
  const signature = record === undefined ? null : parseRrsig(record.rdata);
  return signature?.ok === true ? signature.value.signer : null;
}

function zoneOf({ question, zone }: Asked, candidates: readonly (Name | null)[]): Name {
  const told = candidates.find((name) => name !== null && isBelow(name, zone) && question.name.isSubdomainOf(name));
  return told ?? zone;
}

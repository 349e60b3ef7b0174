import { nameOctets, soaOctets, type RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { recordTypes, type rcodes } from '#lib/dns/types.ts';
import { createNsec3Chain, createNsecChain, type ChainNode, type Nsec3Options } from './denial-chain.ts';
import { createKey, dsData, isBelow, labelsOf, signSet, typeNumber, type ZoneKey } from './zone-signer.ts';

/** The time of test worlds, in milliseconds since the epoch. */
export const worldNow = Date.UTC(2030, 0, 1);

export interface AnswerToSend {
  readonly rcode: keyof typeof rcodes;
  readonly answer: readonly RecordToSend[];
  readonly authority: readonly RecordToSend[];
}

export interface ZoneToServe {
  readonly apex: string;
  /** Beside SOA, NS, DNSKEY and delegations to zones of the same world. */
  readonly records?: readonly RecordToSend[];
  /** One key for everything where nothing is said; null where the zone is not signed. Those with an odd flag sign keys. */
  readonly keys?: readonly ZoneKey[] | null;
  /** NSEC where nothing is said. */
  readonly nsec3?: Nsec3Options;
  /** Data of the DS records at the parent: SHA-256 of the keys that sign keys where nothing is said. */
  readonly ds?: readonly (readonly number[])[];
  /** Takes the place of the signatures of a record set. */
  readonly resign?: (set: readonly RecordToSend[], own: () => readonly RecordToSend[]) => readonly RecordToSend[];
}

export interface ServedZone {
  readonly apex: string;
  readonly keys: readonly ZoneKey[];
  readonly ds: readonly (readonly number[])[];
  readonly answer: (name: string, type: number) => AnswerToSend;
  /** The record of a name in its chain, or the one whose span it lies in, with its signature. */
  readonly denial: (name: string) => readonly RecordToSend[];
}

const { NS, DS, CNAME, DNAME, SOA, DNSKEY } = recordTypes;
const typeAny = 255;
const daySeconds = 86_400;

/** When test zones are signed, in seconds. */
export const validity = { inception: worldNow / 1000 - daySeconds, expiration: worldNow / 1000 + 14 * daySeconds };

export function createZone(spec: ZoneToServe, children: readonly ServedZone[]): ServedZone {
  const { apex } = spec;
  const keys = spec.keys === null ? [] : (spec.keys ?? [createKey()]);
  const own = (name: string, type: RecordToSend['type'], data: readonly number[]): RecordToSend => ({
    name,
    type,
    data,
  });
  const records = [
    own(apex, 'SOA', soaOctets('ns.test')),
    own(apex, 'NS', nameOctets('ns.test')),
    ...keys.map(({ data }) => own(apex, 'DNSKEY', data)),
    ...children.flatMap((child) => [
      own(child.apex, 'NS', nameOctets('ns.test')),
      ...child.ds.map((data) => own(child.apex, 'DS', data)),
    ]),
    ...(spec.records ?? []),
  ].map((record) => ({ ttlSeconds: 3600, ...record }));

  const setOf = (name: string, type: number) =>
    records.filter((record) => record.name === name && typeNumber(record.type) === type);
  const typesOf = (name: string) => [
    ...new Set(records.filter((record) => record.name === name).map(({ type }) => typeNumber(type))),
  ];
  const exists = (name: string) => records.some((record) => isBelow(record.name, name));
  const isCut = (name: string) => name !== apex && setOf(name, NS).length > 0;

  const signers = (type: number): readonly ZoneKey[] => {
    const wanted = keys.filter(({ data }) => ((data[1] ?? 0) & 1) === (type === DNSKEY ? 1 : 0));
    return wanted.length > 0 ? wanted : keys;
  };
  const signatures = new Map<string, readonly RecordToSend[]>();
  const sign = (set: readonly RecordToSend[]): readonly RecordToSend[] => {
    const [first] = set;
    if (first === undefined || keys.length === 0) return [];
    const type = typeNumber(first.type);
    if (type === NS && isCut(first.name)) return [];
    const id = `${first.name} ${String(type)}`;
    const standard = () => signers(type).map((key) => signSet(set, { zone: apex, key, ...validity }));
    const made = signatures.get(id) ?? spec.resign?.(set, standard) ?? standard();
    signatures.set(id, made);
    return made;
  };
  /** The set with its signatures, as records of `as` where a wildcard is expanded. */
  const signed = (name: string, type: number, as = name) => {
    const set = setOf(name, type);
    return [...set, ...sign(set)].map((record) => ({ ...record, name: as }));
  };

  const nodes = chainNodes({ apex, names: records.map(({ name }) => name), typesOf, isCut });
  const chain = spec.nsec3 === undefined ? createNsecChain(nodes) : createNsec3Chain(nodes, apex, spec.nsec3);
  const withSignature = (record: RecordToSend | null) => (record === null ? [] : [record, ...sign([record])]);
  const match = (name: string) => withSignature(chain.match(name));
  const cover = (name: string) => withSignature(chain.cover(name));

  const ancestors = (name: string) => {
    const labels = labelsOf(name);
    const count = labels.length - labelsOf(apex).length;
    return Array.from({ length: count }, (_, index) => labels.slice(index + 1).join('.') || '.');
  };
  const below = (encloser: string, name: string) => {
    const kept = labelsOf(encloser).length + 1;
    return labelsOf(name).slice(-kept).join('.');
  };
  const wildcardOf = (encloser: string) => (encloser === '.' ? '*' : `*.${encloser}`);
  const encloserOf = (name: string) => ancestors(name).find(exists) ?? apex;
  /** What a proof can name as closest encloser: with opt-out, not every name that exists. */
  const provableEncloser = (name: string) => ancestors(name).find((one) => chain.match(one) !== null) ?? apex;

  const noCloser = (name: string, encloser: string) =>
    spec.nsec3 === undefined ? cover(name) : cover(below(encloser, name));
  const enclosed = (name: string, encloser: string) => [
    ...(spec.nsec3 === undefined ? [] : match(encloser)),
    ...noCloser(name, encloser),
  ];
  const noData = (name: string) => {
    const own = match(name);
    if (own.length > 0) return own;
    return spec.nsec3 === undefined ? cover(name) : enclosed(name, provableEncloser(name));
  };
  const denied = (rcode: 'NOERROR' | 'NXDOMAIN', proof: readonly RecordToSend[]): AnswerToSend => ({
    rcode,
    answer: [],
    authority: [...signed(apex, SOA), ...(keys.length === 0 ? [] : distinct(proof))],
  });
  const found = (answer: readonly RecordToSend[], authority: readonly RecordToSend[] = []): AnswerToSend => ({
    rcode: 'NOERROR',
    answer,
    authority: keys.length === 0 ? [] : authority,
  });
  /** The types at a node that answer: the type itself, all for ANY, or an alias. */
  const answering = (name: string, type: number): readonly number[] => {
    const types = typesOf(name);
    if (type === typeAny) return types;
    return types.includes(type) ? [type] : types.filter((one) => one === CNAME);
  };

  const answer = (name: string, type: number): AnswerToSend => {
    const alias = ancestors(name).find((one) => setOf(one, DNAME).length > 0);
    if (alias !== undefined) return found([...signed(alias, DNAME), ...synthesise(name, setOf(alias, DNAME))]);
    if (exists(name)) {
      const types = answering(name, type);
      return types.length > 0 ? found(types.flatMap((one) => signed(name, one))) : denied('NOERROR', noData(name));
    }
    const encloser = encloserOf(name);
    const wildcard = wildcardOf(encloser);
    if (!exists(wildcard)) {
      const proven = spec.nsec3 === undefined ? encloser : provableEncloser(name);
      return denied('NXDOMAIN', [...enclosed(name, proven), ...cover(wildcardOf(proven))]);
    }
    const types = answering(wildcard, type);
    return types.length > 0
      ? found(
          types.flatMap((one) => signed(wildcard, one, name)),
          noCloser(name, encloser),
        )
      : denied('NOERROR', [...enclosed(name, encloser), ...noData(wildcard)]);
  };

  return {
    apex,
    keys,
    ds: spec.ds ?? signers(DNSKEY).map((key) => dsData(apex, key)),
    answer,
    denial: (name) => (chain.match(name) === null ? cover(name) : match(name)),
  };
}

/** Names that a chain is made of: those of the zone, and the empty non-terminals above them. */
function chainNodes(zone: {
  readonly apex: string;
  readonly names: readonly string[];
  readonly typesOf: (name: string) => readonly number[];
  readonly isCut: (name: string) => boolean;
}): readonly ChainNode[] {
  const { apex, names, typesOf, isCut } = zone;
  const all = new Set<string>();
  for (const name of names) {
    const labels = labelsOf(name);
    for (let from = 0; from <= labels.length - labelsOf(apex).length; from += 1)
      all.add(labels.slice(from).join('.') || '.');
  }
  const unsignedCut = (name: string) => isCut(name) && !typesOf(name).includes(DS);
  return [...all].map((name) => ({
    name,
    types: isCut(name) ? typesOf(name).filter((type) => type === NS || type === DS) : typesOf(name),
    unsigned: names.filter((other) => isBelow(other, name)).every(unsignedCut),
  }));
}

function synthesise(name: string, [dname]: readonly RecordToSend[]): readonly RecordToSend[] {
  if (dname === undefined) return [];
  const kept = nameOctets(name).slice(0, nameOctets(name).length - nameOctets(dname.name).length);
  return [{ name, type: 'CNAME', ttlSeconds: 3600, data: [...kept, ...dname.data] }];
}

function distinct(records: readonly RecordToSend[]): readonly RecordToSend[] {
  return [...new Map(records.map((record) => [JSON.stringify(record), record])).values()];
}

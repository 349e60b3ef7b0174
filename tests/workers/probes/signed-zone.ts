import { generateKeyPairSync, sign } from 'node:crypto';
import { compareOctets } from '#lib/dns/octets.ts';
import { recordTypes, type RecordType } from '#lib/dns/types.ts';
import type { TrustAnchor } from '#lib/dnssec/anchors.ts';
import { parseDnskey } from '#lib/dns/rdata/dnskey.ts';
import { nameOctets, u16, type RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { authoritativeAnswer, name } from '#tests/workers/net/dns/authority.ts';
import { answerTo, type UdpScript } from '#tests/workers/net/dns/scripted-name-server.ts';

/*
 * A zone that is signed while it answers, with one Ed25519 key (RFC 8080) and denials made for the question (RFC 9824).
 * Names in data must be in lower case.
 */

const algorithm = 15;
const usualTtlSeconds = 300;

const u32 = (value: number): readonly number[] => [...u16(Math.floor(value / 0x10000)), ...u16(value % 0x10000)];

export interface SigningKey {
  readonly anchor: TrustAnchor;
  readonly record: RecordToSend;
  readonly answer: (options: SignedAnswers) => UdpScript;
}

export interface SignedAnswers {
  readonly records: readonly RecordToSend[];
  /** Instants in ms since the epoch that signatures are valid between. */
  readonly inception: number;
  readonly expiration: number;
  /** `TYPE` of questions that get no answer. */
  readonly dropped?: readonly RecordType[];
}

/** A key of a zone, and a server of that zone. */
export function createSigningKey(apex: string, ttlSeconds = usualTtlSeconds): SigningKey {
  const pair = generateKeyPairSync('ed25519');
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const data = [...u16(257), 3, algorithm, ...publicKey];
  const record: RecordToSend = { name: apex, type: 'DNSKEY', ttlSeconds, data };
  const key = parseDnskey({ message: Uint8Array.from(data), start: 0, end: data.length });
  if (!key.ok) throw new Error(key.error);
  const { keyTag } = key.value;

  const signature = (records: readonly RecordToSend[], { inception, expiration }: SignedAnswers): RecordToSend => {
    const [first] = records;
    if (first === undefined || typeof first.type === 'number') throw new Error('nothing to sign');
    const type = recordTypes[first.type];
    const head = [
      ...u16(type),
      ...[algorithm, name(first.name).labelCount],
      ...[ttlSeconds, expiration / 1000, inception / 1000].flatMap((value) => u32(Math.floor(value))),
      ...u16(keyTag),
      ...nameOctets(apex),
    ];
    const owner = [...nameOctets(first.name), ...u16(type), ...u16(1), ...u32(ttlSeconds)];
    const sorted = records.map((one) => Uint8Array.from(one.data)).toSorted(compareOctets);
    const body = sorted.flatMap((octets) => [...owner, ...u16(octets.length), ...octets]);
    const made = sign(null, Uint8Array.from([...head, ...body]), pair.privateKey);
    return { name: first.name, type: 'RRSIG', ttlSeconds, data: [...head, ...made] };
  };

  return {
    anchor: { zone: name(apex), source: 'test', ds: [], keys: [key.value] },
    record,
    answer: (options) => (query, reply) => {
      const [question] = query.questions;
      if (question === undefined) return;
      const type = Object.entries(recordTypes).find(([, number]) => number === question.type)?.[0];
      if (options.dropped?.some((one) => one === type) === true) return;
      const records = [record, ...options.records].map((one) => ({ ...one, ttlSeconds }));
      const plain = authoritativeAnswer([{ apex, records }], query);
      const { answer = [] } = plain;
      if (plain.rcode === 'REFUSED' || answer.length > 0) {
        const signed = answer.length === 0 ? [] : [...answer, signature(answer, options)];
        reply(answerTo(query, { ...plain, answer: signed }));
        return;
      }
      const owner = question.name.toString();
      const here = records.filter((one) => name(one.name).equals(question.name)).map((one) => one.type);
      const next = [1, 0, ...nameOctets(owner)];
      const denial: RecordToSend = { name: owner, type: 'NSEC', ttlSeconds, data: [...next, ...bitMap(here)] };
      const soa = records.filter((one) => one.type === 'SOA');
      const authority = [...soa, signature(soa, options), denial, signature([denial], options)];
      reply(answerTo(query, { authoritative: true, authority }));
    },
  };
}

/** One window of an NSEC type bit map (RFC 4034 section 4.1.2), with RRSIG and NSEC in it. */
function bitMap(types: readonly RecordToSend['type'][]): readonly number[] {
  const numbers = [...types, 'RRSIG' as const, 'NSEC' as const].map((type) =>
    typeof type === 'number' ? type : recordTypes[type],
  );
  const octets = Array.from({ length: 32 }, (_, index) =>
    numbers.filter((number) => number >> 3 === index).reduce((bits, number) => bits | (0x80 >> (number & 7)), 0),
  );
  return [0, 32, ...octets];
}

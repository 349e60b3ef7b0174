import { parseName } from '#lib/dns/name.ts';
import { classIn, rcodes, recordTypes, type RecordType } from '#lib/dns/types.ts';
import { parseIpAddress } from '#lib/model/ip-address.ts';

/*
 * Writes DNS messages for tests: what a name server would send, right or wrong. Names are written without
 * compression unless a test gives the octets itself.
 */

export interface RecordToSend {
  readonly name: string;
  readonly type: RecordType | number;
  readonly ttlSeconds?: number;
  readonly class?: number;
  readonly data: readonly number[];
}

export interface MessageToSend {
  readonly id: number;
  readonly question: { readonly name: string; readonly type: number } | null;
  readonly rcode?: keyof typeof rcodes;
  readonly truncated?: boolean;
  readonly authoritative?: boolean;
  readonly authenticData?: boolean;
  readonly isResponse?: boolean;
  readonly answer?: readonly RecordToSend[];
  readonly authority?: readonly RecordToSend[];
  readonly additional?: readonly RecordToSend[];
}

export function u16(value: number): readonly number[] {
  return [value >> 8, value & 0xff];
}

function u32(value: number): readonly number[] {
  return [...u16(Math.floor(value / 0x10000)), ...u16(value & 0xffff)];
}

export function nameOctets(text: string): readonly number[] {
  const name = parseName(text);
  if (!name.ok) throw new Error(`${text}: ${name.error}`);
  return Array.from(name.value.toWire());
}

export function addressOctets(text: string): readonly number[] {
  const address = parseIpAddress(text);
  if (!address.ok) throw new Error(text);
  return Array.from(address.value);
}

export function mxOctets(preference: number, exchange: string): readonly number[] {
  return [...u16(preference), ...nameOctets(exchange)];
}

export function srvOctets(srv: {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}): readonly number[] {
  return [...u16(srv.priority), ...u16(srv.weight), ...u16(srv.port), ...nameOctets(srv.target)];
}

export function soaOctets(primary: string): readonly number[] {
  return [...nameOctets(primary), ...nameOctets(`hostmaster.${primary}`), ...[1, 2, 3, 4, 5].flatMap(u32)];
}

export function rrsigOctets(covered: RecordType, signer: string): readonly number[] {
  return [
    ...u16(recordTypes[covered]),
    ...[13, 2],
    ...[3600, 1_800_000_000, 1_700_000_000].flatMap(u32),
    ...u16(4711),
    ...nameOctets(signer),
    ...[1, 2, 3, 4],
  ];
}

/** An OPT record with options, each as code and octets. */
export function optRecord(
  options: readonly (readonly [code: number, data: readonly number[]])[] = [],
  { extendedRcode = 0 } = {},
): RecordToSend {
  return {
    name: '.',
    type: 'OPT',
    class: 1232,
    ttlSeconds: extendedRcode * 0x1000000 + 0x8000,
    data: options.flatMap(([code, data]) => [...u16(code), ...u16(data.length), ...data]),
  };
}

function recordOctets(record: RecordToSend): readonly number[] {
  const type = typeof record.type === 'number' ? record.type : recordTypes[record.type];
  return [
    ...nameOctets(record.name),
    ...u16(type),
    ...u16(record.class ?? classIn),
    ...u32(record.ttlSeconds ?? 300),
    ...u16(record.data.length),
    ...record.data,
  ];
}

export function buildMessage(message: MessageToSend): Uint8Array {
  const { answer = [], authority = [], additional = [] } = message;
  const flags =
    ((message.isResponse ?? true) ? 0x8180 : 0x0100) +
    (message.authoritative === true ? 0x0400 : 0) +
    (message.truncated === true ? 0x0200 : 0) +
    (message.authenticData === true ? 0x0020 : 0) +
    (rcodes[message.rcode ?? 'NOERROR'] & 0xf);
  const question =
    message.question === null
      ? []
      : [...nameOctets(message.question.name), ...u16(message.question.type), ...u16(classIn)];
  return Uint8Array.from([
    ...[
      message.id,
      flags,
      message.question === null ? 0 : 1,
      answer.length,
      authority.length,
      additional.length,
    ].flatMap(u16),
    ...question,
    ...[...answer, ...authority, ...additional].flatMap(recordOctets),
  ]);
}

import { err, ok, type Result } from '../model/result.ts';
import { parseOptRecord, type Edns } from './edns.ts';
import type { Name } from './name.ts';
import { uint16At, uint32At } from './octets.ts';
import { readName, skipName } from './read-name.ts';
import { recordTypes } from './types.ts';

/*
 * Wire format of responses, RFC 1035 section 4. Record data stays raw, with its place in the message, so that names
 * inside it can be decompressed when a parser in rdata/ is asked, and a signature can be checked over what came.
 */

const maxMessageOctets = 65_535;
const headerOctets = 12;

/** Where the data of a record stands. */
export interface Rdata {
  readonly message: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export interface Question {
  readonly name: Name;
  readonly type: number;
  readonly class: number;
}

export interface ResourceRecord {
  readonly name: Name;
  readonly type: number;
  readonly class: number;
  readonly ttlSeconds: number;
  readonly rdata: Rdata;
}

export const sections = ['answer', 'authority', 'additional'] as const;
export type Section = (typeof sections)[number];

/** A record that could not be read. The records around it could. */
export interface MalformedRecord {
  readonly section: Section;
  /** Place within its section, from 0. */
  readonly index: number;
  readonly why: string;
}

export interface Message {
  readonly wire: Uint8Array;
  readonly id: number;
  readonly isResponse: boolean;
  readonly opcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
  /** With the upper eight bits of the OPT record where there is one (RFC 6891 section 6.1.3). */
  readonly rcode: number;
  readonly questions: readonly Question[];
  readonly answer: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  /** Without the OPT record. */
  readonly additional: readonly ResourceRecord[];
  readonly edns: Edns | null;
  readonly malformed: readonly MalformedRecord[];
}

/**
 * Reads a message. Fails only when header or question cannot be read; a malformed record becomes an entry of
 * `malformed`, and where its end cannot be told, so do the records behind it, as one entry a section.
 */
export function decodeMessage(wire: Uint8Array): Result<Message> {
  if (wire.length > maxMessageOctets) return err(`the message is longer than ${maxMessageOctets} octets`);
  if (wire.length < headerOctets) return err('the message is shorter than a header');
  const questions = readQuestions(wire, uint16At(wire, 4));
  if (!questions.ok) return questions;
  const { records, malformed } = readRecords(wire, questions.value.next);
  const flags = uint16At(wire, 2);
  const opt = records.additional.find((record) => record.type === recordTypes.OPT);
  const edns = opt === undefined ? null : parseOptRecord(opt);
  return ok({
    wire,
    id: uint16At(wire, 0),
    isResponse: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0xf,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    authenticData: (flags & 0x0020) !== 0,
    checkingDisabled: (flags & 0x0010) !== 0,
    rcode: (flags & 0xf) + (edns === null ? 0 : edns.extendedRcode * 16),
    questions: questions.value.list,
    answer: records.answer,
    authority: records.authority,
    additional: records.additional.filter((record) => record.type !== recordTypes.OPT),
    edns,
    malformed,
  });
}

/** The octets of a record's data as they came. */
export function rdataOctets(rdata: Rdata): Uint8Array {
  return rdata.message.slice(rdata.start, rdata.end);
}

/** RFC 9619 section 4: one question at most. Thousands would cost thousands of names before the first is compared. */
function readQuestions(
  wire: Uint8Array,
  count: number,
): Result<{ readonly list: readonly Question[]; readonly next: number }> {
  if (count > 1) return err(`${count} questions, where one is the most that a message may have`);
  const list: Question[] = [];
  let at = headerOctets;
  for (let index = 0; index < count; index += 1) {
    const name = readName(wire, at, wire.length);
    if (!name.ok) return err(`question: ${name.error}`);
    at = name.value.next;
    if (at + 4 > wire.length) return err('the question is cut off');
    list.push({ name: name.value.name, type: uint16At(wire, at), class: uint16At(wire, at + 2) });
    at += 4;
  }
  return ok({ list, next: at });
}

function readRecords(wire: Uint8Array, start: number) {
  const records: Record<Section, ResourceRecord[]> = { answer: [], authority: [], additional: [] };
  const malformed: MalformedRecord[] = [];
  let at: number | null = start;
  for (const [sectionIndex, section] of sections.entries()) {
    const count = uint16At(wire, 6 + sectionIndex * 2);
    for (let index = 0; index < count; index += 1) {
      if (at === null) {
        malformed.push({ section, index, why: 'stands behind a record without a readable end' });
        break;
      }
      const read = readRecord(wire, at);
      at = read.next;
      if (read.record.ok) records[section].push(read.record.value);
      else malformed.push({ section, index, why: read.record.error });
      if (at === null) break;
    }
  }
  return { records, malformed };
}

/** One record; `next` is null when its end cannot be told. */
function readRecord(
  wire: Uint8Array,
  start: number,
): { readonly record: Result<ResourceRecord>; readonly next: number | null } {
  const fixed = skipName(wire, start);
  if (fixed === null || fixed + 10 > wire.length) return { record: err('the record is cut off'), next: null };
  const rdataStart = fixed + 10;
  const rdataEnd = rdataStart + uint16At(wire, fixed + 8);
  if (rdataEnd > wire.length) return { record: err('the record data is cut off'), next: null };
  const name = readName(wire, start, fixed);
  if (!name.ok) return { record: err(`owner: ${name.error}`), next: rdataEnd };
  const ttl = uint32At(wire, fixed + 4);
  const record: ResourceRecord = {
    name: name.value.name,
    type: uint16At(wire, fixed),
    class: uint16At(wire, fixed + 2),
    // RFC 2181 section 8: a TTL with the top bit set counts as zero. In an OPT record the bits mean something else.
    ttlSeconds: ttl > 0x7fffffff && uint16At(wire, fixed) !== recordTypes.OPT ? 0 : ttl,
    rdata: { message: wire, start: rdataStart, end: rdataEnd },
  };
  return { record: ok(record), next: rdataEnd };
}

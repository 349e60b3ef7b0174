import { parseName, type Name } from '#lib/dns/name.ts';
import { classIn } from '#lib/dns/types.ts';
import { encodeRdata } from './rdata-text.ts';
import { typeNumber } from './record-types.ts';

/* Zone file text (RFC 1035 section 5.1, RFC 3597 section 5), one record at a time. */

export interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

/** A line that cannot be read. Whoever reads the file makes it one reason. */
export class ZoneTextError extends Error {}

/** A record as text says it, with its data in wire form. */
export interface WrittenRecord {
  readonly name: Name;
  readonly type: number;
  readonly class: number;
  readonly ttlSeconds: number;
  readonly rdata: Uint8Array;
}

/** What holds until a line changes it (`$ORIGIN`, `$TTL`, the owner of the record before). */
export interface ZoneDefaults {
  readonly origin: Name;
  readonly ttlSeconds: number;
}

/**
 * Splits a line at blanks; `;` starts a comment, quotes keep blanks together. Parentheses only say that a record goes on
 * in the next line: `depth` is how many are open at the end.
 */
export function tokenize(line: string): { readonly tokens: readonly Token[]; readonly depth: number } {
  const tokens: Token[] = [];
  let depth = 0;
  for (const match of line.matchAll(/"((?:[^"\\]|\\.)*)"?|;.*|[()]|(?:[^\s"();\\]|\\.)+/g)) {
    const [text, inner] = match;
    if (text.startsWith(';')) break;
    if (text === '(') depth += 1;
    else if (text === ')') depth -= 1;
    else if (inner === undefined) tokens.push({ text, quoted: false });
    else tokens.push({ text: inner, quoted: true });
  }
  return { tokens, depth };
}

/** `owner [ttl] [class] type data`, ttl and class in either order. */
export function readRecord(tokens: readonly Token[], defaults: ZoneDefaults): WrittenRecord {
  const [owner, ...rest] = tokens;
  if (owner === undefined) throw new ZoneTextError('an empty record');
  const { type, ttlSeconds, class: recordClass, dataAt } = readHead(rest, defaults.ttlSeconds);
  return {
    name: readName(owner.text, defaults.origin),
    type,
    class: recordClass,
    ttlSeconds,
    rdata: encodeRdata(type, rest.slice(dataAt), defaults.origin),
  };
}

/** `owner [class] type`. */
export function readQuestion(tokens: readonly Token[], defaults: ZoneDefaults): { name: Name; type: number } {
  const [owner, ...rest] = tokens;
  if (owner === undefined) throw new ZoneTextError('an empty question');
  return { name: readName(owner.text, defaults.origin), type: readHead(rest, 0).type };
}

/** A name, relative to the origin when it has no final dot. */
export function readName(text: string, origin: Name): Name {
  if (text === '@') return origin;
  const isAbsolute = /(?<!\\)(?:\\\\)*\.$/.test(text);
  const name = parseName(isAbsolute || origin.isRoot ? text : `${text}.${origin.toString()}`);
  if (!name.ok) throw new ZoneTextError(`"${text}": ${name.error}`);
  return name.value;
}

/** Seconds, also as `1h30m`; null for what is no TTL. */
export function readTtl(text: string): number | null {
  if (!/^(?:\d+[smhdw]?)+$/i.test(text)) return null;
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  return Array.from(text.matchAll(/(\d+)([smhdw]?)/gi)).reduce(
    (total, [, digits = '', unit = '']) => total + Number(digits) * (units[unit.toLowerCase()] ?? 1),
    0,
  );
}

function readHead(tokens: readonly Token[], defaultTtlSeconds: number) {
  let ttlSeconds = defaultTtlSeconds;
  let recordClass: number = classIn;
  for (const [index, { text }] of tokens.entries()) {
    const ttl = readTtl(text);
    const classNumber = readClass(text);
    if (ttl !== null) ttlSeconds = ttl;
    else if (classNumber !== null) recordClass = classNumber;
    else {
      const type = typeNumber(text);
      if (type === null) throw new ZoneTextError(`the record type ${text} is not known`);
      return { type, ttlSeconds, class: recordClass, dataAt: index + 1 };
    }
  }
  throw new ZoneTextError('no record type');
}

function readClass(text: string): number | null {
  const classes: Readonly<Record<string, number>> = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 };
  const upper = text.toUpperCase();
  const generic = /^CLASS(\d{1,5})$/.exec(upper)?.[1];
  // ANY is a type far more often than a class.
  return generic === undefined ? (upper === 'ANY' ? null : (classes[upper] ?? null)) : Number(generic);
}

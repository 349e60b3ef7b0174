import type { FieldError } from './read-report.ts';

/** Bytes of one line, or of one element of an array. */
export const maxLineBytes = 8192;
export const maxItems = 10_000;
/** Of brackets in brackets. An item of ours needs two. */
const maxDepth = 16;

const lineFeed = 0x0a;

/** One item of a body: its JSON value, or what is wrong with it. */
export type BodyItem =
  | { readonly index: number; readonly ok: true; readonly value: unknown }
  | { readonly index: number; readonly ok: false; readonly error: FieldError };

/**
 * Takes a body apart: NDJSON, one JSON array, or one JSON object. Each item is parsed by itself, so that one that is
 * broken, too long or too deep costs only itself. `index` counts lines that are not blank, or elements. Of a name that
 * stands twice in an object, the last one counts. After `maxItems` there is one error for all the rest.
 */
export function* splitBody(body: Buffer): Generator<BodyItem> {
  const start = firstByte(body, 0);
  if (body[start] === 0x5b) yield* splitArray(body, start + 1);
  else yield* splitLines(body);
}

function* splitLines(body: Buffer): Generator<BodyItem> {
  const whole = readWholeObject(body);
  if (whole !== null) {
    yield whole;
    return;
  }
  let index = 0;
  let start = 0;
  while (start < body.length) {
    const found = body.indexOf(lineFeed, start);
    const end = found === -1 ? body.length : found;
    if (firstByte(body, start) < end) {
      if (index === maxItems) {
        yield tooMany(index);
        return;
      }
      yield readItem(body, { index, start, end });
      index += 1;
    }
    start = end + 1;
  }
}

/** One object may be laid out over several lines. */
function readWholeObject(body: Buffer): BodyItem | null {
  if (body.length > maxLineBytes || body.indexOf(lineFeed) === -1) return null;
  const item = readItem(body, { index: 0, start: 0, end: body.length });
  return item.ok ? item : null;
}

interface Range {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

function* splitArray(body: Buffer, first: number): Generator<BodyItem> {
  let index = 0;
  let start = first;
  for (;;) {
    const end = endOfElement(body, start);
    const closing = body[end];
    const isEmpty = firstByte(body, start) >= end;
    if (isEmpty && closing === 0x5d && index === 0) return;
    if (index === maxItems) {
      yield tooMany(index);
      return;
    }
    if (closing === undefined) {
      yield wrong(index, 'The array ends before its closing bracket.');
      return;
    }
    yield isEmpty ? wrong(index, 'There is nothing between two commas.') : readItem(body, { index, start, end });
    index += 1;
    if (closing === 0x5d) {
      if (firstByte(body, end + 1) < body.length) yield wrong(index, 'There is something after the array.');
      return;
    }
    start = end + 1;
  }
}

/** Where the comma or bracket stands that ends an element of an array; the length of the body where there is none. */
function endOfElement(body: Buffer, start: number): number {
  let depth = 0;
  for (let position = start; position < body.length; position += 1) {
    const byte = body[position];
    if (byte === 0x22) position = endOfString(body, position + 1);
    else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (depth <= 0 && (byte === 0x2c || byte === 0x5d)) return position;
    else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return body.length;
}

function endOfString(body: Buffer, start: number): number {
  for (let position = start; position < body.length; position += 1) {
    const byte = body[position];
    if (byte === 0x22) return position;
    if (byte === 0x5c) position += 1;
  }
  return body.length;
}

/** The first byte from `start` that is no blank. */
function firstByte(body: Buffer, start: number): number {
  let position = start;
  for (;;) {
    const byte = body[position];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return position;
    position += 1;
  }
}

function readItem(body: Buffer, { index, start, end }: Range): BodyItem {
  const length = end - start;
  if (length > maxLineBytes) {
    return wrong(index, `Is ${String(length)} bytes long; at most ${String(maxLineBytes)} are taken.`);
  }
  const text = body.toString('utf8', start, end);
  // U+FFFD may stand in the text itself; only then are the bytes looked at again.
  if (text.includes('\ufffd') && !isUtf8(body.subarray(start, end))) return wrong(index, 'Is not UTF-8.');
  if (isDeeperThan(text, maxDepth)) {
    return wrong(index, `Has brackets in brackets more than ${String(maxDepth)} deep.`);
  }
  try {
    const value: unknown = JSON.parse(text);
    return { index, ok: true, value };
  } catch {
    return wrong(index, 'Is not JSON.');
  }
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Whether brackets that stand outside of strings are nested deeper. */
function isDeeperThan(text: string, limit: number): boolean {
  if (!hasMoreBrackets(text, limit)) return false;
  let depth = 0;
  let inString = false;
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (inString) {
      if (code === 0x5c) position += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > limit) return true;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return false;
}

/** Whether more brackets open, in strings or outside, than `limit`: nearly no line has so many, and this is quickly seen. */
function hasMoreBrackets(text: string, limit: number): boolean {
  let count = 0;
  for (const bracket of '{[') {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      count += 1;
      if (count > limit) return true;
    }
  }
  return false;
}

function wrong(index: number, detail: string): BodyItem {
  return { index, ok: false, error: { pointer: '', detail } };
}

function tooMany(index: number): BodyItem {
  return wrong(index, `This and all after it are not taken: at most ${String(maxItems)} at once.`);
}

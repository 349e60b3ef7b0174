import type { IdentityField } from '../model/observation.ts';

/** RFC 2971 section 3.3: no more than 30 pairs, keys of 30 octets, values of 1024. What is beyond is not kept. */
const maxFields = 30;
const maxKeyOctets = 30;
const maxValueOctets = 1024;

/**
 * Reads the list of an untagged ID response (RFC 2971 section 3.2), literals put back into the line: `NIL` or
 * `("key" "value" …)`. Null where it is neither. Cut to the caps that the RFC sets.
 */
export function readIdentityList(text: string): readonly IdentityField[] | null {
  const rest = text.trim();
  if (/^NIL$/i.test(rest)) return [];
  if (!rest.startsWith('(')) return null;
  const values: (string | null)[] = [];
  let position = 1;
  while (values.length < 2 * maxFields) {
    while (rest[position] === ' ') position += 1;
    if (rest[position] === ')') break;
    const item = readItem(rest, position);
    if (item === null) return null;
    values.push(item.value);
    position = item.end;
  }
  const fields: IdentityField[] = [];
  for (let index = 0; index + 1 < values.length; index += 2) {
    const key = values[index];
    const value = values[index + 1] ?? null;
    if (typeof key === 'string') {
      fields.push([key.slice(0, maxKeyOctets), value === null ? null : value.slice(0, maxValueOctets)]);
    }
  }
  return fields;
}

interface Item {
  readonly value: string | null;
  /** Where the next one may begin. */
  readonly end: number;
}

/** nstring of RFC 3501 section 9: NIL, a quoted string or a literal. */
function readItem(text: string, start: number): Item | null {
  if (text[start] === '"') return readQuoted(text, start + 1);
  const literal = /^\{(\d{1,9})\+?\}\r\n/.exec(text.slice(start, start + 16));
  if (literal !== null) {
    const begin = start + literal[0].length;
    const end = begin + Number(literal[1]);
    return end > text.length ? null : { value: text.slice(begin, end), end };
  }
  return /^NIL(?=[ )])/i.test(text.slice(start, start + 4)) ? { value: null, end: start + 3 } : null;
}

function readQuoted(text: string, start: number): Item | null {
  let value = '';
  for (let position = start; position < text.length; position += 1) {
    const character = text[position] ?? '';
    if (character === '"') return { value, end: position + 1 };
    if (character === '\\') {
      position += 1;
      value += text[position] ?? '';
    } else {
      value += character;
    }
  }
  return null;
}

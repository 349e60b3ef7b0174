import { soundsTemporary, type MailProtocol, type Reply } from './protocol.ts';

/*
 * ManageSieve as far as a probe speaks it (RFC 5804): the capabilities, which are also the greeting and come once more
 * by themselves after STARTTLS, and LOGOUT. A capability is kept as its words without the quotes, e.g. `SASL PLAIN LOGIN`.
 */

export const sieve: MailProtocol = {
  upgradeCapability: 'STARTTLS',
  identityCapability: null,
  capabilitiesAfterUpgrade: 'sent',

  command(awaited) {
    switch (awaited) {
      // Never asked: there is no such command.
      case 'identity':
      case 'capability':
        return 'CAPABILITY';
      case 'starttls':
        return 'STARTTLS';
      case 'goodbye':
        return 'LOGOUT';
    }
  },

  readReply(awaited, lines) {
    const text = lines.map((line) => `${line}\r\n`).join('');
    const capabilities: string[] = [];
    let position = 0;
    while (position < text.length) {
      const row = readRow(text, position);
      switch (row.kind) {
        case 'partial':
          return { kind: 'partial' };
        case 'foreign':
          return { kind: 'foreign', said: text.slice(position).trimEnd() };
        case 'strings': {
          const [name, ...values] = row.strings;
          if (name !== '') capabilities.push([name, ...values].filter((word) => word !== '').join(' '));
          position = row.end;
          break;
        }
        case 'status': {
          const said = text.slice(0, row.end).trimEnd();
          // Some servers say BYE where OK is due.
          const bye = row.word === 'BYE' && awaited === 'goodbye';
          if (row.word !== 'OK' && !bye) return refusal(text.slice(position, row.end).trimEnd(), row.rest);
          return { kind: 'accepted', text: said, capabilities: capabilities.length === 0 ? null : capabilities };
        }
      }
    }
    return { kind: 'partial' };
  },
};

/** One response line; a literal in it may go over several lines of the wire. */
type Row =
  | { readonly kind: 'partial' | 'foreign' }
  | { readonly kind: 'strings'; readonly strings: readonly string[]; readonly end: number }
  | { readonly kind: 'status'; readonly word: string; readonly rest: string; readonly end: number };

const statusWord = /^(OK|NO|BYE)(?=[ \r])/i;
const responseCode = /^ \((?:[^()"\r\n]|"(?:[^"\\\r\n]|\\.)*"){0,1000}\)/;

/** RFC 5804 section 4: `response-oknobye` or strings, up to the end of the line. */
function readRow(text: string, start: number): Row {
  const word = statusWord.exec(text.slice(start, start + 4))?.[0];
  const code = word === undefined ? '' : (responseCode.exec(text.slice(start + word.length))?.[0] ?? '');
  let position = start + (word ?? '').length + code.length;
  const strings: string[] = [];
  while (!text.startsWith('\r\n', position)) {
    if (word !== undefined || strings.length > 0) {
      if (text[position] !== ' ') return { kind: 'foreign' };
      position += 1;
    }
    const item = readString(text, position);
    if (typeof item === 'string') return { kind: item };
    strings.push(item.value);
    position = item.end;
  }
  const end = position + 2;
  if (word === undefined) return strings.length === 0 ? { kind: 'foreign' } : { kind: 'strings', strings, end };
  return { kind: 'status', word: word.toUpperCase(), rest: `${code} ${strings.join(' ')}`.trim(), end };
}

/** `string` of RFC 5804 section 4: quoted, on one line, or a literal. */
function readString(
  text: string,
  start: number,
): { readonly value: string; readonly end: number } | 'partial' | 'foreign' {
  const quoted = /^"((?:[^"\\\r\n]|\\.)*)"/.exec(text.slice(start, text.indexOf('\r\n', start)));
  if (quoted !== null) {
    return { value: (quoted[1] ?? '').replaceAll(/\\(.)/g, '$1'), end: start + quoted[0].length };
  }
  const literal = /^\{(\d{1,9})\+?\}\r\n/.exec(text.slice(start, start + 16));
  if (literal === null) return 'foreign';
  const begin = start + literal[0].length;
  const end = begin + Number(literal[1]);
  // The line of the response ends behind the octets.
  return end + 2 > text.length ? 'partial' : { value: text.slice(begin, end), end };
}

/** RFC 5804 section 1.3: TRYLATER names trouble that passes; without a code, what the words sound like. */
function refusal(said: string, rest: string): Reply {
  const code = /^\(([A-Z/-]+)/i.exec(rest)?.[1]?.toUpperCase();
  const temporary = code === undefined ? soundsTemporary(rest) : code === 'TRYLATER';
  return { kind: 'refused', reason: temporary ? 'temporary' : 'rejected', said };
}

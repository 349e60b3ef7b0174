import type { IdentityField } from '../model/observation.ts';
import { readIdentityList } from './identity.ts';
import { soundsTemporary, type MailProtocol, type Reply } from './protocol.ts';

/*
 * IMAP as far as a probe speaks it (RFC 3501, RFC 9051): greeting, CAPABILITY, ID (RFC 2971), STARTTLS, LOGOUT. A dialogue never
 * authenticates.
 */

export const imap: MailProtocol = {
  upgradeCapability: 'STARTTLS',
  // The draft puts the DEEP status into the answer to ID (section 7.1).
  identityCapability: 'DEEP',
  capabilitiesAfterUpgrade: 'asked',

  command(awaited, { tag }) {
    switch (awaited) {
      case 'capability':
        return `${tag} CAPABILITY`;
      case 'identity':
        return `${tag} ID ("name" "latchwatch")`;
      case 'starttls':
        return `${tag} STARTTLS`;
      case 'goodbye':
        return `${tag} LOGOUT`;
    }
  },

  readReply(awaited, lines, { tag }) {
    const responses = joinLiterals(lines);
    if (awaited === 'greeting') return readGreeting(responses);
    return readTagged(responses, { tag, byeExpected: awaited === 'goodbye' });
  },
};

/** RFC 9051 section 7.1: the greeting is OK, PREAUTH or BYE, perhaps with a CAPABILITY code. */
function readGreeting(responses: readonly string[]): Reply {
  const [greeting] = responses;
  if (greeting === undefined) return { kind: 'partial' };
  const match = /^\* (OK|PREAUTH|BYE)(?: (.*))?$/i.exec(greeting);
  if (match === null) return { kind: 'foreign', said: greeting };
  const text = match[2] ?? '';
  if (match[1]?.toUpperCase() === 'BYE') return refusal(greeting, text);
  return { kind: 'accepted', text: greeting, capabilities: capabilitiesInCode(text) };
}

/** Untagged data up to the tagged status of our command. Unasked-for untagged data is legal and ignored (section 7). */
function readTagged(
  responses: readonly string[],
  { tag, byeExpected }: { readonly tag: string; readonly byeExpected: boolean },
): Reply {
  let capabilities: readonly string[] | null = null;
  let identity: readonly IdentityField[] | null = null;
  for (const response of responses) {
    const untagged = /^\* (\S+) ?(.*)$/s.exec(response);
    if (untagged !== null) {
      const word = untagged[1]?.toUpperCase();
      const rest = untagged[2] ?? '';
      if (word === 'CAPABILITY') capabilities = words(rest);
      else if (word === 'ID') identity = readIdentityList(rest);
      else if (word === 'BYE' && !byeExpected) return refusal(response, rest);
      continue;
    }
    if (response.startsWith('+')) continue;
    const status = /^(\S+) (OK|NO|BAD)(?: (.*))?$/i.exec(response);
    if (status === null || status[1] !== tag) return { kind: 'foreign', said: response };
    const text = status[3] ?? '';
    if (status[2]?.toUpperCase() !== 'OK') return refusal(response, text);
    return { kind: 'accepted', text: response, capabilities: capabilities ?? capabilitiesInCode(text), identity };
  }
  return { kind: 'partial' };
}

/** The response codes of RFC 5530 that name trouble which passes; without a code, what the words sound like. */
function refusal(said: string, text: string): Reply {
  const code = /^\[([A-Za-z-]+)/.exec(text)?.[1]?.toUpperCase();
  const temporary = code === undefined || code === 'ALERT' ? soundsTemporary(text) : passingCodes.has(code);
  return { kind: 'refused', reason: temporary ? 'temporary' : 'rejected', said };
}

const passingCodes: ReadonlySet<string> = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG', 'CONTACTADMIN']);

function capabilitiesInCode(text: string): readonly string[] | null {
  const code = /^\[CAPABILITY ([^\]]*)\]/i.exec(text)?.[1];
  return code === undefined ? null : words(code);
}

function words(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}

/**
 * Puts literals (`{n}` at a line's end, then n octets that may hold line ends, RFC 9051 section 4.3) back into the
 * line they belong to, so that what a literal holds is never read as a response. A literal that is not complete yet
 * ends the list before its response. Status responses end in human text and hold no literals.
 */
export function joinLiterals(lines: readonly string[]): readonly string[] {
  const responses: string[] = [];
  let current: string | null = null;
  let literalLeft = 0;
  for (const line of lines) {
    const text: string = current === null ? line : current + line;
    if (literalLeft > line.length) {
      current = `${text}\r\n`;
      literalLeft = Math.max(0, literalLeft - line.length - 2);
      continue;
    }
    literalLeft = literalAtEnd(current === null ? line : line.slice(literalLeft), text);
    if (literalLeft === 0) {
      responses.push(text);
      current = null;
    } else {
      current = `${text}\r\n`;
    }
  }
  return responses;
}

function literalAtEnd(lineRest: string, response: string): number {
  if (!response.startsWith('* ') || /^\* (OK|NO|BAD|BYE|PREAUTH)\b/i.test(response)) return 0;
  const octets = /\{(\d{1,9})\+?\}$/.exec(lineRest)?.[1];
  return octets === undefined ? 0 : Number(octets);
}

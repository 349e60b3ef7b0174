import { parseIpAddress } from './ip-address.ts';
import { err, ok, type Result } from './result.ts';

export interface DomainName {
  /** A-label form, lower case, without final dot: what DNS, SNI and the database use. */
  readonly ascii: string;
  /** As the person wrote it, in normal form and lower case: what pages show. */
  readonly display: string;
}

/**
 * Reads the name of a mail domain as a person types it. Non-ASCII names become A-labels by UTS 46 (nontransitional,
 * as browsers do). The error is one sentence for that person.
 */
export function parseDomainName(text: string): Result<DomainName> {
  return parseName(text, { noun: 'mail domain', example: 'example.org' });
}

/** Reads the name of a host, such as a mail server, as a person types it. The same rules as for a mail domain. */
export function parseHostName(text: string): Result<DomainName> {
  return parseName(text, { noun: 'host name', example: 'mail.example.org' });
}

interface Wording {
  readonly noun: string;
  readonly example: string;
}

const maxInputCharacters = 1000;
const maxNameCharacters = 253;
const maxLabelCharacters = 63;

function parseName(text: string, { noun, example }: Wording): Result<DomainName> {
  const trimmed = text.trim();
  if (trimmed === '') return err(`Enter a ${noun}, for example ${example}.`);
  if (trimmed.length > maxInputCharacters) return err(tooLong(noun));
  if (/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/u.test(trimmed.replace(/[\u200c\u200d]/g, ''))) {
    return err(`A ${noun} cannot contain control characters or invisible ones.`);
  }
  if (/\s/u.test(trimmed)) return err(`A ${noun} cannot contain spaces.`);
  if (trimmed.includes('://') || /[/?#]/.test(trimmed)) {
    return err(`Enter only the ${noun}, for example ${example}, without https:// and without a path.`);
  }
  if (trimmed.includes('@')) return err(`Enter only the ${noun}: the part after the @ of a mail address.`);
  if (parseIpAddress(trimmed.replace(/^\[(?:ipv6:)?(.*)\]$/i, '$1')).ok) return err(isIpAddress(noun, example));
  if (/:\d*$/.test(trimmed)) return err(`Enter only the ${noun}, without a port.`);
  if (trimmed.includes('_')) return err(`A ${noun} cannot contain an underscore.`);
  const wrong = /[^a-z0-9.\-\u0080-\u{10ffff}]/iu.exec(trimmed);
  if (wrong !== null) return err(`A ${noun} cannot contain the character "${wrong[0]}".`);
  return parseAscii(trimmed, { noun, example });
}

function parseAscii(trimmed: string, { noun, example }: Wording): Result<DomainName> {
  const ascii = toAscii(trimmed)?.replace(/\.$/, '');
  if (ascii === undefined || ascii === '') return err(`"${trimmed}" is not a ${noun} that can be written in DNS.`);
  if (parseIpAddress(ascii).ok || endsLikeIpv4(ascii)) return err(isIpAddress(noun, example));
  const labels = ascii.split('.');
  if (labels.includes('')) return err(`A ${noun} cannot begin with a dot or contain two dots in a row.`);
  if (ascii.length > maxNameCharacters) return err(tooLong(noun));
  if (labels.some((label) => label.length > maxLabelCharacters)) {
    return err(`Each part of a ${noun} between dots can be at most ${maxLabelCharacters} characters long.`);
  }
  if (labels.some((label) => label.startsWith('-') || label.endsWith('-'))) {
    return err(`No part of a ${noun} between dots can begin or end with a hyphen.`);
  }
  if (!labels.every((label) => /^[a-z0-9-]+$/.test(label))) {
    return err(`"${trimmed}" is not a ${noun} that can be written in DNS.`);
  }
  if (labels.length < 2) return err(`"${ascii}" is not complete: enter the full ${noun}, for example ${example}.`);
  const typedAscii = /^[\0-\x7f]*$/.test(trimmed);
  return ok({ ascii, display: typedAscii ? ascii : displayForm(trimmed) });
}

/** UTS 46 ToASCII by the host parser of the URL standard, the one IDNA that the language brings along. */
function toAscii(text: string): string | null {
  if (/^[a-z0-9.-]*$/i.test(text) && !/(^|\.)xn--/i.test(text)) return text.toLowerCase();
  // A scheme that the URL standard calls special: only those have their host processed.
  const url = URL.canParse(`https://${text}/`) ? new URL(`https://${text}/`) : null;
  return url === null || url.port !== '' || url.pathname !== '/' ? null : url.hostname;
}

/** Programs read a name whose last part is a number, hexadecimal too, as an IPv4 address (URL standard, RFC 1123). */
function endsLikeIpv4(ascii: string): boolean {
  return /(^|\.)(\d+|0x[0-9a-f]*)\.?$/.test(ascii);
}

function displayForm(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u3002\uff0e\uff61]/g, '.')
    .replace(/\.$/, '');
}

function tooLong(noun: string): string {
  return `A ${noun} can be at most ${maxNameCharacters} characters long.`;
}

function isIpAddress(noun: string, example: string): string {
  return `Enter a ${noun} such as ${example}, not an IP address.`;
}

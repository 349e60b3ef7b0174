import { blockedPorts } from './blocked-ports.ts';
import { formatServerAddress, parseServerAddress, type ServerAddress } from './dns/server-address.ts';
import { parseCidr, parseIpAddress } from './model/ip-address.ts';
import { err, ok, type Result } from './model/result.ts';

/*
 * One reader for each kind of value in the environment. An error completes the sentence "NAME …", says what is wrong
 * and shows a right value; it never repeats a value that may hold a password.
 */

function readUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** A postgresql:// URL. */
export function readDatabaseUrl(text: string): Result<string> {
  const url = readUrl(text);
  const hasHost = url !== null && (url.hostname !== '' || url.searchParams.has('host'));
  if (!hasHost || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    return err('must be a Postgres URL such as postgresql://user:password@host:5432/latchwatch');
  }
  return ok(text);
}

/** The origin that people type: http or https, without a path. */
export function readPublicUrl(text: string): Result<URL> {
  const url = readUrl(text);
  const isOrigin = url !== null && `${url.pathname}${url.search}${url.hash}${url.username}` === '/';
  if (!isOrigin || !['http:', 'https:'].includes(url.protocol)) {
    return err('must be an http or https address without a path, such as https://latchwatch.example.com');
  }
  return ok(url);
}

/** An http or https address that is called as it is. */
export function readOutsideUrl(text: string): Result<URL> {
  const url = readUrl(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') {
    return err('must be an http or https address without a login, such as https://hc-ping.com/your-uuid');
  }
  return ok(url);
}

/** smtp:// or smtps:// URL of a relay. */
export function readSmtpUrl(text: string): Result<string> {
  const url = readUrl(text);
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    return err('must be the URL of a mail relay such as smtp://relay.example.com:587 or smtps://user:password@host');
  }
  if (!isPercentEncoded(url.username) || !isPercentEncoded(url.password)) {
    return err('has a % in its user or password that begins no encoded character: write a % itself as %25');
  }
  return ok(text);
}

/** Relays in the order to try them. A comma in a password stays: only one before another URL separates. */
export function readSmtpUrls(text: string): Result<readonly string[]> {
  const urls = text.split(/,\s*(?=smtps?:\/\/)/i).map((url) => url.trim());
  for (const url of urls) {
    const read = readSmtpUrl(url);
    if (!read.ok) return read;
  }
  return ok(urls);
}

function isPercentEncoded(text: string): boolean {
  try {
    return decodeURIComponent(text).length <= text.length;
  } catch {
    return false;
  }
}

/** Any port. */
export function readAnyPort(text: string): Result<number> {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port < 1 || port > 65535 ? err('must be a port number from 1 to 65535') : ok(port);
}

/** A port that browsers open. */
export function readPort(text: string): Result<number> {
  const port = readAnyPort(text);
  return port.ok && blockedPorts.has(port.value)
    ? err(`must be a port that browsers open, and they refuse ${port.value}`)
    : port;
}

/** An address or a name of this machine to listen on. */
export function readHost(text: string): Result<string> {
  const isName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(text);
  const isAddress = parseIpAddress(text).ok;
  // Four numbers that are no address are no name either.
  return isAddress || (isName && !/^[\d.]+$/.test(text))
    ? ok(text)
    : err('must be an address of this machine to listen on, such as 127.0.0.1, or 0.0.0.0 for all');
}

export function readSecret(text: string): Result<string> {
  return text.length >= 32 ? ok(text) : err('must have at least 32 characters; make one with: openssl rand -base64 36');
}

/** An address with an optional port, 53 by default; the result always has a port, IPv6 in brackets. */
export function readResolver(text: string): Result<string> {
  const server = parseServerAddress(text);
  return server.ok
    ? ok(formatServerAddress(server.value))
    : err('must be the address of a DNS resolver such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53');
}

const maxCanaries = 16;

/** Comma-separated `address:port`; the port has to be there, since these are servers of any kind. */
export function readCanaries(text: string): Result<readonly ServerAddress[]> {
  const items = listItems(text);
  if (items.length > maxCanaries) return err(`names more than ${String(maxCanaries)} servers`);
  const servers = items.flatMap((item) => {
    const server = /:\d+$/.test(item) && !/^[^[]*:[^:]*:/.test(item) ? parseServerAddress(item) : null;
    return server?.ok === true ? [server.value] : [];
  });
  if (servers.length === items.length) return ok(servers);
  return err('must be addresses with ports separated by commas, such as 192.0.2.10:443,[2001:db8::10]:443');
}

/** A path; whether the file can be read is for the caller that may look. */
export function readPath(text: string): Result<string> {
  return /[\u0000-\u001f\u007f]/.test(text) ? err('must be a path without control characters') : ok(text);
}

function listItems(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Comma-separated paths. */
export function readPaths(text: string): Result<readonly string[]> {
  const path = readPath(text);
  return path.ok ? ok(listItems(text)) : path;
}

/** Comma-separated address blocks; an address alone is a block of one. */
export function readAddressBlocks(text: string): Result<readonly string[]> {
  const items = listItems(text);
  for (const item of items) {
    const block = parseCidr(item);
    if (!block.ok) return err(`is a comma-separated list of address blocks, and ${block.error}`);
  }
  return ok(items);
}

const addressPattern = /^[^\s@<>(),;:"\\]+@[^\s@<>(),;:"\\]+$/;

/** `name@host`, or `Display Name <name@host>`. */
export function readMailAddress(text: string): Result<string> {
  const address = /^[^<>"\r\n]*<([^<>]+)>$/.exec(text)?.[1] ?? text;
  return addressPattern.test(address) ? ok(text) : err('must be a mail address such as latchwatch@example.com');
}

/** Comma-separated `name@host`. */
export function readMailAddresses(text: string): Result<readonly string[]> {
  const items = listItems(text);
  return items.every((item) => addressPattern.test(item))
    ? ok(items)
    : err('must be mail addresses separated by commas, such as postmaster@example.com,oncall@example.com');
}

const unitSeconds: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 };
const minSeconds = 10;
const maxSeconds = 24 * 3600;

/** `90`, `90s`, `5m`, `1h` as seconds, from 10 seconds to a day. */
export function readInterval(text: string): Result<number> {
  const parts = /^(\d{1,6})([smh]?)$/.exec(text);
  const unit = unitSeconds[parts?.[2] ?? ''] ?? 1;
  const seconds = parts === null ? 0 : Number(parts[1]) * unit;
  return seconds >= minSeconds && seconds <= maxSeconds
    ? ok(seconds)
    : err('must be a time from 10s to 24h, such as 30s, 5m or 1h');
}

const unitDays: Readonly<Record<string, number>> = { d: 1, w: 7 };
const minDays = 7;
const maxDays = 36_500;

/** Whole days that history is kept. */
export function readRetention(text: string): Result<number> {
  const parts = /^(\d{1,6})([dw])$/.exec(text);
  const days = parts === null ? 0 : Number(parts[1]) * (unitDays[parts[2] ?? ''] ?? 0);
  return days >= minDays && days <= maxDays
    ? ok(days)
    : err('must be a time from 7d to 36500d in days or weeks, such as 400d or 26w');
}

export function readVantage(text: string): Result<string> {
  return /^[a-z0-9][a-z0-9._-]{0,62}$/i.test(text)
    ? ok(text)
    : err('must be a short name of letters, digits, dots, dashes and underscores, such as vienna-1');
}

const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'];

/** The issuer of an OpenID Connect provider (OpenID Connect Discovery 1.0 section 2): https, or this machine. */
export function readIssuer(text: string): Result<string> {
  const url = readUrl(text);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopbackHosts.includes(url.hostname));
  return isSafe && `${url.search}${url.hash}${url.username}${url.password}` === ''
    ? ok(text)
    : err('must be the https address of an OpenID Connect provider, such as https://login.example.com/realms/mail');
}

/** Text of one line. */
export function readWord(text: string): Result<string> {
  return /^[^\p{Cc}]{1,500}$/u.test(text) ? ok(text) : err('must be one line of at most 500 characters');
}

import { parseHostName } from '../model/domain-name.ts';
import type { Service } from '../model/endpoint.ts';
import { formatIpAddress, parseIpAddress } from '../model/ip-address.ts';
import type { ReportedClient } from '../model/report.ts';
import { err, ok, type Result } from '../model/result.ts';

/*
 * What the fields of a report may hold, whatever its format. An error is one sentence for the person who runs the sender,
 * and never repeats the value: it may be an address of a customer, and errors are kept.
 */

const maxNameCharacters = 64;
const maxVersionCharacters = 32;
const maxUserCharacters = 320;
const maxPort = 65_535;
export const maxSessionCharacters = 128;

const minuteMs = 60_000;
const dayMs = 86_400_000;
const maxFutureMs = 5 * minuteMs;
const maxAgeMs = 400 * dayMs;

/** C0, C1, and halves of characters: what no name has. */
const unprintable = /[\u0000-\u001f\u007f-\u009f\ud800-\udfff]/u;
const everyUnprintable = new RegExp(unprintable, 'gu');

/** Reads text without control characters of at most `max` characters. */
export function readText(value: unknown, max: number): Result<string> {
  if (typeof value !== 'string') return err('Must be text.');
  if (value.length > max) return err(`Has ${String(value.length)} characters; at most ${String(max)} are taken.`);
  return unprintable.test(value) ? err('Has control characters.') : ok(value);
}

/** Reads a user name. */
export function readUser(value: unknown): Result<string> {
  const text = readText(value, maxUserCharacters);
  return text.ok && text.value === '' ? err('Is empty.') : text;
}

/** What a mail client calls itself: control characters become `?`, long text is cut; null where it told nothing. */
export function clientOf(name: string | null, version: string | null): ReportedClient | null {
  const client = { name: clean(name, maxNameCharacters), version: clean(version, maxVersionCharacters) };
  return client.name === '' && client.version === '' ? null : client;
}

function clean(text: string | null, max: number): string {
  if (text === null) return '';
  const cut = text.length > max ? text.slice(0, max).replace(/[\ud800-\udbff]$/, '') : text;
  return (unprintable.test(cut) ? cut.replace(everyUnprintable, '?') : cut).trim();
}

const serviceNames: Readonly<Record<string, Service>> = {
  imap: 'imap',
  imaps: 'imap',
  pop: 'pop3',
  pop3: 'pop3',
  pop3s: 'pop3',
  smtp: 'smtp',
  submission: 'submission',
  submissions: 'submission',
  smtps: 'submission',
  sieve: 'sieve',
  managesieve: 'sieve',
};

/** The service that a sender names; null for another one. */
export function serviceOf(name: string): Service | null {
  return Object.hasOwn(serviceNames, name) ? (serviceNames[name] ?? null) : null;
}

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** Reads a time of RFC 3339 into milliseconds since the epoch: at most 5 minutes ahead of `now`, 400 days behind it. */
export function readTime(value: unknown, now: number): Result<number> {
  if (typeof value !== 'string' || !rfc3339.test(value)) {
    return err('Must be a time as in 2026-11-25T10:00:00Z (RFC 3339).');
  }
  const time = Date.parse(value.replace(' ', 'T').toUpperCase());
  return Number.isNaN(time) ? err('There is no such time.') : checkTime(time, now);
}

/** The same limits for a time that is already a number. */
export function checkTime(time: number, now: number): Result<number> {
  if (time > now + maxFutureMs) return err('Is in the future: look at the clock of the sender.');
  return time < now - maxAgeMs ? err('Is more than 400 days ago.') : ok(time);
}

const plainHost = /^(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*\.[a-z-][a-z0-9-]{0,62}$/;

/** Reads the name of a server into A-label form. */
export function readHost(value: unknown): Result<string> {
  if (typeof value !== 'string') return err('Must be text.');
  const lower = value.toLowerCase();
  if (lower.length <= 253 && plainHost.test(lower) && !/-\.|\.-|-$|(?:^|\.)xn--/.test(lower)) return ok(lower);
  const host = parseHostName(value);
  return host.ok ? ok(host.value.ascii) : err('Must be the full name of a server, as in imap.example.org.');
}

/** Reads an IP address into canonical text. */
export function readAddress(value: unknown): Result<string> {
  if (typeof value !== 'string') return err('Must be text.');
  const address = parseIpAddress(value);
  if (!address.ok) return err('Must be an IP address.');
  // Of IPv4 there is one form.
  return ok(address.value.length === 4 ? value : formatIpAddress(address.value));
}

/** Reads a port: a number, or its digits. */
export function readPort(value: unknown): Result<number> {
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > maxPort) {
    return err(`Must be a port from 1 to ${String(maxPort)}.`);
  }
  return ok(port);
}

/** Reads the version of TLS in any usual spelling into that of OpenSSL: `TLSv1`, `TLSv1.2`; `none` for no TLS. */
export function readTlsVersion(value: unknown): Result<string> {
  if (typeof value === 'string') {
    if (/^none$/i.test(value)) return ok('none');
    const [, family, major, minor] = /^(?:(tls|ssl)[ _]?v?)?([1-3])(?:\.([0-3]))?$/i.exec(value) ?? [];
    if (major === '1' && !/^ssl$/i.test(family ?? '')) {
      return ok(minor === undefined || minor === '0' ? 'TLSv1' : `TLSv1.${minor}`);
    }
    if (/^ssl$/i.test(family ?? '') && (major === '2' || major === '3')) return ok(`SSLv${major}`);
  }
  return err('Must be a version of TLS, as in TLSv1.2, or none.');
}

/** Names of OpenSSL, GnuTLS and IANA, and the four hexadecimal digits of draft section 6. */
const cipherName = /^[A-Za-z0-9][A-Za-z0-9_:+.-]{0,79}$/;

/** Reads the name of a cipher suite. */
export function readCipher(value: unknown): Result<string> {
  return typeof value === 'string' && cipherName.test(value) ? ok(value) : err('Must be the name of a cipher suite.');
}

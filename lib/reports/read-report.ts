import { isRecord } from '../drift/generic-difference.ts';
import type { Report, ReportedAccount, ReportedClient, ReportedServer, ReportedTls } from '../model/report.ts';
import { err, ok, type Result } from '../model/result.ts';
import {
  clientOf,
  maxSessionCharacters,
  readAddress,
  readCipher,
  readHost,
  readPort,
  readText,
  readTime,
  readTlsVersion,
  readUser,
  serviceOf,
} from './report-fields.ts';
import { readLatches } from './tag-list.ts';

/** What is wrong with an item. */
export interface FieldError {
  /** JSON pointer (RFC 6901) within the item; '' is the item as a whole. */
  readonly pointer: string;
  /** One sentence, which never repeats the value. */
  readonly detail: string;
}

export interface ReportDefaults {
  /** Milliseconds since the epoch: what is in the future, and what is too old. */
  readonly now: number;
}

export interface IdentifiedReport {
  /** Names the event, so that it counts once however often it is sent; null: the sender gave none. */
  readonly id: string | null;
  readonly report: Report;
}

type Item = Readonly<Record<string, unknown>>;

const maxIdCharacters = 128;
const maxStrangeNameCharacters = 1024;
const pseudonym = /^[0-9a-f]{32}$/i;

/**
 * Reads one item of `POST /ingest/v1/reports`. Fields that it does not know are ignored; null is like not there. Written
 * by hand and not with a schema, because a busy site sends tens of thousands a second.
 */
export function readReport(item: unknown, { now }: ReportDefaults): Result<IdentifiedReport, FieldError> {
  if (!isRecord(item)) return fail('', 'Must be a JSON object.');
  const id = optional(item, 'id', (value) => readText(value, maxIdCharacters));
  if (!id.ok) return id;
  const observedAt = readTime(item['observed_at'], now);
  if (!observedAt.ok) return fail('/observed_at', observedAt.error);
  const service = typeof item['protocol'] === 'string' ? serviceOf(item['protocol']) : null;
  if (service === null) return fail('/protocol', 'Must be imap, pop3, submission, smtp or sieve.');
  const server = readServer(item);
  if (!server.ok) return server;
  const account = readAccount(item);
  if (!account.ok) return account;
  const client = readClient(item);
  if (!client.ok) return client;
  const latches = readLatches((name) => item[name] ?? undefined);
  if (!latches.ok) {
    const { field, index, detail } = latches.error;
    return fail(index === null ? `/${field}` : `/${field}/${String(index)}`, detail);
  }
  const tls = readTls(item);
  if (!tls.ok) return tls;
  const clientAddress = optional(item, 'client_address', readAddress);
  if (!clientAddress.ok) return clientAddress;
  const session = optional(item, 'session', (value) => readText(value, maxSessionCharacters));
  if (!session.ok) return session;
  const proxied = optional(item, 'proxied', readBoolean);
  if (!proxied.ok) return proxied;
  const isLogin = optional(item, 'login', readBoolean);
  if (!isLogin.ok) return isLogin;
  return ok({
    id: id.value,
    report: {
      observedAt: observedAt.value,
      service,
      server: server.value,
      account: account.value,
      client: client.value,
      clientAddress: clientAddress.value,
      session: session.value,
      isLogin: account.value.kind !== 'none' && (isLogin.value ?? true),
      latches: latches.value,
      tls: tls.value,
      proxied: proxied.value ?? false,
      proxyTold: proxied.value === true && tls.value !== null,
    },
  });
}

function fail(pointer: string, detail: string): { readonly ok: false; readonly error: FieldError } {
  return err({ pointer, detail });
}

/** A field that may be missing or null. */
function optional<T>(item: Item, field: string, read: (value: unknown) => Result<T>): Result<T | null, FieldError> {
  const value = item[field];
  if (value === undefined || value === null) return ok(null);
  const result = read(value);
  return result.ok ? result : fail(`/${field}`, result.error);
}

function readServer(item: Item): Result<ReportedServer, FieldError> {
  const host = optional(item, 'server_host', readHost);
  if (!host.ok) return host;
  const address = optional(item, 'server_address', readAddress);
  if (!address.ok) return address;
  if (host.value === null && address.value === null) return fail('/server_host', 'Name the server, or its address.');
  const port = optional(item, 'port', readPort);
  return port.ok ? ok({ host: host.value, address: address.value, port: port.value }) : port;
}

/** `client_key` is a pseudonym that the sender made, `user` the name that one is made of here. */
function readAccount(item: Item): Result<ReportedAccount, FieldError> {
  const key = optional(item, 'client_key', readPseudonym);
  if (!key.ok) return key;
  const previous = optional(item, 'client_key_previous', readPseudonym);
  if (!previous.ok) return previous;
  const user = optional(item, 'user', readUser);
  if (!user.ok) return user;
  if (key.value !== null) {
    if (user.value !== null) return fail('/user', 'Send client_key or user, not both.');
    return ok({ kind: 'pseudonym', pseudonym: key.value, previous: previous.value });
  }
  return ok(user.value === null ? { kind: 'none' } : { kind: 'name', name: user.value });
}

function readPseudonym(value: unknown): Result<string> {
  return typeof value === 'string' && pseudonym.test(value)
    ? ok(value.toLowerCase())
    : err('Must be 32 hexadecimal digits.');
}

/** Long names are cut, since clients write them and not the sender; control characters are refused. */
function readClient(item: Item): Result<ReportedClient | null, FieldError> {
  const name = optional(item, 'name', readClientText);
  if (!name.ok) return name;
  const version = optional(item, 'version', readClientText);
  return version.ok ? ok(clientOf(name.value, version.value)) : version;
}

function readClientText(value: unknown): Result<string> {
  return readText(value, maxStrangeNameCharacters);
}

/** `tls` is the cipher suite (draft section 6), or false for a session without TLS. */
function readTls(item: Item): Result<ReportedTls | null, FieldError> {
  const version = optional(item, 'tls_version', readTlsVersion);
  if (!version.ok) return version;
  const { tls } = item;
  if (tls === false || (typeof tls === 'string' && /^none$/i.test(tls))) return ok({ version: 'none', cipher: null });
  const cipher = tls === true ? ok(null) : optional(item, 'tls', readCipher);
  if (!cipher.ok) return cipher;
  const told = tls === true || version.value !== null || cipher.value !== null;
  return ok(told ? { version: version.value, cipher: cipher.value } : null);
}

function readBoolean(value: unknown): Result<boolean> {
  return typeof value === 'boolean' ? ok(value) : err('Must be true or false.');
}

import { isRecord } from '../drift/generic-difference.ts';
import { readIdentityList } from '../mail/identity.ts';
import type { ReportedAccount, ReportedTls } from '../model/report.ts';
import { err, ok, type Result } from '../model/result.ts';
import { readClientParameters, type ClientParameters } from './client-parameters.ts';
import type { FieldError, IdentifiedReport, ReportDefaults } from './read-report.ts';
import {
  checkTime,
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

type Fields = Readonly<Record<string, unknown>>;

const parameterPrefix = 'id_param_';

/** Whether an item is an event as Dovecot exports it, whatever the event. */
export function isDovecotEvent(item: unknown): item is Fields {
  return isRecord(item) && typeof item['event'] === 'string' && isRecord(item['fields']);
}

/**
 * Reads an event that Dovecot exports as JSON (`event_exporter` with `format = json`). Of 2.3:
 * `auth_client_request_finished`, a login with what the client said before it, if `imap_id_retain` is set;
 * `imap_command_finished` of ID. Of 2.4: those and `imap_id_received`. The id is session, time and event, since Dovecot
 * sends an event twice that two metrics match. Parameters that the client made up without sense cost the line.
 */
export function readDovecotEvent(item: Fields, { now }: ReportDefaults): Result<IdentifiedReport, FieldError> {
  const { event, fields } = item;
  if (typeof event !== 'string' || !isRecord(fields)) return fail('/event', 'Is not an event of Dovecot.');
  const kind = kindOf(event, fields);
  if (kind === null) return fail('/event', 'This event says nothing of a client.');
  const observedAt = readEventTime(item['end_time'], now);
  if (!observedAt.ok) return fail('/end_time', observedAt.error);
  const service = kind === 'login' ? serviceOf(textOf(fields, 'service', 'protocol')) : 'imap';
  if (service === null) return fail('/fields/service', 'Is not a mail service that is watched.');
  const told = readParameters(kind, fields);
  if (!told.ok) return told;
  const user = textOf(fields, 'user') === '' ? null : readUser(fields['user']);
  if (user !== null && !user.ok) return fail('/fields/user', user.error);
  const session = readText(textOf(fields, 'session'), maxSessionCharacters);
  if (!session.ok) return fail('/fields/session', session.error);
  const [host, address, clientAddress, port] = [
    readHost(fields['local_name']),
    readAddress(fields['local_ip']),
    readAddress(fields['remote_ip']),
    readPort(fields['local_port']),
  ];
  const isLoggedIn = user !== null && textOf(fields, 'error') === '' && !(kind === 'identity' && isBeforeLogin(item));
  const account: ReportedAccount = isLoggedIn ? { kind: 'name', name: user.value } : { kind: 'none' };
  const { client, latches, proxied, proxyCipher } = told.value;
  return ok({
    id: session.value === '' ? null : `${session.value} ${String(observedAt.value)} ${event}`.slice(0, maxIdCharacters),
    report: {
      observedAt: observedAt.value,
      service,
      server: {
        host: host.ok ? host.value : null,
        address: address.ok ? address.value : null,
        port: port.ok ? port.value : null,
      },
      account,
      client,
      clientAddress: clientAddress.ok ? clientAddress.value : null,
      session: session.value === '' ? null : session.value,
      isLogin: isLoggedIn && kind === 'login',
      latches,
      tls: proxyCipher === null ? readTls(fields) : { version: null, cipher: proxyCipher },
      proxied,
      proxyTold: proxyCipher !== null,
    },
  });
}

const maxIdCharacters = 256;

/** `time-rfc3339` or `time-unix`, which is seconds. */
function readEventTime(value: unknown, now: number): Result<number> {
  return typeof value === 'number' ? checkTime(Math.round(value * 1000), now) : readTime(value, now);
}

/** The process that talks to clients before their login; a user there is one that a client only tried. */
function isBeforeLogin({ categories }: Fields): boolean {
  return Array.isArray(categories) && categories.includes('service:imap-login');
}

type EventKind = 'login' | 'command' | 'identity';

function kindOf(event: string, fields: Fields): EventKind | null {
  switch (event) {
    case 'auth_client_request_finished':
      return 'login';
    case 'imap_command_finished':
      return textOf(fields, 'cmd_name').toUpperCase() === 'ID' ? 'command' : null;
    case 'imap_id_received':
      return 'identity';
    default:
      return null;
  }
}

function readParameters(kind: EventKind, fields: Fields): Result<ClientParameters, FieldError> {
  const field = kind === 'login' ? 'client_id' : 'cmd_args';
  const parameters = kind === 'identity' ? parameterFields(fields) : listed(kind, textOf(fields, field));
  if (parameters === null) return fail(`/fields/${field}`, 'Is not the list of an ID command.');
  const read = readClientParameters(parameters);
  if (read.ok) return read;
  const at = kind === 'identity' ? `${parameterPrefix}${read.error.field}` : field;
  return fail(`/fields/${at}`, read.error.detail);
}

/** What 2.4 has taken apart already. */
function parameterFields(fields: Fields): ReadonlyMap<string, string | null> {
  const parameters = new Map<string, string | null>();
  for (const [key, value] of Object.entries(fields)) {
    if (key.startsWith(parameterPrefix) && typeof value === 'string') {
      parameters.set(key.slice(parameterPrefix.length).toLowerCase(), value);
    }
  }
  return parameters;
}

/** `client_id` is what stands within the parentheses of the command, `cmd_args` has them. */
function listed(kind: EventKind, text: string): ReadonlyMap<string, string | null> | null {
  if (text === '') return new Map();
  const list = readIdentityList(kind === 'login' ? `(${text})` : text);
  return list === null ? null : new Map(list.map(([key, value]) => [key.toLowerCase(), value]));
}

/** A field that older releases do not have is not told; `insecure` is a session without TLS. */
function readTls(fields: Fields): ReportedTls | null {
  const version = readTlsVersion(fields['tls_protocol']);
  const cipher = readCipher(fields['tls_cipher']);
  const transport = textOf(fields, 'transport').toLowerCase();
  if (version.ok || cipher.ok || transport === 'tls') {
    return { version: version.ok ? version.value : null, cipher: cipher.ok ? cipher.value : null };
  }
  return transport === 'insecure' ? { version: 'none', cipher: null } : null;
}

/** The first of the fields that is text; '' where none is. */
function textOf(fields: Fields, ...names: readonly string[]): string {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string') return value;
  }
  return '';
}

function fail(pointer: string, detail: string): { readonly ok: false; readonly error: FieldError } {
  return err({ pointer, detail });
}

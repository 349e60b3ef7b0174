import type { Service } from '../model/endpoint.ts';
import type { ReportedTls } from '../model/report.ts';
import { err, ok, type Result } from '../model/result.ts';
import { noParameters, readClientParameters, type ClientParameters } from './client-parameters.ts';
import {
  maxSessionCharacters,
  readAddress,
  readCipher,
  readHost,
  readPort,
  readText,
  readTlsVersion,
  readUser,
} from './report-fields.ts';

/*
 * Dovecot writes the parameters of ID into the log as they come: what separates them is not escaped, so that a client can
 * write anything there, a whole end of a line too. What Dovecot itself says stands to the right of them.
 */

/** What Dovecot says of the connection. */
export interface DovecotConnection {
  readonly clientAddress: string | null;
  readonly serverHost: string | null;
  readonly serverAddress: string | null;
  readonly serverPort: number | null;
  readonly session: string | null;
  readonly tls: ReportedTls | null;
}

export type DovecotLine =
  | {
      readonly kind: 'login';
      readonly service: Service;
      readonly user: string;
      readonly connection: DovecotConnection;
    }
  | {
      readonly kind: 'identity-before-login';
      readonly told: ClientParameters;
      readonly connection: DovecotConnection;
    }
  /** The line names the session only, whose connection an earlier line has. */
  | {
      readonly kind: 'identity-after-login';
      readonly told: ClientParameters;
      readonly user: string;
      readonly session: string | null;
    };

const loginProcesses: Readonly<Record<string, Service>> = {
  imap: 'imap',
  pop3: 'pop3',
  submission: 'submission',
  managesieve: 'sieve',
};

const beforeLogin = /^(imap|pop3|submission|managesieve)-login: (?:Info: )?(ID sent|Login): /;
const afterLogin = /^imap\(([^()<>\s]{1,320})\)(?:<\d{1,10}>)?(?:<([^<>\s]{1,128})>)?: (?:Info: )?ID sent: /;

/**
 * Reads a message of Dovecot 2.3: `ID sent:` before and after login (`imap_id_log = *`), and `Login:`. Null for every
 * other message. The error is one sentence about tags that are none.
 */
export function readDovecotMessage(message: string): Result<DovecotLine | null> {
  const before = beforeLogin.exec(message);
  if (before !== null) {
    const [start, process = '', what] = before;
    const rest = message.slice(start.length);
    return what === 'Login' ? ok(readLogin(rest, loginProcesses[process])) : readEarlyIdentity(rest);
  }
  const after = afterLogin.exec(message);
  if (after === null) return ok(null);
  const [start, user = '', session] = after;
  const told = readLoggedParameters(message.slice(start.length));
  if (!told.ok) return told;
  return ok({ kind: 'identity-after-login', told: told.value, user, session: session ?? null });
}

function readLogin(rest: string, service: Service | undefined): DovecotLine | null {
  const elements = readElements(rest);
  const user = readUser(elements?.get('user'));
  if (service === undefined || elements === null || !user.ok) return null;
  return { kind: 'login', service, user: user.value, connection: connectionOf(elements) };
}

const tailStart = ': user=<';

function readEarlyIdentity(rest: string): Result<DovecotLine | null> {
  // The last place: what Dovecot adds stands after everything that the client wrote.
  const at = rest.lastIndexOf(tailStart);
  const elements = at === -1 ? null : readElements(rest.slice(at + 2));
  if (elements === null) return ok(null);
  const told = readLoggedParameters(rest.slice(0, at));
  if (!told.ok) return told;
  return ok({ kind: 'identity-before-login', told: told.value, connection: connectionOf(elements) });
}

/**
 * Elements of `login_log_format_elements`, in any order: `key=value`, `key=<value>` or one word. Null where a key comes
 * twice or a bracket is out of place: then somebody wrote into it.
 */
function readElements(text: string): ReadonlyMap<string, string> | null {
  const elements = new Map<string, string>();
  for (const part of text.split(', ')) {
    const [, key, bracketed, plain] = /^([A-Za-z_-]{1,32})=(?:<([^<>]*)>|([^<>]*))$/.exec(part) ?? [];
    const name = key ?? part;
    if (elements.has(name) || (key === undefined && /[<>]/.test(part))) return null;
    elements.set(name, bracketed ?? plain ?? '');
  }
  return elements;
}

function connectionOf(elements: ReadonlyMap<string, string>): DovecotConnection {
  const value = <T>(name: string, read: (text: string) => Result<T>): T | null => {
    const text = elements.get(name);
    const result = text === undefined || text === '' ? err('') : read(text);
    return result.ok ? result.value : null;
  };
  return {
    clientAddress: value('rip', readAddress),
    serverHost: value('local_name', readHost),
    serverAddress: value('lip', readAddress),
    serverPort: value('lport', readPort),
    session: value('session', (text) => readText(text, maxSessionCharacters)),
    tls: tlsOf(elements),
  };
}

/** `%c` is `TLS`, `secured` where somebody else takes care of it, or nothing; `%k` has version and suite. */
function tlsOf(elements: ReadonlyMap<string, string>): ReportedTls | null {
  const [, versionText, cipherText] = /^(\S+) with cipher (\S+)/.exec(elements.get('tls') ?? '') ?? [];
  const version = readTlsVersion(versionText);
  const cipher = readCipher(cipherText);
  if (version.ok) return { version: version.value, cipher: cipher.ok ? cipher.value : null };
  if (elements.has('TLS')) return { version: null, cipher: null };
  return elements.has('secured') ? null : { version: 'none', cipher: null };
}

/**
 * Takes apart what stands after `ID sent: `. A text that can be read in two ways (a name twice, or what looks like the end
 * of a line) says nothing.
 */
function readLoggedParameters(text: string): Result<ClientParameters> {
  const parameters = new Map<string, string>();
  let last: string | null = null;
  for (const part of text.split(', ')) {
    const [, name, value] = /^([A-Za-z][A-Za-z0-9_.-]{0,29})=(.*)$/s.exec(part) ?? [];
    if (name !== undefined && value !== undefined) {
      last = name.toLowerCase();
      if (parameters.has(last)) return ok(noParameters);
      parameters.set(last, value);
    } else if (last === null) {
      return ok(noParameters);
    } else {
      parameters.set(last, `${parameters.get(last) ?? ''}, ${part}`);
    }
  }
  if (text.includes(tailStart)) return ok(noParameters);
  const read = readClientParameters(parameters);
  return read.ok ? read : err(`In ${read.error.field}: ${read.error.detail}`);
}

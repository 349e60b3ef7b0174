import type { ReportedTls } from '../model/report.ts';
import { err, ok, type Result } from '../model/result.ts';
import { readClientParameters, type ClientParameters } from './client-parameters.ts';
import { readAddress, readCipher, readTlsVersion, readUser } from './report-fields.ts';

/** What a line of Postfix's smtpd says. */
export type PostfixLine =
  | { readonly kind: 'connect'; readonly clientAddress: string | null }
  | { readonly kind: 'tls'; readonly clientAddress: string | null; readonly tls: ReportedTls }
  | { readonly kind: 'client'; readonly clientAddress: string | null; readonly told: ClientParameters }
  | { readonly kind: 'login'; readonly clientAddress: string | null; readonly user: string }
  | { readonly kind: 'disconnect'; readonly clientAddress: string | null };

/** Name and address of a client; Postfix allows only letters, digits, dots, hyphens and underscores in the name. */
const peer = String.raw`[\w.:-]{1,255}\[([^\]\s]{1,64})\](?::\d{1,5})?`;
const connect = new RegExp(`^connect from ${peer}$`);
const tls = new RegExp(
  String.raw`^(?:Anonymous|Untrusted|Trusted|Verified) TLS connection established from ${peer}: (\S{1,16}) with cipher (\S{1,80})`,
);
const replaced = new RegExp(String.raw`^${peer}: replacing command "(CLIENT .*)" with "[^"]*"$`, 'i');
const login = new RegExp(String.raw`^[A-Za-z0-9]{1,32}: client=${peer}, (?:.*, )?sasl_username=([^,\s]{1,320})(?:,|$)`);
const disconnect = new RegExp(String.raw`^disconnect from ${peer}(?: [a-z]+=[\d/]+)*$`);

/**
 * Reads a message of smtpd: what `smtpd_tls_loglevel = 1` and `smtpd_command_filter` log, and the login that stands in the
 * line of a message. Null for every other one. The error is one sentence about tags that are none.
 */
export function readPostfixMessage(message: string): Result<PostfixLine | null> {
  if (message.startsWith('connect from ')) {
    const match = connect.exec(message);
    return ok(match === null ? null : { kind: 'connect', clientAddress: addressOf(match[1]) });
  }
  if (message.startsWith('disconnect from ')) {
    const match = disconnect.exec(message);
    return ok(match === null ? null : { kind: 'disconnect', clientAddress: addressOf(match[1]) });
  }
  const [, tlsAddress, version, cipher] = tls.exec(message) ?? [];
  const tlsVersion = readTlsVersion(version);
  if (tlsVersion.ok) {
    const suite = readCipher(cipher);
    const facts = { version: tlsVersion.value, cipher: suite.ok ? suite.value : null };
    return ok({ kind: 'tls', clientAddress: addressOf(tlsAddress), tls: facts });
  }
  const [, commandAddress, command] = replaced.exec(message) ?? [];
  if (command !== undefined) return readCommand(command, addressOf(commandAddress));
  const [, loginAddress, name] = login.exec(message) ?? [];
  const user = readUser(name);
  return ok(user.ok ? { kind: 'login', clientAddress: addressOf(loginAddress), user: user.value } : null);
}

function addressOf(text: string | undefined): string | null {
  const address = readAddress(text);
  return address.ok ? address.value : null;
}

/** CLIENT of draft section 7.3: parameters that spaces separate. A name that comes twice says nothing certain. */
function readCommand(command: string, clientAddress: string | null): Result<PostfixLine | null> {
  const parameters = new Map<string, string>();
  for (const word of command.trim().split(/ +/).slice(1)) {
    const [, name, value] = /^([A-Za-z0-9][A-Za-z0-9-]{0,63})=([!-<>-~]+)$/.exec(word) ?? [];
    if (name === undefined || value === undefined || parameters.has(name.toLowerCase())) return ok(null);
    parameters.set(name.toLowerCase(), value);
  }
  const told = readClientParameters(parameters);
  if (!told.ok) return err(`In ${told.error.field}: ${told.error.detail}`);
  return ok({ kind: 'client', clientAddress, told: told.value });
}

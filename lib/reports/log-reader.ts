import type { Service } from '../model/endpoint.ts';
import type { Report } from '../model/report.ts';
import { noParameters, type ClientParameters } from './client-parameters.ts';
import { readDovecotMessage, type DovecotConnection } from './dovecot-log.ts';
import { readLogLine, type LogClock, type LogLine } from './log-line.ts';
import { readPostfixMessage } from './postfix-log.ts';
import type { FieldError, IdentifiedReport } from './read-report.ts';
import { RecentMap } from './recent-map.ts';
import { checkTime, readHost } from './report-fields.ts';
import { followConnection, newConnection, type SmtpConnection } from './smtp-connection.ts';

export type LogOutcome =
  /** A line of something else, as most are. */
  | { readonly kind: 'nothing' }
  | ({ readonly kind: 'report' } & IdentifiedReport)
  | ({ readonly kind: 'rejected' } & FieldError);

/** Reads lines one after another: what one says of a connection helps to read the next. */
export type LogReader = (text: string, clock: LogClock) => LogOutcome;

export interface LogReaderOptions {
  /** Name of the mail server, for programs that log neither the name nor the address that the client asked for. */
  readonly host: string | null;
}

const unknownServer =
  'Postfix does not log which server it is: log with the full host name, or name one host for the source.';
const nothing: LogOutcome = { kind: 'nothing' };
const maxConnections = 50_000;

interface Memory {
  /** By session: an ID after login names nothing else. */
  readonly dovecot: RecentMap<DovecotConnection>;
  /** By host and process, of which each has one connection at a time. */
  readonly postfix: RecentMap<SmtpConnection>;
}

/**
 * A reader for one stream of log lines of Dovecot and Postfix. Of Dovecot each line that tells of a client is a report, with
 * the session by which they belong together; of Postfix what a client told is one, and the line that names the user is
 * another. Of a connection in whose middle the reader starts it knows less.
 */
export function createLogReader({ host }: LogReaderOptions): LogReader {
  const memory: Memory = { dovecot: new RecentMap(maxConnections), postfix: new RecentMap(maxConnections) };
  return (text, clock) => {
    const line = readLogLine(text, clock);
    if (line === null) return nothing;
    const isPostfix = /^postfix[\w.-]*\/(?:[\w.-]+\/)*smtpd$/.test(line.program);
    if (!isPostfix && line.program !== 'dovecot') return nothing;
    const outcome = isPostfix ? readPostfix(line, { host, memory }) : readDovecot(line, memory);
    if (outcome.kind !== 'report') return outcome;
    const time = checkTime(line.at, clock.now);
    return time.ok ? outcome : { kind: 'rejected', pointer: '', detail: `The time of the line: ${time.error}` };
  };
}

function readDovecot({ at, message }: LogLine, { dovecot }: Memory): LogOutcome {
  const read = readDovecotMessage(message);
  if (!read.ok) return { kind: 'rejected', pointer: '', detail: read.error };
  const line = read.value;
  if (line === null) return nothing;
  switch (line.kind) {
    case 'login': {
      const { session } = line.connection;
      if (session !== null) dovecot.set(session, line.connection);
      return report(at, {
        ...line,
        account: { kind: 'name', name: line.user },
        isLogin: true,
        told: noParameters,
      });
    }
    case 'identity-before-login':
      return report(at, { ...line, service: 'imap', account: { kind: 'none' }, isLogin: false });
    case 'identity-after-login': {
      if (line.session === null) return nothing;
      // Which server it was, the line of the login says: here, before a restart, or in another batch.
      const connection = dovecot.get(line.session) ?? { ...unknownConnection, session: line.session };
      return report(at, {
        ...line,
        service: 'imap',
        account: { kind: 'name', name: line.user },
        isLogin: false,
        connection: { ...connection, tls: null },
      });
    }
  }
}

const unknownConnection: DovecotConnection = {
  clientAddress: null,
  serverHost: null,
  serverAddress: null,
  serverPort: null,
  session: null,
  tls: null,
};

interface PostfixContext {
  readonly host: string | null;
  readonly memory: Memory;
}

function readPostfix(line: LogLine, { host, memory: { postfix } }: PostfixContext): LogOutcome {
  const read = readPostfixMessage(line.message);
  if (!read.ok) return { kind: 'rejected', pointer: '', detail: read.error };
  const said = read.value;
  if (said === null) return nothing;
  const process = `${line.host ?? ''} ${line.pid ?? ''}`;
  const known = said.kind === 'connect' ? null : (postfix.get(process) ?? null);
  const { next, out } = followConnection(known ?? newConnection(`smtpd ${process} ${String(line.at)}`), said);
  if (next === null) postfix.delete(process);
  else postfix.set(process, next);
  if (out === null) return nothing;
  const fromHeader = readHost(line.host);
  const serverHost = host ?? (fromHeader.ok ? fromHeader.value : null);
  if (serverHost === null) return { kind: 'rejected', pointer: '', detail: unknownServer };
  return report(line.at, {
    kind: said.kind,
    service: serviceOfProgram(line.program, out.isLogin),
    ...out,
    connection: {
      clientAddress: said.clientAddress,
      serverHost,
      serverAddress: null,
      serverPort: null,
      session: out.session,
      tls: out.tls,
    },
  });
}

/** `postfix/submissions/smtpd` in Debian's master.cf; only submission has logins. */
function serviceOfProgram(program: string, isLogin: boolean): Service {
  return isLogin || /\/(?:submissions?|smtps)\//.test(program) ? 'submission' : 'smtp';
}

interface Told extends Pick<Report, 'service' | 'account' | 'isLogin'> {
  /** Of the line: tells reports of one session and time apart. */
  readonly kind: string;
  readonly told: ClientParameters;
  readonly connection: DovecotConnection;
}

function report(observedAt: number, { kind, service, account, isLogin, told, connection }: Told): LogOutcome {
  const { session } = connection;
  return {
    kind: 'report',
    id: session === null ? null : `${session} ${String(observedAt)} ${kind}`,
    report: {
      observedAt,
      service,
      server: { host: connection.serverHost, address: connection.serverAddress, port: connection.serverPort },
      account,
      client: told.client,
      clientAddress: connection.clientAddress,
      session,
      isLogin,
      latches: told.latches,
      tls: told.proxyCipher === null ? connection.tls : { version: null, cipher: told.proxyCipher },
      proxied: told.proxied,
      proxyTold: told.proxyCipher !== null,
    },
  };
}

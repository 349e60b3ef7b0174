import type { Report, ReportedTls } from '../model/report.ts';
import { noParameters, type ClientParameters } from './client-parameters.ts';
import type { PostfixLine } from './postfix-log.ts';

/** What Postfix said of a connection so far. */
export interface SmtpConnection {
  /** Tells connections apart that one process served. */
  readonly name: string;
  /** Null: not told, as where `smtpd_tls_loglevel` is 0; a session without TLS has no line either. */
  readonly tls: ReportedTls | null;
  readonly hasLoggedIn: boolean;
  /** What the client said before its login; null: nothing, or it went out with a report. */
  readonly told: ClientParameters | null;
}

/** A connection of which nothing has been said. */
export function newConnection(name: string): SmtpConnection {
  return { name, tls: null, hasLoggedIn: false, told: null };
}

/** What a connection comes to. */
export interface SmtpReport extends Pick<Report, 'account' | 'loggedIn' | 'session' | 'tls'> {
  readonly told: ClientParameters;
}

export interface Followed {
  /** Null: the connection has ended. */
  readonly next: SmtpConnection | null;
  /** Null: the line makes no report. */
  readonly out: SmtpReport | null;
}

/** What a line changes about its connection, and the report that it makes: one a connection. */
export function followConnection(connection: SmtpConnection, said: PostfixLine): Followed {
  const { name, tls, hasLoggedIn, told } = connection;
  switch (said.kind) {
    case 'connect':
      return { next: connection, out: null };
    case 'tls':
      return { next: { ...connection, tls: said.tls }, out: null };
    case 'client':
      // After the login only to say it again; before it, the login is waited for.
      return { next: hasLoggedIn ? connection : { ...connection, told: said.told }, out: null };
    case 'login': {
      // Every message of the connection has such a line.
      if (hasLoggedIn) return { next: connection, out: null };
      const account = { kind: 'name', name: said.user } as const;
      const out = { account, loggedIn: true, session: name, tls, told: told ?? noParameters };
      return { next: { ...connection, hasLoggedIn: true, told: null }, out };
    }
    case 'disconnect': {
      if (told === null) return { next: null, out: null };
      const out: SmtpReport = { account: { kind: 'none' }, loggedIn: said.authenticated, session: name, tls, told };
      return { next: null, out };
    }
  }
}

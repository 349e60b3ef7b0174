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
}

/** A connection of which nothing has been said. */
export function newConnection(name: string): SmtpConnection {
  return { name, tls: null, hasLoggedIn: false };
}

/** What a connection comes to. */
export interface SmtpReport extends Pick<Report, 'account' | 'isLogin' | 'session' | 'tls'> {
  readonly told: ClientParameters;
}

export interface Followed {
  /** Null: the connection has ended. */
  readonly next: SmtpConnection | null;
  /** Null: the line makes no report. */
  readonly out: SmtpReport | null;
}

/**
 * What a line changes about its connection, and the report that it makes. What the client told goes out at once and the
 * login after it, as two halves of a session: nothing is held back of lines that have been acknowledged.
 */
export function followConnection(connection: SmtpConnection, said: PostfixLine): Followed {
  const { name, tls, hasLoggedIn } = connection;
  switch (said.kind) {
    case 'connect':
      return { next: connection, out: null };
    case 'tls':
      return { next: { ...connection, tls: said.tls }, out: null };
    case 'client':
      // After the login a client says it again only.
      if (hasLoggedIn) return { next: connection, out: null };
      return {
        next: connection,
        out: { account: { kind: 'none' }, isLogin: false, session: name, tls, told: said.told },
      };
    case 'login': {
      // Every message of the connection has such a line.
      if (hasLoggedIn) return { next: connection, out: null };
      const account = { kind: 'name', name: said.user } as const;
      return {
        next: { ...connection, hasLoggedIn: true },
        out: { account, isLogin: true, session: name, tls, told: noParameters },
      };
    }
    case 'disconnect':
      return { next: null, out: null };
  }
}

import { serviceTable, type EndpointTarget, type Service } from '../model/endpoint.ts';
import { isHostText } from '../model/host-text.ts';

/** How a client is told to begin: TLS first, STARTTLS, or without any TLS. */
export type PublishedSecurity = 'implicit' | 'starttls' | 'plaintext';

/** One server as a configuration document names it. Text from strangers: lower case, host without final dot. */
export interface PublishedService {
  readonly service: Extract<Service, 'imap' | 'pop3' | 'submission'>;
  readonly host: string;
  readonly port: number;
  readonly security: PublishedSecurity;
}

/** Servers of one document that are read; of more, the first ones. */
export const maxPublished = 32;

/**
 * The endpoint that a client ends up at; null where there is nothing that may be probed: no host name, or a port that is
 * not one of mail. Documents come from the web, and must not send us anywhere.
 */
export function publishedTarget({ service, host, port, security }: PublishedService): EndpointTarget | null {
  if (!isHostText(host) || !serviceTable.some((row) => row.port === port)) return null;
  return { service, tlsMode: security === 'implicit' ? 'implicit' : 'starttls', host, port };
}

/** `imap.example.org:993 (implicit TLS)`, in a form for people. */
export function showPublished({ host, port, security }: PublishedService): string {
  return `${host}:${port} (${securityWords[security]})`;
}

const securityWords: Readonly<Record<PublishedSecurity, string>> = {
  implicit: 'implicit TLS',
  starttls: 'STARTTLS',
  plaintext: 'no TLS',
};

/** A port number as documents write it; null where it is none. */
export function readPort(text: string | null): number | null {
  const port = text !== null && /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

import { parseEndpointKey } from '../model/endpoint-key.ts';
import { findServiceRow } from '../model/endpoint.ts';

/** What an exception is for, in words, e.g. `all services of mail.example.org`. */
export function describeExceptionSubject(subject: string): string {
  const [, kind, name = ''] = /^(host|domain|zone):(.+)$/.exec(subject) ?? [];
  switch (kind) {
    case 'host':
      return `all services of ${name}`;
    case 'domain':
      return `the domain ${name}`;
    case 'zone':
      return `the zone ${name}`;
    default: {
      const target = parseEndpointKey(subject);
      if (!target.ok) return subject;
      const { service, tlsMode, host, port } = target.value;
      return `${findServiceRow(service, tlsMode)?.title ?? service} at ${host}:${String(port)}`;
    }
  }
}

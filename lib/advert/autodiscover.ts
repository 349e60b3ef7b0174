import type { XmlElement } from '@rgrove/parse-xml';
import { findServiceRow } from '../model/endpoint.ts';
import { err, ok, type Result } from '../model/result.ts';
import { maxPublished, readPort, type PublishedSecurity, type PublishedService } from './published-service.ts';
import { childrenNamed, childText, localName, readXml } from './read-xml.ts';

/**
 * Reads an answer of Outlook's autodiscover ("POX"): its Protocol elements for IMAP, POP3 and SMTP. Those of Exchange
 * itself are passed over. An answer that only redirects, or tells of an error, has no servers. The error is a phrase
 * for people.
 */
export function parseAutodiscover(text: string): Result<readonly PublishedService[]> {
  const root = readXml(text);
  if (!root.ok) return root;
  if (localName(root.value) !== 'autodiscover') return err('XML, but no Autodiscover document');
  const protocols = childrenNamed(root.value, 'Response')
    .flatMap((response) => childrenNamed(response, 'Account'))
    .flatMap((account) => childrenNamed(account, 'Protocol'));
  return ok(protocols.flatMap(readProtocol).slice(0, maxPublished));
}

const kinds: Readonly<Record<string, PublishedService['service']>> = {
  imap: 'imap',
  pop3: 'pop3',
  smtp: 'submission',
};

function readProtocol(protocol: XmlElement): readonly PublishedService[] {
  const service = kinds[(childText(protocol, 'Type') ?? protocol.attributes.Type ?? '').toLowerCase()];
  const host = childText(protocol, 'Server')?.toLowerCase().replace(/\.$/, '');
  if (service === undefined || host === undefined) return [];
  const port = readPort(childText(protocol, 'Port'));
  const security = readSecurity(protocol, { service, port });
  const usual = findServiceRow(service, security === 'implicit' ? 'implicit' : 'starttls')?.port;
  const used = port ?? usual;
  return used === undefined ? [] : [{ service, host, port: used, security }];
}

/**
 * `Encryption` is newer than `SSL` and stands above it. `SSL` means any TLS, and is on where nothing is said: on the
 * usual port of STARTTLS clients begin with that.
 */
function readSecurity(
  protocol: XmlElement,
  { service, port }: { readonly service: PublishedService['service']; readonly port: number | null },
): PublishedSecurity {
  const byPort: PublishedSecurity = port === findServiceRow(service, 'starttls')?.port ? 'starttls' : 'implicit';
  switch ((childText(protocol, 'Encryption') ?? '').toLowerCase()) {
    case 'none':
      return 'plaintext';
    case 'ssl':
      return 'implicit';
    case 'tls':
      return 'starttls';
    case 'auto':
      return byPort;
    default:
      return (childText(protocol, 'SSL') ?? 'on').toLowerCase() === 'off' ? 'plaintext' : byPort;
  }
}

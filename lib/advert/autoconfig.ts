import type { XmlElement } from '@rgrove/parse-xml';
import { err, ok, type Result } from '../model/result.ts';
import { maxPublished, readPort, type PublishedSecurity, type PublishedService } from './published-service.ts';
import { childrenNamed, childText, localName, readXml } from './read-xml.ts';

/**
 * Reads a configuration document in the form that Thunderbird introduced (`clientConfig`): the incoming and outgoing
 * servers, in their order of preference. `domain` stands for the placeholder %EMAILDOMAIN%. Servers of other kinds, and
 * ones without a usable port, are passed over. The error is a phrase for people.
 */
export function parseAutoconfig(text: string, domain: string): Result<readonly PublishedService[]> {
  const root = readXml(text);
  if (!root.ok) return root;
  if (localName(root.value) !== 'clientconfig') return err('XML, but no clientConfig document');
  const servers = childrenNamed(root.value, 'emailProvider').flatMap((provider) => [
    ...childrenNamed(provider, 'incomingServer'),
    ...childrenNamed(provider, 'outgoingServer'),
  ]);
  return ok(servers.flatMap((server) => readServer(server, domain)).slice(0, maxPublished));
}

const kinds: Readonly<Record<string, PublishedService['service']>> = {
  imap: 'imap',
  pop3: 'pop3',
  smtp: 'submission',
};

const securities: Readonly<Record<string, PublishedSecurity>> = {
  ssl: 'implicit',
  starttls: 'starttls',
  plain: 'plaintext',
};

function readServer(server: XmlElement, domain: string): readonly PublishedService[] {
  const service = kinds[(server.attributes.type ?? '').toLowerCase()];
  const host = childText(server, 'hostname')?.replaceAll('%EMAILDOMAIN%', domain).toLowerCase().replace(/\.$/, '');
  const port = readPort(childText(server, 'port'));
  const security = securities[(childText(server, 'socketType') ?? '').toLowerCase()];
  if (service === undefined || host === undefined || port === null || security === undefined) return [];
  return [{ service, host, port, security }];
}

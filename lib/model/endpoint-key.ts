import { parseHostName } from './domain-name.ts';
import { findServiceRow, serviceTable, services, tlsModes, type EndpointTarget } from './endpoint.ts';
import { err, ok, type Result } from './result.ts';

const written = /^([a-z0-9]{1,20})\+([a-z]{1,20}):\/\/([^/:]{1,1000}):(\d{1,5})$/i;
const example = 'imap+implicit://mail.example.org:993';

/** Reads what `endpointKey` writes. The error is a sentence without its subject and full stop. */
export function parseEndpointKey(text: string): Result<EndpointTarget> {
  const [, serviceText, modeText, hostText = '', portText] = written.exec(text.trim()) ?? [];
  const service = services.find((known) => known === serviceText?.toLowerCase());
  const tlsMode = tlsModes.find((known) => known === modeText?.toLowerCase());
  if (service === undefined || tlsMode === undefined) return err(`must be written like ${example}`);
  if (findServiceRow(service, tlsMode) === undefined) {
    const modes = serviceTable.filter((row) => row.service === service).map((row) => row.tlsMode);
    return err(`names ${service} with ${tlsMode} TLS, which does not exist: ${service} has ${modes.join(' and ')}`);
  }
  const host = parseHostName(hostText);
  if (!host.ok) return err(`names no host: ${host.error.replace(/\.$/, '')}`);
  const port = Number(portText);
  if (port < 1 || port > 65_535) return err('names a port outside of 1 to 65535');
  return ok({ service, tlsMode, host: host.value.ascii, port });
}

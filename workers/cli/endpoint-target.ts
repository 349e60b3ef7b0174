import { parseHostName } from '#lib/model/domain-name.ts';
import { findServiceRow, serviceTable, services, tlsModes, type EndpointTarget } from '#lib/model/endpoint.ts';
import { formatIpAddress, parseIpAddress } from '#lib/model/ip-address.ts';
import { UsageError } from './usage-error.ts';

/** The endpoint that HOST:PORT, --service and --tls name. @throws UsageError */
export function readEndpointTarget(
  [text, ...more]: readonly string[],
  values: { readonly service?: string | undefined; readonly tls?: string | undefined },
): EndpointTarget {
  if (text === undefined) throw new UsageError('Say where to look, for example mail.example.org:993.');
  if (more.length > 0) throw new UsageError('Say one HOST:PORT; each run looks at one.');
  const service = services.find((known) => known === values.service);
  if (service === undefined) throw new UsageError(`Say --service ${services.join('|')}.`);
  const tlsMode = tlsModes.find((known) => known === values.tls);
  if (tlsMode === undefined) throw new UsageError(`Say --tls ${tlsModes.join('|')}.`);
  if (findServiceRow(service, tlsMode) === undefined) {
    throw new UsageError('SMTP on MX hosts has no implicit TLS: say --tls starttls, or --service submission.');
  }
  const match = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text.trim());
  const port = Number(match?.[3]);
  if (match === null || !(port >= 1 && port <= 65_535)) {
    throw new UsageError(
      'Say HOST:PORT with a port from 1 to 65535; an IPv6 address stands in brackets, as in [::1]:993.',
    );
  }
  return { service, tlsMode, port, host: match[1] === undefined ? readHost(match[2] ?? '') : readIpAddress(match[1]) };
}

function readHost(text: string): string {
  const address = parseIpAddress(text);
  if (address.ok) return formatIpAddress(address.value);
  const name = parseHostName(text);
  if (!name.ok) throw new UsageError(name.error);
  return name.value.ascii;
}

/** A literal address in its one usual form. @throws UsageError */
export function readIpAddress(text: string): string {
  const address = parseIpAddress(text);
  if (!address.ok) throw new UsageError('An address is written as 192.0.2.1 or 2001:db8::1.');
  return formatIpAddress(address.value);
}

/** The mode that this service has at this port everywhere; undefined where that cannot be told. */
export function usualTlsMode(text: string | undefined, service: string | undefined): string | undefined {
  const port = Number(/:(\d{1,5})$/.exec(text?.trim() ?? '')?.[1]);
  const rows = serviceTable.filter((row) => row.service === service);
  return (rows.find((row) => row.port === port) ?? (rows.length === 1 ? rows[0] : undefined))?.tlsMode;
}

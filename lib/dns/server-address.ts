import { formatIpAddress, parseIpAddress } from '../model/ip-address.ts';
import { err, ok, type Result } from '../model/result.ts';

/** A name server to ask. */
export interface ServerAddress {
  /** Canonical text of an IP address. */
  readonly address: string;
  readonly port: number;
}

const dnsPort = 53;

/**
 * Reads `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53` or `[2001:db8::53]:5353` (the form of LATCHWATCH_RESOLVER).
 * A name is refused: what resolves names cannot be found by one.
 */
export function parseServerAddress(text: string): Result<ServerAddress> {
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(text);
  const dotted = /^([^:]+):(\d+)$/.exec(text);
  const host = bracketed?.[1] ?? dotted?.[1] ?? text;
  const portText = bracketed?.[2] ?? dotted?.[2];
  const address = parseIpAddress(host);
  if (!address.ok || (bracketed !== null && address.value.length === 4)) {
    return err(`"${text}" is not the address of a name server: write it like 192.0.2.53:53 or [2001:db8::53]:53`);
  }
  const port = portText === undefined ? dnsPort : Number(portText);
  if (port < 1 || port > 65_535) return err(`"${text}" has a port outside 1 to 65535`);
  return ok({ address: formatIpAddress(address.value), port });
}

/** `192.0.2.53:53` or `[2001:db8::53]:53`. */
export function formatServerAddress(server: ServerAddress): string {
  return server.address.includes(':') ? `[${server.address}]:${server.port}` : `${server.address}:${server.port}`;
}

/** At most this many `nameserver` lines count, as in the C library. */
const maxNameServers = 3;

/**
 * The name servers of a resolv.conf(5) text, in order. Lines that cannot be read are passed over (a zone such as
 * `fe80::1%eth0` among them); where none is left, the resolver on this machine, as the C library does.
 */
export function parseResolvConf(text: string): readonly ServerAddress[] {
  const servers = text
    .split('\n')
    .flatMap((line) => /^nameserver[ \t]+(\S+)/.exec(line)?.[1] ?? [])
    .flatMap((word) => {
      const address = parseIpAddress(word);
      return address.ok ? [{ address: formatIpAddress(address.value), port: dnsPort }] : [];
    })
    .slice(0, maxNameServers);
  return servers.length > 0 ? servers : [{ address: '127.0.0.1', port: dnsPort }];
}

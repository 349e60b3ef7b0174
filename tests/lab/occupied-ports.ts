import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { bindResolver, dnsAddresses, sinkAddress } from './addresses.ts';
import { mailPorts, servicesOf, type LabDomain } from './domain-types.ts';
import { webPorts } from './web-server.ts';
import { errorCode } from './error-code.ts';

export interface Listening {
  readonly address: string;
  readonly port: number;
  readonly transport: 'tcp' | 'udp';
}

/** Every address and port that the lab's servers listen on. */
export function listenings(domains: readonly LabDomain[]): readonly Listening[] {
  const nameServers = [...Object.values(dnsAddresses).map((address) => ({ address, port: 53 })), bindResolver];
  const dns = nameServers.flatMap((server): readonly Listening[] => [
    { ...server, transport: 'udp' },
    { ...server, transport: 'tcp' },
  ]);
  const mail = domains.flatMap((domain) =>
    domain.servers.flatMap((server) =>
      servicesOf(server).map((service): Listening => ({
        address: server.address,
        port: mailPorts[service],
        transport: 'tcp',
      })),
    ),
  );
  const web = domains.flatMap((domain) =>
    domain.web.flatMap(({ address }) => webPorts.map((port): Listening => ({ address, port, transport: 'tcp' }))),
  );
  return [...dns, { address: sinkAddress, port: 25, transport: 'tcp' }, ...mail, ...web];
}

/** Those that something else uses. Found by binding each one: a server on all addresses is in the way as well. */
export async function occupied(wanted: readonly Listening[]): Promise<readonly Listening[]> {
  const tried = await Promise.all(wanted.map(async (one) => ({ one, free: await isFree(one) })));
  return tried.filter(({ free }) => !free).map(({ one }) => one);
}

async function isFree({ address, port, transport }: Listening): Promise<boolean> {
  try {
    if (transport === 'tcp') {
      const server = createServer().listen({ host: address, port, exclusive: true });
      await once(server, 'listening');
      server.close();
      await once(server, 'close');
    } else {
      const socket = createSocket('udp4');
      socket.bind({ address, port, exclusive: true });
      await once(socket, 'listening');
      socket.close();
      await once(socket, 'close');
    }
    return true;
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE') return false;
    throw error;
  }
}

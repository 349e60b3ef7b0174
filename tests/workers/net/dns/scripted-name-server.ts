import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { decodeMessage, type Message } from '#lib/dns/message.ts';
import type { ServerAddress } from '#lib/dns/server-address.ts';
import { buildMessage, type MessageToSend } from '#tests/lib/dns/message-builder.ts';

/** What the server does with one query: `reply` sends, and may be called more than once or not at all. */
export type UdpScript = (query: Message, reply: (wire: Uint8Array) => void, from: RemoteInfo) => void;
export type TcpScript = (query: Message, socket: Socket) => void;

export interface NameServer {
  readonly server: ServerAddress;
  /** Queries in the order they came. */
  readonly queries: readonly {
    readonly transport: 'udp' | 'tcp';
    readonly message: Message;
    readonly fromPort: number;
  }[];
  readonly close: () => Promise<void>;
}

function decode(wire: Uint8Array): Message {
  const message = decodeMessage(Uint8Array.from(wire));
  if (!message.ok) throw new Error(message.error);
  return message.value;
}

/** The answer to a query, with what the test says about it. */
export function answerTo(query: Message, answer: Partial<MessageToSend>): Uint8Array {
  const [question] = query.questions;
  if (question === undefined) throw new Error('a query without a question');
  return buildMessage({ id: query.id, question: { name: question.name.toString(), type: question.type }, ...answer });
}

/** A message as TCP carries it. */
export function framed(wire: Uint8Array): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wire.length);
  return Buffer.concat([length, wire]);
}

async function listen(
  host: string,
  port: number,
): Promise<{ readonly udp: UdpSocket; readonly tcp: ReturnType<typeof createServer> }> {
  for (;;) {
    const tcp = createServer();
    tcp.listen(port, host);
    await once(tcp, 'listening');
    const udp = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    udp.bind(portOf(tcp.address()), host);
    // The same port may be taken for UDP: then both try another, unless the test needs this one.
    const bound = await Promise.race([once(udp, 'listening').then(() => true), once(udp, 'error').then(() => false)]);
    if (bound) return { udp, tcp };
    if (port !== 0) throw new Error(`${host} port ${port} is taken`);
    tcp.close();
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return address.port;
}

/** A name server on loopback that follows a script, over UDP and TCP on one port, a free one by default. */
export async function startNameServer(
  script: { readonly udp?: UdpScript; readonly tcp?: TcpScript },
  host = '127.0.0.1',
  port = 0,
): Promise<NameServer> {
  const { udp, tcp } = await listen(host, port);
  const queries: { transport: 'udp' | 'tcp'; message: Message; fromPort: number }[] = [];
  const sockets = new Set<Socket>();
  udp.on('message', (datagram, from) => {
    const message = decode(datagram);
    queries.push({ transport: 'udp', message, fromPort: from.port });
    script.udp?.(message, (wire) => udp.send(wire, from.port, from.address), from);
  });
  tcp.on('connection', (socket) => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const message = decode(received.subarray(2));
      queries.push({ transport: 'tcp', message, fromPort: socket.remotePort ?? 0 });
      script.tcp?.(message, socket);
    });
  });
  return {
    server: { address: host, port: portOf(tcp.address()) },
    queries,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      udp.close();
      tcp.close();
      await once(tcp, 'close');
    },
  };
}

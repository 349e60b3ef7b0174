import { once } from 'node:events';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { errorText } from '#lib/error-text.ts';
import type { Log } from '#workers/ports.ts';
import type { ReportSource } from '#workers/store/census/report-sources.ts';
import type { LogIntake } from './log-intake.ts';

/** A connection of a known source. */
export interface LogConnection {
  readonly socket: Socket;
  readonly intake: LogIntake;
  /** Aborts when the listener stops. */
  readonly signal: AbortSignal;
}

export interface ListenerPorts {
  /** Which source sends from this address; null: none. Throws while the database cannot be asked. */
  readonly findSource: (address: string) => Promise<ReportSource | null>;
  readonly intakeOf: (source: ReportSource) => LogIntake;
  readonly log: Log;
}

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  /** PEM; null: without TLS. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Talks to one connection until it ends or the signal comes. What it throws ends the connection. */
  readonly serve: (connection: LogConnection) => Promise<void>;
}

export interface Listener {
  readonly port: number;
  /** Takes no more connections, and ends those that are open when what they have under way is settled. */
  readonly stop: () => Promise<void>;
}

const maxConnections = 500;

/** Listens for senders of logs, which are known by the address that they send from. */
export async function startListener(options: ListenerOptions, ports: ListenerPorts): Promise<Listener> {
  const stopping = new AbortController();
  const open = new Set<Promise<void>>();
  const accept = (socket: Socket): void => {
    // What goes wrong with it also ends the loop that reads from it.
    socket.on('error', () => undefined);
    const served = serveSocket(socket, { options, ports, signal: stopping.signal }).finally(() => open.delete(served));
    open.add(served);
  };
  const { tls } = options;
  const server: Server = tls === null ? createTcpServer(accept) : createTlsServer(tls, accept);
  server.maxConnections = maxConnections;
  server.listen({ host: options.host, port: options.port });
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      stopping.abort();
      await Promise.all(open);
      await closed;
    },
  };
}

async function serveSocket(
  socket: Socket,
  {
    options,
    ports,
    signal,
  }: { readonly options: ListenerOptions; readonly ports: ListenerPorts; readonly signal: AbortSignal },
): Promise<void> {
  const address = socket.remoteAddress ?? '';
  try {
    const source = await ports.findSource(address);
    if (source === null) {
      ports.log.warn('a log came from an address that no source names', { address });
      return;
    }
    await options.serve({ socket, intake: ports.intakeOf(source), signal });
  } catch (error) {
    if (!socket.destroyed) ports.log.warn('a connection with logs failed', { error: errorText(error) });
  } finally {
    socket.destroySoon();
  }
}

/** The octets of a socket until its end or the signal. Reads on only when the last are dealt with. */
export async function* readSocket(socket: Socket, signal: AbortSignal): AsyncGenerator<Buffer> {
  let isIdle = true;
  const stop = (): void => {
    if (isIdle) socket.destroy();
  };
  signal.addEventListener('abort', stop);
  try {
    // Answers may still have to go out after the last octets.
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) continue;
      isIdle = false;
      yield chunk;
      isIdle = true;
      if (signal.aborted) return;
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

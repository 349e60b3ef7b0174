import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import {
  createSecureContext,
  TLSSocket,
  type SecureContext,
  type SecureContextOptions,
  type TlsOptions,
} from 'node:tls';

/** A small mail server that answers every client, as often as it comes. Each part may depend on the connection's number, from 1. */
export interface MailServerOptions {
  readonly tlsMode: 'implicit' | 'starttls';
  readonly greeting: string | ((connection: number) => string);
  /** The answer to a line, line ends included; null hangs up after the answer of before. */
  readonly answer: (line: string, secured: boolean) => string | null;
  readonly tls: TlsOptions | ((connection: number, serverName: string | null) => TlsOptions);
  /** What is answered to a ClientHello that offers these suites instead of letting OpenSSL do it; null: let it. */
  readonly flight?: (suites: readonly number[]) => Buffer | null;
  /** Hangs up before it says anything. */
  readonly hangsUp?: (connection: number) => boolean;
  /** Keeps what came in plaintext behind STARTTLS and obeys it inside TLS, as servers once did (CVE-2011-0411). */
  readonly keepsPlaintext?: true;
  /** Sends its greeting once more inside TLS, as ManageSieve does. */
  readonly greetsAgain?: true;
  /** Ends with FIN alone. */
  readonly withoutCloseNotify?: true;
  /** Default: a free port of 127.0.0.1. */
  readonly at?: { readonly address: string; readonly port: number };
}

export interface MailServer {
  readonly port: number;
  /** Lines that came, over all connections. */
  readonly received: readonly string[];
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
}

/** Starts it and waits until it listens. */
export async function startMailServer(options: MailServerOptions): Promise<MailServer> {
  const received: string[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => open.delete(socket));
    if (options.hangsUp?.(connections) === true) socket.destroy();
    else serveClient(socket, { options, number: connections, received });
  });
  server.listen(options.at?.port ?? 0, options.at?.address ?? '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the mail server has no port');
  return {
    port: bound.port,
    received,
    connections: () => connections,
    stop: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Client {
  readonly options: MailServerOptions;
  readonly number: number;
  readonly received: string[];
}

function serveClient(socket: Socket, client: Client): void {
  if (client.options.tlsMode === 'implicit') secure(socket, client, { greets: true, kept: '' });
  else {
    greet(socket, client);
    listen(socket, client, { secured: false, raw: socket, kept: '' });
  }
}

function greet(stream: Socket, { options, number }: Client): void {
  stream.write(typeof options.greeting === 'string' ? options.greeting : options.greeting(number));
}

function secure(
  socket: Socket,
  client: Client,
  { greets, kept }: { readonly greets: boolean; readonly kept: string },
): void {
  const { options, number } = client;
  socket.once('data', (hello: Buffer) => {
    socket.pause();
    const flight = options.flight?.(suitesOfHello(hello)) ?? null;
    if (flight !== null) {
      socket.end(flight);
      return;
    }
    socket.unshift(hello);
    const tls = typeof options.tls === 'function' ? options.tls(number, nameInHello(hello)) : options.tls;
    const secured = new TLSSocket(socket, { ...tls, isServer: true, secureContext: contextOf(tls) });
    secured.on('error', () => socket.destroy());
    secured.once('secure', () => {
      if (greets) greet(secured, client);
      listen(secured, client, { secured: true, raw: socket, kept });
    });
  });
}

const contexts = new WeakMap<SecureContextOptions, SecureContext>();

function contextOf(tls: TlsOptions): SecureContext {
  const known = contexts.get(tls) ?? createSecureContext(tls);
  contexts.set(tls, known);
  return known;
}

function listen(
  stream: Socket,
  client: Client,
  { secured, raw, kept }: { readonly secured: boolean; readonly raw: Socket; readonly kept: string },
): void {
  const { options, received } = client;
  let unread = kept;
  const work = () => {
    for (;;) {
      const end = unread.indexOf('\r\n');
      if (end === -1) return;
      const line = unread.slice(0, end);
      unread = unread.slice(end + 2);
      received.push(line);
      const answer = options.answer(line, secured);
      if (answer === null) {
        if (options.withoutCloseNotify === true) raw.end();
        else stream.end();
        return;
      }
      stream.write(answer);
      if (!secured && /(STARTTLS|STLS)$/.test(line)) {
        stream.off('data', onData);
        secure(stream, client, {
          greets: options.greetsAgain === true,
          kept: options.keepsPlaintext === true ? unread : '',
        });
        return;
      }
      // Nothing is said behind a goodbye.
      if (/(QUIT|LOGOUT)$/.test(line)) {
        if (options.withoutCloseNotify === true) raw.end();
        else stream.end();
        return;
      }
    }
  };
  const onData = (chunk: Buffer) => {
    unread += chunk.toString('latin1');
    work();
  };
  stream.on('data', onData);
  work();
}

/** RFC 5246 section 7.4.1.2: behind the record's and the message's header, the version, the random and the session id. */
function suitesOfHello(record: Buffer): readonly number[] {
  const sessionAt = 5 + 4 + 2 + 32;
  const suitesAt = sessionAt + 1 + (record[sessionAt] ?? 0);
  if (record.length < suitesAt + 2) return [];
  const length = record.readUInt16BE(suitesAt);
  if (record.length < suitesAt + 2 + length) return [];
  return Array.from({ length: length / 2 }, (_, index) => record.readUInt16BE(suitesAt + 2 + 2 * index));
}

/** The host name that the hello has in it, found by what stands around it: names of these tests end in `.test`. */
function nameInHello(record: Buffer): string | null {
  return /[a-z.]+\.test/.exec(record.toString('latin1'))?.[0] ?? null;
}

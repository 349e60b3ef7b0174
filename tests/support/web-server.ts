import { once } from 'node:events';
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TestCertificate } from './certificates.ts';

/** One request as it came. */
export interface WebRequest {
  readonly method: string;
  /** The Host header and the path, e.g. `mta-sts.example.org/.well-known/mta-sts.txt`. */
  readonly path: string;
  readonly serverName: string;
  readonly body: string;
}

export type WebPage = (request: WebRequest, response: ServerResponse) => void;

export interface WebServer {
  readonly port: number;
  readonly requests: readonly WebRequest[];
  readonly stop: () => Promise<void>;
}

/** A real HTTP server on a free port of 127.0.0.1; with a certificate it speaks TLS. */
export async function startWebServer(page: WebPage, certificate: TestCertificate | null): Promise<WebServer> {
  const requests: WebRequest[] = [];
  const sockets = new Set<Socket>();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: string[] = [];
    request.setEncoding('utf8');
    for await (const chunk of request) chunks.push(String(chunk));
    const { socket } = request;
    const serverName = 'servername' in socket && typeof socket.servername === 'string' ? socket.servername : '';
    const path = `${request.headers.host ?? ''}${request.url ?? ''}`;
    const seen = { method: request.method ?? '', path, serverName, body: chunks.join('') };
    requests.push(seen);
    page(seen, response);
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    // A client that hangs up early is what some tests do.
    answer(request, response).catch(() => response.destroy());
  };
  const server =
    certificate === null
      ? createPlainServer(listener)
      : createSecureServer({ cert: certificate.pem, key: certificate.keyPem }, listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return {
    port: address.port,
    requests,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

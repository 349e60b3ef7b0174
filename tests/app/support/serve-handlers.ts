import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

type Handler = (request: Request) => Promise<Response>;

export interface ServedHandlers {
  readonly url: string;
  /** Paths of all requests, in order. */
  readonly paths: readonly string[];
  /** Breaks every connection, as a proxy does that is started anew; the next ones are served. */
  readonly breakConnections: () => void;
  readonly stop: () => Promise<void>;
}

/** Route handlers in this process, over real HTTP, with streams and with visitors who go away, as Next serves them. */
export async function serveHandlers(handlers: Readonly<Record<string, Handler>>): Promise<ServedHandlers> {
  const paths: string[] = [];
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    outgoing.on('close', () => gone.abort());
    const { pathname } = new URL(incoming.url ?? '/', 'http://localhost');
    paths.push(pathname);
    const handler = handlers[pathname];
    if (handler === undefined) return void outgoing.writeHead(404).end();
    const headers = Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    );
    const response = await handler(
      new Request(`http://localhost${incoming.url ?? '/'}`, { headers, signal: gone.signal }),
    );
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.flushHeaders();
    if (response.body !== null) {
      const reader = response.body.getReader();
      gone.signal.addEventListener('abort', () => void reader.cancel());
      for (let read = await reader.read(); !read.done; read = await reader.read()) outgoing.write(read.value);
    }
    outgoing.end();
  };
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('not listening');
  return {
    url: `http://127.0.0.1:${bound.port}`,
    paths,
    breakConnections: () => server.closeAllConnections(),
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

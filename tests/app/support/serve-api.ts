import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { apiAddresses } from '#app/_api/api-addresses.ts';

const routes = apiAddresses
  // `/a/b` before `/a/{id}`.
  .toSorted((a, b) => a.path.split('{').length - b.path.split('{').length)
  .map(({ path, handler }) => ({
    pattern: new RegExp(`^/api/v1${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
    handler,
  }));

export interface ServedApi {
  readonly url: string;
  /** Method and path of every request, in order. */
  readonly requests: readonly { readonly method: string; readonly path: string; readonly status: number }[];
  readonly stop: () => Promise<void>;
}

/**
 * The routes of the API in this process, over real HTTP. `instead` may answer before they do, as a proxy would that has
 * something to say; null: they do.
 */
export async function serveApi(instead: (request: Request) => Response | null = () => null): Promise<ServedApi> {
  const requests: { method: string; path: string; status: number }[] = [];
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of incoming) if (chunk instanceof Uint8Array) chunks.push(chunk);
    const { method = 'GET', url: path = '/' } = incoming;
    const headers = Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    );
    const request = new Request(`http://${incoming.headers.host ?? 'localhost'}${path}`, {
      ...{ method, headers },
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    });
    const response = instead(request) ?? (await dispatch(request));
    requests.push({ method, path, status: response.status });
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
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
    requests,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function dispatch(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  for (const { pattern, handler } of routes) {
    const match = pattern.exec(pathname);
    if (match !== null) return handler(request, { params: Promise.resolve({ ...match.groups }) });
  }
  return new Response(null, { status: 404 });
}

import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { WebSite } from './domain-types.ts';
import { serverFiles } from './server-certificates.ts';

/** In clear, and over TLS. */
export const webPorts = [80, 443] as const;

/** Serves the pages of one site on both ports, with the certificate of its address. */
export function serveSite(site: WebSite): void {
  const files = serverFiles(site);
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const host = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const page = site.pages[`${host}${path}`];
    request.resume();
    // One answer a connection: a site that ends keeps nobody waiting.
    response.setHeader('connection', 'close');
    if (page === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such page.\n');
      return;
    }
    response.writeHead(page.status, { ...page.headers }).end(page.body);
  };
  createHttpServer(answer).listen(80, site.address);
  createHttpsServer({ key: readFileSync(files.key), cert: readFileSync(files.chain) }, answer).listen(
    443,
    site.address,
  );
}

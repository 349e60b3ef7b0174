import { isIP, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { errorText } from '#lib/error-text.ts';
import { exchangeHttp, type PostedForm } from '#workers/net/http-exchange.ts';
import type { Dial } from '#workers/ports.ts';

/** What a receiver said to what was posted. `status` null: it did not come to an answer. */
export type Posted =
  { readonly ok: true } | { readonly ok: false; readonly error: string; readonly status: number | null };

export interface PostPorts {
  /** Guarded: the address of a receiver is one that an administrator typed. */
  readonly dial: Dial;
  /** Addresses of a host name, to try in this order. */
  readonly lookup: (host: string) => Promise<readonly string[]>;
  /** PEM certificates to trust; null: Node's own set. */
  readonly trusted: readonly string[] | null;
  /** Whether an address is one that anybody can have: there, plain HTTP is not spoken. */
  readonly isPublic: (address: string) => boolean;
}

const maxAddresses = 4;
const maxSaidCharacters = 200;

/**
 * Posts one document (null: asks by GET) over HTTPS, its certificate and name verified, or over HTTP to an address that is not public. A
 * redirect is a failure. `deadline`: a `performance.now()` value. Never rejects for anything the world does.
 */
export async function postDocument(
  wanted: { readonly url: string; readonly document: PostedForm | null; readonly deadline: number },
  ports: PostPorts,
): Promise<Posted> {
  const { document, deadline } = wanted;
  const url = new URL(wanted.url);
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  let addresses: readonly string[];
  try {
    addresses = isIP(host) === 0 ? await ports.lookup(host) : [host];
  } catch (error) {
    return unposted(`no address for ${host}: ${errorText(error)}`);
  }
  let error = `no address for ${host}`;
  const list = addresses.slice(0, maxAddresses);
  for (const [index, address] of list.entries()) {
    if (!secure && ports.isPublic(address)) {
      error = `${address} is public: only https goes there`;
      continue;
    }
    const now = performance.now();
    const dialled = await ports.dial({ address, port, deadline: now + (deadline - now) / (list.length - index) });
    if (!dialled.ok) {
      error = `${host} port ${port} cannot be reached at ${address}: ${dialled.failure.said ?? dialled.failure.reason}`;
      continue;
    }
    const secured = secure ? await secureSocket(dialled.facts, { host, deadline, trusted: ports.trusted }) : null;
    if (secured?.ok === false) return unposted(`TLS with ${host}: ${secured.error}`);
    const answered = await exchangeHttp({ socket: secured?.socket ?? dialled.facts, url, form: document, deadline });
    if (!answered.ok) return unposted(`${host} did not answer: ${answered.failure.said ?? answered.failure.reason}`);
    const { status, body } = answered.facts;
    if (status >= 200 && status < 300) return { ok: true };
    return { ok: false, status, error: `${host} answered ${status}: ${body.trim().slice(0, maxSaidCharacters)}` };
  }
  return unposted(error);
}

function unposted(error: string): Posted {
  return { ok: false, error, status: null };
}

type Secured = { readonly ok: true; readonly socket: TLSSocket } | { readonly ok: false; readonly error: string };

/** A handshake that ends where the certificate, its name or its dates are wrong. */
async function secureSocket(
  socket: Socket,
  options: { readonly host: string; readonly deadline: number; readonly trusted: readonly string[] | null },
): Promise<Secured> {
  const { host, deadline, trusted } = options;
  return new Promise((resolve) => {
    const secured = connectTls({
      socket,
      host,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(trusted === null ? {} : { ca: [...trusted] }),
    });
    const settle = (outcome: Secured): void => {
      clearTimeout(timer);
      if (!outcome.ok) socket.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => settle({ ok: false, error: 'timeout' }), Math.max(0, deadline - performance.now()));
    // Stays for the life of the socket; after the first outcome, resolve() changes nothing any more.
    secured.on('error', (error) => settle({ ok: false, error: errorText(error) }));
    secured.once('secureConnect', () => settle({ ok: true, socket: secured }));
  });
}

import type { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { runCommand } from './run-command.ts';

/*
 * Plain clients for the lab's own tests. They share no code with the product: what the lab serves is checked without
 * believing the program that it exists to test.
 */

const waitMs = 10_000;

export interface TlsView {
  /** OpenSSL's reason not to trust the chain; null where it is trusted. The name is not looked at. */
  readonly error: string | null;
  /** As sent, leaf first. */
  readonly chain: readonly X509Certificate[];
}

/** Shakes hands on an implicit TLS port. */
export async function viewTls(target: {
  readonly address: string;
  readonly port: number;
  readonly host: string;
  readonly ca: string;
}): Promise<TlsView> {
  const { address, port, host, ca } = target;
  const socket = connectTls({
    host: address,
    port,
    servername: host,
    ca,
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(waitMs) });
    const chain: X509Certificate[] = [];
    let next = socket.getPeerX509Certificate();
    while (next !== undefined && chain.length < 16) {
      chain.push(next);
      next = next.issuerCertificate;
    }
    const { authorizationError } = socket;
    // Typed as Error, but a string at run time.
    return { error: socket.authorized ? null : String(authorizationError), chain };
  } finally {
    socket.destroy();
  }
}

/** Sends each line after an answer came; gives all that the server said until it closed or the lines ended. */
export async function converse(address: string, port: number, lines: readonly string[]): Promise<string> {
  const socket = connectTcp({ host: address, port });
  let said = '';
  let sent = 0;
  socket.setEncoding('latin1');
  socket.on('data', (text: unknown) => {
    said += String(text);
    const line = lines[sent];
    sent += 1;
    if (line === undefined) socket.end();
    else socket.write(`${line}\r\n`);
  });
  await once(socket, 'close', { signal: AbortSignal.timeout(waitMs) });
  return said;
}

export interface DnsView {
  /** Sorted lines `name type data` of the answer section, without signatures. */
  readonly records: readonly string[];
  /** NOERROR, SERVFAIL ... */
  readonly status: string;
  /** The resolver validated it. */
  readonly ad: boolean;
}

/** Asks again where there was a failure: on a busy machine a resolver gives up on an answer that comes late. */
export async function dig(server: string, name: string, type: string): Promise<DnsView> {
  const view = await digOnce(server, name, type);
  return view.status === 'SERVFAIL' ? digOnce(server, name, type) : view;
}

async function digOnce(server: string, name: string, type: string): Promise<DnsView> {
  const text = await runCommand('dig', [`@${server}`, '+dnssec', '+tries=2', '+nosplit', name, type]);
  const answer = /;; ANSWER SECTION:\n(.*?)\n\n/s.exec(text)?.[1] ?? '';
  const records = answer
    .split('\n')
    .map((line) => line.split(/\s+/))
    .filter((fields) => fields.length > 4 && fields[3] !== 'RRSIG')
    .map(([owner = '', , , kind = '', ...data]) => [owner, kind, ...data].join(' '));
  return {
    records: records.sort(),
    status: /status: (\w+)/.exec(text)?.[1] ?? '',
    ad: /;; flags:[^;]*\bad\b/.test(text),
  };
}

import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type TLSSocket } from 'node:tls';
import forge from 'node-forge';

const loopback = '127.0.0.1';
const dayMs = 86_400_000;
/** Of one command; a probe sends a few dozen octets. */
const maxLineOctets = 1_000;
const idleMs = 30_000;
const maxConnections = 20;

/** A server that is there to be probed: whoever can probe it can probe. */
export interface FixtureServer {
  readonly address: string;
  readonly port: number;
  /** SHA-256 of its certificate, lower-case hex. */
  readonly fingerprint: string;
  close(): Promise<void>;
}

/**
 * Serves IMAP with TLS from the first byte, with a certificate of its own making, as far as a probe speaks it. Listens on
 * `address` where that is one of this machine, else on 127.0.0.1. `now` in milliseconds since the epoch.
 */
export async function startFixtureServer(options: {
  readonly address: string | null;
  readonly now: number;
}): Promise<FixtureServer> {
  const { key, cert } = makeCertificate(options.now);
  const sockets = new Set<TLSSocket>();
  const server = createServer({ key, cert, handshakeTimeout: idleMs }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket);
  });
  server.maxConnections = maxConnections;
  // A client that breaks off its handshake is no matter.
  server.on('tlsClientError', () => undefined);
  server.listen(0, options.address ?? loopback);
  try {
    await once(server, 'listening');
  } catch {
    // Behind a translation of addresses the database sees one that is not ours.
    server.listen(0, loopback);
    await once(server, 'listening');
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address with a port');
  return {
    address: address.address,
    port: address.port,
    fingerprint: new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase(),
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

/** RFC 9051: greeting, CAPABILITY, ID, LOGOUT. */
function serve(socket: TLSSocket): void {
  socket.on('error', () => undefined);
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.setEncoding('latin1');
  socket.write('* OK [CAPABILITY IMAP4rev1 ID] fixture of the watchdog\r\n');
  let buffer = '';
  socket.on('data', (chunk: string) => {
    buffer += chunk;
    for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
      const [tag = '*', word = ''] = buffer.slice(0, end).split(' ');
      buffer = buffer.slice(end + 2);
      socket.write(answer(tag, word.toUpperCase()));
      if (word.toUpperCase() === 'LOGOUT') socket.end();
    }
    if (buffer.length > maxLineOctets) socket.destroy();
  });
}

function answer(tag: string, word: string): string {
  switch (word) {
    case 'CAPABILITY':
      return `* CAPABILITY IMAP4rev1 ID\r\n${tag} OK done\r\n`;
    case 'ID':
      return `* ID NIL\r\n${tag} OK done\r\n`;
    case 'LOGOUT':
      return `* BYE\r\n${tag} OK done\r\n`;
    case 'NOOP':
      return `${tag} OK done\r\n`;
    default:
      return `${tag} BAD not here\r\n`;
  }
}

/** Valid for ten years: a watchdog is started again before. */
function makeCertificate(now: number): { readonly key: string; readonly cert: string } {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const signer = forge.pki.privateKeyFromPem(key);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(signer.n, signer.e);
  // A positive number (RFC 5280 section 4.1.2.2).
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(now - dayMs);
  certificate.validity.notAfter = new Date(now + 3650 * dayMs);
  const name = [{ name: 'commonName', value: 'fixture.latchwatch.invalid' }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.sign(signer, forge.md.sha256.create());
  return { key, cert: forge.pki.certificateToPem(certificate) };
}

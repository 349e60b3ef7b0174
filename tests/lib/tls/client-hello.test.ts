import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server, type TlsOptions } from 'node:tls';
import { findCipherSuite, suitesOf } from '#lib/tls/cipher-suites.ts';
import { buildClientHello, type ClientHello } from '#lib/tls/client-hello.ts';
import { noFlight, takeFlight, type ServerFlight } from '#lib/tls/server-flight.ts';
import { issueCertificate } from '#tests/support/certificates.ts';

/* Real servers read the hello, and their real answers are read. */

const host = 'mail.example.test';
const ec = issueCertificate({ commonName: host, dnsNames: [host] });
const rsa = issueCertificate({ commonName: host, dnsNames: [host], keyType: 'rsa' });
const codes = (kind: Parameters<typeof suitesOf>[0]) => suitesOf(kind).map(({ code }) => code);
const modern: ClientHello = {
  version: 'TLSv1.2',
  suites: [...codes('usual'), ...codes('static-rsa')],
  serverName: host,
  random: Buffer.alloc(32, 5),
};

async function ask(port: number, hello: ClientHello): Promise<ServerFlight> {
  const socket = connect(port, '127.0.0.1');
  socket.write(buildClientHello(hello));
  let flight = noFlight;
  for await (const chunk of socket) {
    flight = takeFlight(flight, Buffer.from(chunk));
    if (flight.end !== null) break;
  }
  socket.destroy();
  return flight;
}

describe('with a server of Node', () => {
  let server: Server;
  const names: string[] = [];

  async function serve(options: TlsOptions): Promise<number> {
    server = createServer({
      ...options,
      SNICallback: (name, done) => {
        names.push(name);
        done(null);
      },
    });
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    return typeof bound === 'object' && bound !== null ? bound.port : 0;
  }

  afterEach(() => {
    names.length = 0;
    server.close();
  });

  it.each([
    ['ECDSA', ec, 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
    ['RSA', rsa, 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
  ])('and a key of %s, gets its flight', async (_name, certificate, suite) => {
    const port = await serve({ key: certificate.keyPem, cert: certificate.pem });
    const flight = await ask(port, modern);
    expect(flight).toMatchObject({
      hello: { version: 'TLSv1.2' },
      certificateRequested: false,
      end: { kind: 'complete' },
    });
    expect(findCipherSuite(flight.hello?.suite ?? 0)?.name).toBe(suite);
    expect(flight.chain.map((der) => Buffer.from(der).toString('base64'))).toEqual([certificate.base64]);
    expect(names).toEqual([host]);
  });

  it('sees that a client certificate is asked for', async () => {
    const port = await serve({ key: rsa.keyPem, cert: rsa.pem, requestCert: true, rejectUnauthorized: false });
    expect(await ask(port, modern)).toMatchObject({ certificateRequested: true, end: { kind: 'complete' } });
  });

  it('sends no name where there is none to send', async () => {
    const port = await serve({ key: rsa.keyPem, cert: rsa.pem });
    expect((await ask(port, { ...modern, serverName: null })).end).toEqual({ kind: 'complete' });
    expect(names).toEqual([]);
  });

  it('is refused by one that has TLS 1.3 only', async () => {
    const port = await serve({ key: rsa.keyPem, cert: rsa.pem, minVersion: 'TLSv1.3' });
    expect(await ask(port, modern)).toMatchObject({ hello: null, end: { kind: 'alert', name: 'protocol_version' } });
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('is answered in %s by one that has no better', async (version) => {
    const port = await serve({
      key: rsa.keyPem,
      cert: rsa.pem,
      minVersion: version,
      maxVersion: version,
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    expect(await ask(port, modern)).toMatchObject({ hello: { version }, end: { kind: 'complete' } });
  });
});

const program = 'openssl';

describe('with openssl s_server', () => {
  let folder: string;
  let child: ChildProcess | null = null;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchwatch-hello-'));
    await writeFile(join(folder, 'key.pem'), rsa.keyPem);
    await writeFile(join(folder, 'cert.pem'), rsa.pem);
  });
  afterEach(async () => {
    if (child?.exitCode === null) {
      child.kill();
      await once(child, 'exit');
    }
  });
  afterAll(async () => rm(folder, { recursive: true }));

  /** Port 0 lets the system choose; s_server says what it chose. */
  async function serve(...options: readonly string[]): Promise<number> {
    const files = ['-key', join(folder, 'key.pem'), '-cert', join(folder, 'cert.pem')];
    const started = spawn(program, ['s_server', '-accept', '127.0.0.1:0', ...files, ...options], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    child = started;
    let said = '';
    for await (const chunk of started.stdout) {
      said += String(chunk);
      const port = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (port !== undefined) return Number(port);
    }
    throw new Error(`s_server did not start: ${said}`);
  }

  it('sees that -Verify asks for a client certificate', async () => {
    const port = await serve('-Verify', '1', '-tls1_2');
    expect(await ask(port, modern)).toMatchObject({ certificateRequested: true, end: { kind: 'complete' } });
  });

  it('finds anonymous suites', async () => {
    const port = await serve('-tls1_2', '-cipher', 'ALL:aNULL:@SECLEVEL=0');
    const flight = await ask(port, { ...modern, suites: codes('anonymous') });
    expect(flight).toMatchObject({ chain: [], end: { kind: 'complete' } });
    expect(findCipherSuite(flight.hello?.suite ?? 0)).toMatchObject({ kind: 'anonymous' });
  });

  it('finds suites without encryption', async () => {
    const port = await serve('-tls1_2', '-cipher', 'eNULL:@SECLEVEL=0');
    const flight = await ask(port, { ...modern, suites: codes('null') });
    expect(findCipherSuite(flight.hello?.suite ?? 0)).toMatchObject({ kind: 'null', keyBits: 0 });
  });

  it.each(['null', 'export', 'rc4', '3des', 'anonymous'] as const)('is refused what it has not: %s', async (kind) => {
    const port = await serve('-tls1_2');
    expect(await ask(port, { ...modern, suites: codes(kind) })).toMatchObject({
      hello: null,
      end: { kind: 'alert', name: 'handshake_failure' },
    });
  });
});

describe('the hello of SSL 3.0', () => {
  it('has no extensions and says so low', () => {
    const bytes = buildClientHello({ ...modern, version: 'SSLv3', suites: [0x0005, 0x000a] });
    expect(bytes.toString('hex')).toBe(`160300002f0100002b0300${'05'.repeat(32)}0000040005000a0100`);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePackages } from '#tests/lab/packages.ts';
import { runCommand } from '#tests/lab/run-command.ts';
import { issueCertificate } from './certificates.ts';
import { until } from './until.ts';

/*
 * A certificate authority that speaks ACME (RFC 8555) and a client for it, both as Debian has them. The authority takes
 * everybody's word for every name, so that nobody has to be reachable.
 */

export interface IssuedFiles {
  /** The certificate and its chain, PEM. */
  readonly certificate: string;
  readonly key: string;
}

export interface AcmeLab {
  /** File with the authority's root, PEM. */
  readonly rootFile: string;
  readonly issue: (host: string) => Promise<IssuedFiles>;
  /** As a scheduled renewal does it: with a new key unless told to keep the old one. */
  readonly renew: (host: string, options: { readonly keepKey: boolean }) => Promise<IssuedFiles>;
  readonly stop: () => Promise<void>;
}

/** Starts the authority. Installs `pebble` and `lego` where they are missing, or says the command that does. */
export async function startAcmeLab(): Promise<AcmeLab> {
  await ensurePackages(['pebble', 'lego']);
  const folder = mkdtempSync(join(tmpdir(), 'latchwatch-acme-'));
  const file = (name: string) => join(folder, name);
  const [directoryPort, managementPort, httpPort, tlsPort] = await freePorts(4);
  const own = issueCertificate({
    commonName: 'localhost',
    dnsNames: ['localhost'],
    notBefore: Date.now() - 86_400_000,
    notAfter: Date.now() + 86_400_000,
  });
  writeFileSync(file('own.pem'), own.pem);
  writeFileSync(file('own.key'), own.keyPem);
  const config = {
    pebble: {
      listenAddress: `127.0.0.1:${String(directoryPort)}`,
      managementListenAddress: `127.0.0.1:${String(managementPort)}`,
      certificate: file('own.pem'),
      privateKey: file('own.key'),
      httpPort,
      tlsPort,
    },
  };
  writeFileSync(file('pebble.json'), JSON.stringify(config));
  const pebble = spawn('/usr/bin/pebble', ['-config', file('pebble.json')], {
    env: { ...process.env, PEBBLE_VA_ALWAYS_VALID: '1', PEBBLE_VA_NOSLEEP: '1' },
    stdio: 'ignore',
  });
  const ended = once(pebble, 'exit');
  const root = await until(() => fetchText(`https://localhost:${String(managementPort)}/roots/0`, own.pem));
  writeFileSync(file('root.pem'), root);

  const lego = async (host: string, args: readonly string[]): Promise<IssuedFiles> => {
    const server = `https://localhost:${String(directoryPort)}/dir`;
    const common = ['--server', server, '--email', 'admin@example.test', '--accept-tos', '--path', folder];
    const challenge = ['--http', '--http.port', `127.0.0.1:${String(httpPort)}`];
    await runCommand('lego', [...common, ...challenge, '--domains', host, ...args], {
      env: { LEGO_CA_CERTIFICATES: file('own.pem') },
    });
    const read = (suffix: string) => readFileSync(join(folder, 'certificates', `${host}.${suffix}`), 'utf8');
    return { certificate: read('crt'), key: read('key') };
  };
  return {
    rootFile: file('root.pem'),
    issue: (host) => lego(host, ['run']),
    renew: (host, { keepKey }) =>
      lego(host, ['renew', '--days', '9999', '--no-random-sleep', ...(keepKey ? ['--reuse-key'] : [])]),
    stop: async () => {
      pebble.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** Null while nobody answers. */
function fetchText(url: string, ca: string): Promise<string | null> {
  return new Promise((resolve) => {
    get(url, { ca }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    }).on('error', () => resolve(null));
  });
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const bound = server.address();
      server.close();
      await once(server, 'close');
      return bound === null || typeof bound === 'string' ? 0 : bound.port;
    }),
  );
}

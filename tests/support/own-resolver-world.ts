import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '#prisma/client.ts';
import { ensurePackages } from '#tests/lab/packages.ts';
import { accepts } from '#tests/lab/ports.ts';
import { runCommand } from '#tests/lab/run-command.ts';
import { dayMs, issueCertificate } from './certificates.ts';
import { startMailServer } from './mail-server.ts';
import { cleanEnvironment, freePort } from './product.ts';
import { until } from './until.ts';

/** One IMAP server with many host names, a real resolver that knows them, and a real worker that watches them all. */
export interface OwnResolverWorld {
  /** SIGKILL. */
  readonly killResolver: () => Promise<void>;
  readonly startResolver: () => Promise<void>;
  /** How many endpoints have each last verdict; `none` where no run has looked. */
  readonly verdicts: () => Promise<ReadonlyMap<string, number>>;
  /** Resolves when every endpoint is well: a note says that the server knows nothing of DEEP. */
  readonly allGreen: () => Promise<void>;
  readonly allUnknown: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Hosts share addresses: a worker holds two connections to one. */
const hostsPerAddress = 10;

const hostOf = (index: number) => `m${String(index)}.hosts.test`;
const addressOf = (index: number) => {
  const number = Math.floor(index / hostsPerAddress);
  return `127.1.${String(Math.floor(number / 200))}.${String(1 + (number % 200))}`;
};

/** Starts all of it with `count` endpoints, due one after the other within `intervalSeconds`. */
export async function startOwnResolverWorld(options: {
  readonly databaseUrl: string;
  readonly database: Database;
  readonly count: number;
  readonly intervalSeconds: number;
}): Promise<OwnResolverWorld> {
  const { databaseUrl, database, count, intervalSeconds } = options;
  const folder = mkdtempSync(join(tmpdir(), 'latchwatch-resolver-'));
  const dates = { notBefore: Date.now() - 40 * dayMs, notAfter: Date.now() + 50 * dayMs };
  const authority = issueCertificate({ commonName: 'Hosts CA', isAuthority: true, ...dates });
  const leaf = issueCertificate({ commonName: 'hosts.test', dnsNames: ['*.hosts.test'], issuer: authority, ...dates });
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, authority.pem);
  const mail = await startMailServer({
    tlsMode: 'implicit',
    greeting: '* OK ready\r\n',
    answer: (line) => {
      const [tag = '', command] = line.split(' ');
      if (command === 'LOGOUT') return `* BYE see you\r\n${tag} OK\r\n`;
      if (command === 'CAPABILITY') return `* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n${tag} OK\r\n`;
      return command === 'NOOP' ? `${tag} OK\r\n` : `${tag} BAD\r\n`;
    },
    tls: { cert: `${leaf.pem}${authority.pem}`, key: leaf.keyPem },
    at: { address: '0.0.0.0', port: await freePort() },
  });
  const resolverPort = await freePort();
  const { configuration, trustAnchors } = await writeConfiguration({ folder, port: resolverPort, count });
  let resolver: ChildProcess | null = null;
  const startResolver = async (): Promise<void> => {
    resolver = spawn('/usr/sbin/unbound', ['-d', '-c', configuration], { stdio: 'ignore' });
    await until(async () => ((await accepts('127.0.0.1', resolverPort)) ? true : null));
  };
  const killResolver = async (): Promise<void> => {
    if (resolver === null) return;
    const ended = once(resolver, 'exit');
    resolver.kill('SIGKILL');
    await ended;
    resolver = null;
  };
  await startResolver();
  await watch(database, { count, port: mail.port, intervalSeconds });
  const worker = spawn(process.execPath, ['--import', 'tsx', 'workers/main.ts'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: cleanEnvironment({
      NODE_ENV: 'production',
      DATABASE_URL: databaseUrl,
      LATCHWATCH_PUBLIC_URL: 'https://watch.example.com',
      LATCHWATCH_SECRET: 'a secret of the tests, long enough for it',
      LATCHWATCH_CA_FILE: caFile,
      LATCHWATCH_ALLOW_ADDRESSES: '127.0.0.0/8',
      LATCHWATCH_RESOLVER: `127.0.0.1:${String(resolverPort)}`,
      LATCHWATCH_TRUST_ANCHORS: trustAnchors,
      // A server of our own stands for the Internet: the network is fine all the time.
      LATCHWATCH_CANARIES: `127.0.0.1:${String(mail.port)}`,
      LATCHWATCH_INTERVAL: `${String(intervalSeconds)}s`,
    }),
  });
  const verdicts = async () => {
    const rows = await database.endpoint.groupBy({ by: ['lastVerdict'], _count: true });
    return new Map(rows.map((row) => [row.lastVerdict ?? 'none', row._count]));
  };
  const all = async (verdict: string): Promise<void> => {
    await until(async () => ((await verdicts()).get(verdict) === count ? true : null));
  };
  return {
    killResolver,
    startResolver,
    verdicts,
    allGreen: () => all('info'),
    allUnknown: () => all('inconclusive'),
    stop: async () => {
      const ended = once(worker, 'exit');
      worker.kill('SIGTERM');
      await ended;
      await killResolver();
      await mail.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Seconds that an answer may be remembered: a run shortly after the resolver is gone is to notice. */
const ttlSeconds = 5;

/** A signed root with these hosts in it, and an unbound that serves it and asks nobody. */
async function writeConfiguration(what: {
  readonly folder: string;
  readonly port: number;
  readonly count: number;
}): Promise<{ readonly configuration: string; readonly trustAnchors: string }> {
  const { folder, port, count } = what;
  await ensurePackages(['unbound', 'ldnsutils']);
  const printed = await runCommand('ldns-keygen', ['-a', 'ECDSAP256SHA256', '-k', '.'], { cwd: folder });
  const key = join(folder, printed.trim());
  const zone = join(folder, 'root.zone');
  const hosts = Array.from({ length: count }, (_, index) => `${hostOf(index)}. A ${addressOf(index)}`);
  const records = [
    '. SOA a.root. hostmaster.root. 1 1800 900 604800 5',
    '. NS a.root.',
    'a.root. A 127.0.0.1',
    ...hosts,
  ];
  writeFileSync(zone, [`$TTL ${String(ttlSeconds)}`, ...records, ''].join('\n'));
  await runCommand('ldns-signzone', ['-o', '.', '-f', `${zone}.signed`, zone, key]);
  const configuration = join(folder, 'unbound.conf');
  const lines = [
    'server:',
    '  interface: 127.0.0.1',
    `  port: ${String(port)}`,
    '  access-control: 127.0.0.0/8 allow',
    '  chroot: ""',
    '  username: ""',
    `  directory: "${folder}"`,
    '  pidfile: ""',
    '  use-syslog: no',
    `  logfile: "${join(folder, 'unbound.log')}"`,
    '  do-daemonize: no',
    '  num-threads: 1',
    '  do-ip6: no',
    '  module-config: "iterator"',
    '  local-zone: "test." nodefault',
    'auth-zone:',
    '  name: "."',
    `  zonefile: "${zone}.signed"`,
    '  for-downstream: yes',
    '  for-upstream: yes',
    '  fallback-enabled: no',
    'remote-control:',
    '  control-enable: no',
    '',
  ];
  writeFileSync(configuration, lines.join('\n'));
  return { configuration, trustAnchors: `${key}.key` };
}

async function watch(
  database: Database,
  { count, port, intervalSeconds }: { readonly count: number; readonly port: number; readonly intervalSeconds: number },
): Promise<void> {
  const now = Date.now();
  const indexes = Array.from({ length: count }, (_, index) => index);
  const idOf = (index: number) => `e${String(index)}`;
  await database.domain.create({ data: { id: 'hosts', name: 'hosts.test', createdBy: 'test' } });
  await database.endpoint.createMany({
    data: indexes.map((index) => ({
      ...{ id: idOf(index), service: 'imap', tlsMode: 'implicit', host: hostOf(index), port },
    })),
  });
  const seen = { origin: 'manual', firstSeen: new Date(now), lastSeen: new Date(now) };
  await database.domainEndpoint.createMany({
    data: indexes.map((index) => ({ domainId: 'hosts', endpointId: idOf(index), ...seen })),
  });
  await database.task.createMany({
    data: indexes.flatMap((index) => [
      { kind: 'probe', ref: idOf(index), dueAt: new Date(now + (index / count) * intervalSeconds * 1000) },
      // Deep scans are for workers of a place that has none: they would take the machine for themselves.
      { kind: 'scan', ref: idOf(index), dueAt: new Date(now + dayMs), vantage: 'nowhere' },
    ]),
  });
}

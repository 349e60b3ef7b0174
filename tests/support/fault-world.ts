import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '#prisma/client.ts';
import { answerTo, framed, startNameServer } from '#tests/workers/net/dns/scripted-name-server.ts';
import { dayMs, generateKey, issueCertificate, type TestCertificate } from './certificates.ts';
import { startMailServer, type MailServer, type MailServerOptions } from './mail-server.ts';
import { cleanEnvironment, freePort } from './product.ts';
import { startSmtpSink, type SmtpSink, type SunkMail } from './smtp-sink.ts';
import { until } from './until.ts';

/** What can be made to go wrong: a date that is written down, and a silence that has to be confirmed. */
export const faultKinds = ['expired', 'gone'] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What a fault is told as. */
const codeOf: Readonly<Record<FaultKind, string>> = { expired: 'certificate-expiry', gone: 'unreachable' };

/** A mail server that can be broken and mended. */
export interface BreakableServer {
  readonly host: string;
  readonly endpointId: string;
  readonly breakIt: (kind: FaultKind) => Promise<void>;
  readonly mendIt: () => Promise<void>;
}

/** Real IMAP servers that a real worker process watches, with a real relay behind it. */
export interface FaultWorld {
  readonly servers: readonly BreakableServer[];
  readonly sink: SmtpSink;
  /** Resolves with the first mail after `from` (an index into `sink.mails`) that says this of the host. */
  readonly mailOf: (wanted: {
    readonly host: string;
    readonly kind: FaultKind;
    readonly state: 'FIRING' | 'RESOLVED';
    readonly from: number;
  }) => Promise<SunkMail>;
  /** SIGKILL, and a new worker at once. */
  readonly killWorker: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const answer: MailServerOptions['answer'] = (line) => {
  const [tag = '', command] = line.split(' ');
  if (command === 'LOGOUT') return `* BYE see you\r\n${tag} OK\r\n`;
  if (command === 'CAPABILITY') return `* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n${tag} OK\r\n`;
  return command === 'NOOP' ? `${tag} OK\r\n` : `${tag} BAD\r\n`;
};

const tlsOf = ({ pem, keyPem }: TestCertificate, authority: TestCertificate) => ({
  cert: `${pem}${authority.pem}`,
  key: keyPem,
});

/** An address a server: a worker holds two connections to one. */
function addressOf(index: number): string {
  return `127.0.${String(1 + Math.floor(index / 200))}.${String(1 + (index % 200))}`;
}

/** Starts `count` healthy servers, puts them under watch and waits until each was probed. */
export async function startFaultWorld(options: {
  readonly databaseUrl: string;
  readonly database: Database;
  readonly count: number;
  readonly intervalSeconds: number;
}): Promise<FaultWorld> {
  const { databaseUrl, database, count, intervalSeconds } = options;
  const folder = mkdtempSync(join(tmpdir(), 'latchwatch-faults-'));
  const now = Date.now();
  const dates = { notBefore: now - 40 * dayMs, notAfter: now + 50 * dayMs };
  const authority = issueCertificate({ commonName: 'Fault CA', isAuthority: true, ...dates });
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, authority.pem);
  const running = new Map<string, MailServer>();
  const servers = await Promise.all(
    Array.from({ length: count }, async (_, index): Promise<BreakableServer & { readonly port: number }> => {
      const host = `m${String(index)}.faults.test`;
      const issue = { commonName: host, dnsNames: [host], issuer: authority, key: generateKey('ec') };
      // Each is younger than the one it follows, as after a renewal: else a deep scan that meets two of them sees a pool
      // of unlike servers, which proves nothing for the five minutes until it looks again.
      let issued = 0;
      const next = (notAfter: number) => {
        issued += 1;
        return tlsOf(issueCertificate({ ...issue, notBefore: dates.notBefore + issued * 60_000, notAfter }), authority);
      };
      const at = { address: addressOf(index), port: await freePort() };
      let shown = next(dates.notAfter);
      const start = async () => {
        running.set(
          host,
          await startMailServer({ tlsMode: 'implicit', greeting: '* OK ready\r\n', answer, tls: () => shown, at }),
        );
      };
      await start();
      return {
        host,
        port: at.port,
        endpointId: `e${String(index)}`,
        breakIt: async (kind) => {
          if (kind === 'expired') shown = next(now - dayMs);
          else {
            await running.get(host)?.stop();
            running.delete(host);
          }
        },
        mendIt: async () => {
          shown = next(dates.notAfter);
          if (!running.has(host)) await start();
        },
      };
    }),
  );
  await watch(database, servers, intervalSeconds);
  // Nothing about these names is in DNS: their addresses are declared.
  const names = await startNameServer({
    udp: (query, reply) => reply(answerTo(query, { rcode: 'NXDOMAIN' })),
    tcp: (query, socket) => void socket.end(framed(answerTo(query, { rcode: 'NXDOMAIN' }))),
  });
  const sink = await startSmtpSink();
  const environment = cleanEnvironment({
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    LATCHWATCH_PUBLIC_URL: 'https://watch.example.com',
    LATCHWATCH_SECRET: 'a secret of the tests, long enough for it',
    LATCHWATCH_SMTP_URL: `smtp://127.0.0.1:${String(sink.port)}`,
    LATCHWATCH_MAIL_TO: 'oncall@example.com',
    LATCHWATCH_CA_FILE: caFile,
    LATCHWATCH_ALLOW_ADDRESSES: '127.0.0.0/8',
    LATCHWATCH_RESOLVER: `127.0.0.1:${String(names.server.port)}`,
    LATCHWATCH_INTERVAL: `${String(intervalSeconds)}s`,
  });
  const startWorker = () =>
    spawn(process.execPath, ['--import', 'tsx', 'workers/main.ts'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: environment,
    });
  let worker = startWorker();
  const endWorker = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    // Nobody but us may end it: one that fell over by itself would be waited for without end.
    if (worker.exitCode !== null) throw new Error(`the worker ended by itself, status ${String(worker.exitCode)}`);
    const ended = once(worker, 'exit');
    worker.kill(signal);
    await ended;
  };
  await until(async () => ((await database.endpoint.count({ where: { lastProbedAt: null } })) === 0 ? true : null));
  return {
    servers,
    sink,
    mailOf: ({ host, kind, state, from }) =>
      until(
        () =>
          sink.mails
            .slice(from)
            .find(
              ({ headers, body }) =>
                (headers.get('subject') ?? '').startsWith(`[${state}] ${host}`) &&
                body.includes(`\nCode: ${codeOf[kind]}\n`),
            ) ?? null,
      ),
    killWorker: async () => {
      await endWorker('SIGKILL');
      worker = startWorker();
    },
    stop: async () => {
      await endWorker('SIGTERM');
      await Promise.all([...running.values()].map((server) => server.stop()));
      await sink.close();
      await names.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function watch(
  database: Database,
  servers: readonly { readonly host: string; readonly port: number; readonly endpointId: string }[],
  intervalSeconds: number,
): Promise<void> {
  const now = new Date();
  await database.domain.create({ data: { id: 'faults', name: 'faults.test', createdBy: 'test' } });
  for (const [index, { host, port, endpointId }] of servers.entries()) {
    await database.endpoint.create({ data: { id: endpointId, service: 'imap', tlsMode: 'implicit', host, port } });
    const seen = { firstSeen: now, lastSeen: now };
    await database.domainEndpoint.create({ data: { domainId: 'faults', endpointId, origin: 'manual', ...seen } });
    await database.declaration.create({
      data: { endpointId, address: addressOf(index), updatedAt: now, updatedBy: 'test' },
    });
    const dueAt = new Date(now.getTime() + (index / servers.length) * Math.min(intervalSeconds, 10) * 1000);
    await database.task.create({ data: { kind: 'probe', ref: endpointId, dueAt } });
  }
}

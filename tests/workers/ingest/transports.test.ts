import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { issueCertificate } from '#tests/support/certificates.ts';
import { until } from '#tests/support/until.ts';
import type { CommitQueue, Outcome } from '#workers/ingest/commit-queue.ts';
import { startTransports, type Transports } from '#workers/ingest/transports.ts';

/* Real sockets, plain and with TLS; the queue is one that answers when the test says so. */

const answer: Outcome = { ok: true, answer: { accepted: 1, duplicate: 0, rejected: [], revoked: false } };
const full: Outcome = { ok: false, postponed: { why: 'full', retryAfterSeconds: 0 } };

let folder: string;
let transports: Transports;
let batches: Parameters<CommitQueue['add']>[0][];
let onAdd: () => Promise<Outcome>;
let isKnown: boolean;
let sessions: () => readonly (string | null)[];

async function start(tls: { readonly cert: string; readonly key: string } | null): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'latchwatch-transports-'));
  if (tls !== null) {
    writeFileSync(join(folder, 'crt'), tls.cert);
    writeFileSync(join(folder, 'key'), tls.key);
  }
  batches = [];
  onAdd = () => Promise.resolve(answer);
  isKnown = true;
  sessions = () => batches.flatMap(({ reports }) => reports.map(({ session }) => session));
  const queue: Pick<CommitQueue, 'add'> = {
    add: (batch) => {
      batches.push(batch);
      return onAdd();
    },
  };
  const source = { id: 's', number: 1, name: 's', addresses: ['127.0.0.1'], hosts: [], perSecond: 1000 };
  transports = await startTransports(
    {
      ...{ host: '127.0.0.1', dataFolder: folder, relpPort: 0, syslogPort: 0, logFiles: [] },
      ...{ logCertificate: tls && join(folder, 'crt'), logKey: tls && join(folder, 'key') },
    },
    {
      queue,
      sources: { spend: () => 0 },
      findSource: () => Promise.resolve(isKnown ? source : null),
      recentBatches: () => Promise.resolve([]),
      clock: { now: () => Date.now() },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    },
  );
}

afterEach(async () => {
  await transports.stop();
  rmSync(folder, { recursive: true, force: true });
});

function login(session: string): string {
  return `<22>${new Date().toISOString()} mail dovecot: imap-login: Login: user=<a>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1, mpid=1, TLS, session=<${session}>`;
}

const relpFrame = (transaction: number, text: string): string =>
  `${String(transaction)} syslog ${String(Buffer.byteLength(text))} ${text}\n`;

function received(socket: Socket): () => string {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (piece: string) => (text += piece));
  socket.on('error', () => undefined);
  return () => text;
}

describe('syslog over TCP', () => {
  it('takes both ways of framing, and lines of others', async () => {
    await start(null);
    const socket = connect(transports.syslogPort ?? 0, '127.0.0.1');
    const counted = login('b');
    socket.end(`${login('a')}\n<13>something else\n${String(Buffer.byteLength(counted))} ${counted}`);
    await until(() => (sessions().includes('b') ? true : null));
    expect(sessions()).toEqual(['a', 'b']);
  });

  it('takes TLS where there is a certificate', async () => {
    const certificate = issueCertificate({ commonName: 'log.example.org', dnsNames: ['log.example.org'] });
    await start({ cert: certificate.pem, key: certificate.keyPem });
    const socket = connectTls({
      ...{ port: transports.syslogPort ?? 0, host: '127.0.0.1', servername: 'log.example.org' },
      ...{ rejectUnauthorized: false },
    });
    await once(socket, 'secureConnect');
    socket.end(`${login('tls')}\n`);
    await until(() => (sessions().includes('tls') ? true : null));
  });

  it('closes the connection of a stranger', async () => {
    await start(null);
    isKnown = false;
    const socket = connect(transports.syslogPort ?? 0, '127.0.0.1');
    received(socket);
    socket.write(`${login('x')}\n`);
    await once(socket, 'close');
    expect(batches).toEqual([]);
  });
});

describe('RELP', () => {
  it('answers a line after the commit and not before, and tries again while there is no room', async () => {
    await start(null);
    let release: (outcome: Outcome) => void = () => undefined;
    onAdd = () => new Promise((resolve) => (release = resolve));
    const socket = connect(transports.relpPort ?? 0, '127.0.0.1');
    const text = received(socket);
    socket.write(`1 open 14 relp_version=0\n${relpFrame(2, login('a'))}`);
    await until(() => (batches.length === 1 ? true : null));
    expect(text()).toMatch(/^1 rsp \d+ 200 OK\nrelp_version=0\n/);
    expect(text()).not.toContain('2 rsp');
    release(full);
    await until(() => (batches.length === 2 ? true : null));
    expect(batches[1]).toEqual(batches[0]);
    release(answer);
    await until(() => (text().includes('2 rsp 6 200 OK\n') ? true : null));
    socket.write('3 close 0\n');
    await once(socket, 'close');
    expect(text()).toMatch(/3 rsp 0\n0 serverclose 0\n$/);
  });

  it('counts a line once that comes again', async () => {
    await start(null);
    const line = login('again');
    for (const transaction of [2, 3]) {
      const socket = connect(transports.relpPort ?? 0, '127.0.0.1');
      const text = received(socket);
      socket.write(relpFrame(transaction, line));
      await until(() => (text().includes(`${String(transaction)} rsp 6 200 OK\n`) ? true : null));
      socket.destroy();
    }
    expect(sessions()).toEqual(['again']);
  });

  it('does not answer what it could not take before it stopped', async () => {
    await start(null);
    onAdd = () => Promise.resolve({ ok: false, postponed: { why: 'database', retryAfterSeconds: 60 } });
    const socket = connect(transports.relpPort ?? 0, '127.0.0.1');
    const text = received(socket);
    socket.write(relpFrame(2, login('late')));
    await until(() => (batches.length === 1 ? true : null));
    await transports.stop();
    expect(text()).toBe('');
  });

  it('closes the connection of what speaks something else', async () => {
    await start(null);
    const socket = connect(transports.relpPort ?? 0, '127.0.0.1');
    received(socket);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await once(socket, 'close');
    expect(batches).toEqual([]);
  });
});

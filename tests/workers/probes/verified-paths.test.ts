import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { once } from 'node:events';
import type { AddressSession } from '#lib/model/observation.ts';
import { dayMs, issueAuthority, issueCertificate, type TestCertificate } from '#tests/support/certificates.ts';
import { createSettableClock } from '#tests/support/settable-clock.ts';
import { createDial } from '#workers/net/dial.ts';
import { probeAddress } from '#workers/probes/session.ts';
import { createTrustStore, type TrustStore } from '#workers/probes/trust-store.ts';

const host = 'mail.example.test';
const dates = { notBefore: Date.now() - dayMs, notAfter: Date.now() + 90 * dayMs };
const authority = issueAuthority('Test Root', dates);
const issue = (notAfter = dates.notAfter): TestCertificate =>
  issueCertificate({ commonName: host, dnsNames: [host], issuer: authority, ...dates, notAfter });
const selfSigned = issueCertificate({ commonName: host, dnsNames: [host], ...dates });

const clock = createSettableClock(Date.now());
let folder: string;
let server: Server;
let connections = 0;
let trust: TrustStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchwatch-paths-'));
  await writeFile(join(folder, 'ca.pem'), authority.pem);
  server = createServer(keyOf(issue()), (socket) => {
    socket.on('error', () => undefined);
    socket.write('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n');
    socket.once('data', () => socket.end('* BYE\r\na1 OK\r\n'));
  });
  server.on('connection', () => (connections += 1));
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  const store = await createTrustStore({ caFile: join(folder, 'ca.pem') });
  if (!store.ok) throw new Error(store.error);
  trust = store.value;
  connections = 0;
});

function keyOf({ pem, keyPem }: TestCertificate) {
  return { cert: pem, key: keyPem };
}

async function look(serverName = host): Promise<AddressSession> {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const target = { service: 'imap', tlsMode: 'implicit', host: serverName, port: address.port } as const;
  const dial = createDial({ guard: (to) => ({ allowed: true, address: to }) });
  return probeAddress({ target, address: '127.0.0.1', dial, clock, trust });
}

describe('the verdict on a chain', () => {
  it('is the same when it is remembered', async () => {
    server.setSecureContext(keyOf(issue()));
    const first = await look();
    const second = await look();
    expect(second.tls).toEqual(first.tls);
    expect(second.tls?.pkix).toMatchObject({ trusted: true, path: [expect.any(String), authority.base64] });
    expect([second.failure, connections]).toEqual([null, 2]);
  });

  it('is made anew where the server shows another chain', async () => {
    server.setSecureContext(keyOf(issue()));
    await look();
    server.setSecureContext(keyOf(selfSigned));
    const changed = await look();
    expect(changed.tls?.chain).toEqual([selfSigned.base64]);
    expect(changed.tls?.pkix).toMatchObject({ trusted: false, error: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(changed.failure).toBeNull();
    // One of them ended at once: what it showed was unknown.
    expect(connections).toBe(3);
  });

  it('is remembered for several servers behind one address', async () => {
    const [one, other] = [issue(), issue()];
    for (const certificate of [one, other, one, other]) {
      server.setSecureContext(keyOf(certificate));
      const session = await look();
      expect(session.tls?.chain[0]).toBe(certificate.base64);
      expect(session.tls?.pkix.trusted).toBe(true);
    }
    expect(connections).toBe(5);
  });

  it('does not outlive a certificate, nor an hour', async () => {
    const start = clock.now();
    server.setSecureContext(keyOf(issue(Math.floor(start / 1000) * 1000 + 60_000)));
    await look();
    const place = (now: number) => {
      const address = server.address();
      const port = address === null || typeof address === 'string' ? 0 : address.port;
      return trust.verifiedPaths.recall(`127.0.0.1 ${String(port)} ${host}`, now).length;
    };
    expect([place(start), place(start + 61_000)]).toEqual([1, 0]);
    server.setSecureContext(keyOf(issue()));
    await look();
    expect([place(start + 3_599_000), place(start + 3_601_000)]).toEqual([1, 0]);
  });

  it('counts for one name only, and a bad one is never kept', async () => {
    server.setSecureContext(keyOf(selfSigned));
    await look();
    await look();
    server.setSecureContext(keyOf(issue()));
    await look();
    await look('other.example.test');
    expect(connections).toBe(4);
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { SecureContextOptions } from 'node:tls';
import { createAddressGuard } from '#lib/model/address.ts';
import type { EndpointTarget, Service, TlsMode } from '#lib/model/endpoint.ts';
import { parseCidr } from '#lib/model/ip-address.ts';
import type { AddressSession } from '#lib/model/observation.ts';
import {
  dayMs,
  issueCertificate,
  type TestCertificate,
  type TestCertificateOptions,
} from '#tests/support/certificates.ts';
import { startScriptedServer, type ScriptedServer, type ScriptStep } from '#tests/support/scripted-server.ts';
import { createDial } from '#workers/net/dial.ts';
import { probeAddress } from '#workers/probes/session.ts';
import { createTrustStore, type TrustStore } from '#workers/probes/trust-store.ts';

const host = 'mail.example.test';
const root = issue({ commonName: 'Test Root', isAuthority: true });
const intermediate = issue({ commonName: 'Test Intermediate', issuer: root, isAuthority: true });
const leaf = issue({ commonName: host, issuer: intermediate });
const healthy = serve(leaf, intermediate);
const loopback = parseCidr('127.0.0.0/8');
const dial = createDial({ guard: createAddressGuard(loopback.ok ? [loopback.value] : []) });
const startedAt = Date.parse('2026-11-24T04:00:00Z');

let folder: string;
let trust: TrustStore;
let server: ScriptedServer | null = null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchwatch-session-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, root.pem);
  const store = await createTrustStore({ caFile });
  if (!store.ok) throw new Error(store.error);
  trust = store.value;
});
afterEach(async () => {
  await server?.stop();
  server = null;
});
afterAll(async () => rm(folder, { recursive: true }));

/** OpenSSL looks at the real clock. */
function issue(options: TestCertificateOptions): TestCertificate {
  const now = Date.now();
  return issueCertificate({
    notBefore: now - dayMs,
    notAfter: now + 90 * dayMs,
    dnsNames: [options.commonName],
    ...options,
  });
}

function serve(first: TestCertificate, ...more: readonly TestCertificate[]): SecureContextOptions {
  return { key: first.keyPem, cert: [first, ...more].map(({ pem }) => pem).join('\n') };
}

interface Setting {
  readonly service: Service;
  readonly tlsMode: TlsMode;
  readonly script: readonly ScriptStep[];
  readonly patienceMs?: number;
}

async function probe({ service, tlsMode, script, patienceMs = 20_000 }: Setting): Promise<AddressSession> {
  server = await startScriptedServer(script);
  const target: EndpointTarget = { service, tlsMode, host, port: server.port };
  return probeAddress({
    target,
    address: server.address,
    dial,
    clock: { now: () => startedAt },
    trust,
    deadline: performance.now() + patienceMs,
  });
}

const dovecotGreeting =
  '* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN] Dovecot (Debian) ready.\r\n';
const imapsEnding: readonly ScriptStep[] = [
  { expect: 'a1 LOGOUT' },
  { send: '* BYE Logging out\r\na1 OK Logout completed (0.001 + 0.000 secs).\r\n' },
  { close: true },
];
const imaps = (options: SecureContextOptions): readonly ScriptStep[] => [
  { startTls: options },
  { send: dovecotGreeting },
  ...imapsEnding,
];

describe('a whole dialogue', () => {
  it('sees IMAP with implicit TLS and leaves politely', async () => {
    const session = await probe({ service: 'imap', tlsMode: 'implicit', script: imaps(healthy) });
    expect(session).toMatchObject({
      address: '127.0.0.1',
      startedAt,
      capabilitiesBeforeTls: null,
      starttls: 'not-applicable',
      goodbyeAnswered: true,
      failure: null,
      tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', serverName: host },
    });
    expect(session.greeting).toContain('Dovecot (Debian) ready.');
    expect(session.capabilitiesAfterTls).toContain('AUTH=PLAIN');
    expect(session.transcript.map(({ from }) => from)).toEqual(['server', 'client', 'server', 'server']);
    expect(server?.surprises).toEqual([]);
    expect(server?.serverNames).toEqual([host]);
    await server?.allClosed();
    expect(server?.openConnections()).toBe(0);
    const { connectMs, greetingMs, handshakeMs, totalMs } = session.timings;
    expect([connectMs, greetingMs, handshakeMs].every((duration) => duration !== null && duration <= totalMs)).toBe(
      true,
    );
  });

  it('sees ManageSieve, whose capabilities come by themselves after STARTTLS', async () => {
    const listed = '"IMPLEMENTATION" "Dovecot (Debian) Pigeonhole"\r\n"SIEVE" "fileinto reject"\r\n';
    const session = await probe({
      service: 'sieve',
      tlsMode: 'starttls',
      script: [
        { send: `${listed}"SASL" ""\r\n"STARTTLS"\r\nOK "Dovecot (Debian) ready."\r\n` },
        { expect: 'STARTTLS' },
        { send: 'OK "Begin TLS negotiation now."\r\n' },
        { startTls: healthy },
        { send: `${listed}"SASL" "PLAIN"\r\nOK "TLS negotiation successful."\r\n` },
        { expect: 'LOGOUT' },
        { send: 'OK "Logout completed."\r\n' },
        { close: true },
      ],
    });
    expect(session.failure).toBeNull();
    expect(session.capabilitiesBeforeTls).toContain('STARTTLS');
    expect(session.capabilitiesAfterTls).toContain('SASL PLAIN');
    expect(server?.received).toEqual(['STARTTLS', 'LOGOUT']);
  });

  it('sees SMTP submission with STARTTLS, capabilities before and after', async () => {
    const session = await probe({
      service: 'submission',
      tlsMode: 'starttls',
      script: [
        { send: '220 mail.example.test ESMTP Postfix (Debian/GNU)\r\n' },
        { expect: 'EHLO latchwatch.invalid' },
        { send: '250-mail.example.test\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 SMTPUTF8\r\n' },
        { expect: 'STARTTLS' },
        { send: '220 2.0.0 Ready to start TLS\r\n' },
        { startTls: healthy },
        { expect: 'EHLO latchwatch.invalid' },
        { send: '250-mail.example.test\r\n250-PIPELINING\r\n250-AUTH PLAIN LOGIN\r\n250 SMTPUTF8\r\n' },
        { expect: 'QUIT' },
        { send: '221 2.0.0 Bye\r\n' },
        { close: true },
      ],
    });
    expect(session.failure).toBeNull();
    expect(session.capabilitiesBeforeTls).toEqual(['PIPELINING', 'STARTTLS', 'SMTPUTF8']);
    expect(session.capabilitiesAfterTls).toEqual(['PIPELINING', 'AUTH PLAIN LOGIN', 'SMTPUTF8']);
    expect(session.starttls).toBe('accepted');
    expect(session.tls?.pkix.trusted).toBe(true);
    expect(server?.surprises).toEqual([]);
  });

  it('sees POP3 with STLS', async () => {
    const session = await probe({
      service: 'pop3',
      tlsMode: 'starttls',
      script: [
        { send: '+OK Dovecot (Debian) ready.\r\n' },
        { expect: 'CAPA' },
        { send: '+OK\r\nCAPA\r\nTOP\r\nUIDL\r\nSTLS\r\nUSER\r\nSASL PLAIN\r\n.\r\n' },
        { expect: 'STLS' },
        { send: '+OK Begin TLS negotiation now.\r\n' },
        { startTls: healthy },
        { expect: 'CAPA' },
        { send: '+OK\r\nCAPA\r\nTOP\r\nUIDL\r\nUSER\r\nSASL PLAIN\r\n.\r\n' },
        { expect: 'QUIT' },
        { send: '+OK Logging out\r\n' },
        { close: true },
      ],
    });
    expect(session.failure).toBeNull();
    expect(session.capabilitiesAfterTls).toEqual(['CAPA', 'TOP', 'UIDL', 'USER', 'SASL PLAIN']);
    expect(session.goodbyeAnswered).toBe(true);
    expect(server?.surprises).toEqual([]);
  });

  it('asks again after TLS and says goodbye when STARTTLS is not offered', async () => {
    const session = await probe({
      service: 'smtp',
      tlsMode: 'starttls',
      script: [
        { send: '220 mx ESMTP\r\n' },
        { expect: /^EHLO / },
        { send: '250-mx\r\n250 SIZE 1000\r\n' },
        { expect: 'QUIT' },
        { send: '221 Bye\r\n' },
      ],
    });
    expect(session).toMatchObject({
      starttls: 'not-advertised',
      tls: null,
      goodbyeAnswered: true,
      failure: { stage: 'starttls', reason: 'not-advertised' },
    });
  });
});

describe('the verdict on the certificate', () => {
  it('keeps the chain as sent and the path down to our root apart', async () => {
    const { tls } = await probe({ service: 'imap', tlsMode: 'implicit', script: imaps(healthy) });
    expect(tls?.chain).toEqual([leaf.base64, intermediate.base64]);
    expect(tls?.pkix).toEqual({
      trusted: true,
      path: [leaf.base64, intermediate.base64, root.base64],
      store: `Mozilla (Node ${process.versions.node}) + ${join(folder, 'ca.pem')}`,
    });
  });

  it('keeps what does not belong into the chain', async () => {
    const stranger = issue({ commonName: 'stranger.test' });
    const { tls } = await probe({
      service: 'imap',
      tlsMode: 'implicit',
      script: imaps(serve(leaf, stranger, intermediate, intermediate)),
    });
    expect(tls?.chain).toEqual([leaf.base64, stranger.base64, intermediate.base64, intermediate.base64]);
    expect(tls?.pkix).toMatchObject({ trusted: true, path: [leaf.base64, intermediate.base64, root.base64] });
  });

  it.each([
    [
      'expired',
      'CERT_HAS_EXPIRED',
      serve(
        issue({
          commonName: host,
          issuer: intermediate,
          notBefore: Date.now() - 30 * dayMs,
          notAfter: Date.now() - dayMs,
        }),
        intermediate,
      ),
    ],
    [
      'not yet valid',
      'CERT_NOT_YET_VALID',
      serve(issue({ commonName: host, issuer: intermediate, notBefore: Date.now() + dayMs }), intermediate),
    ],
    ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT', serve(issue({ commonName: host }))],
    ['sent without its intermediate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', serve(leaf)],
  ])('names the fault of a certificate that is %s', async (_fault, error, options) => {
    const session = await probe({ service: 'imap', tlsMode: 'implicit', script: imaps(options) });
    expect(session.failure).toBeNull();
    expect(session.tls?.pkix).toMatchObject({ trusted: false, error });
    expect(session.tls?.chain[0]).toMatch(/^MII/);
  });

  it('says nothing about the name', async () => {
    const misnamed = serve(issue({ commonName: 'other.test', issuer: intermediate }), intermediate);
    const { tls } = await probe({ service: 'imap', tlsMode: 'implicit', script: imaps(misnamed) });
    expect(tls?.pkix.trusted).toBe(true);
  });

  it('still sees a server that can do no better than TLS 1.0', async () => {
    const old = { ...healthy, minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
    const { tls } = await probe({ service: 'imap', tlsMode: 'implicit', script: imaps(old) });
    expect(tls).toMatchObject({ version: 'TLSv1', pkix: { trusted: true } });
  });

  it('keeps 16 certificates of 20 and says so', async () => {
    const many = serve(leaf, ...Array.from({ length: 19 }, () => intermediate));
    const session = await probe({ service: 'imap', tlsMode: 'implicit', script: imaps(many) });
    expect(session.tls?.chain).toHaveLength(16);
    expect(session.failure).toMatchObject({ stage: 'handshake', reason: 'limit' });
  });
});

describe('a hostile or broken server', () => {
  const starttlsUpTo = (...ending: readonly ScriptStep[]): readonly ScriptStep[] => [
    { send: '* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n' },
    { expect: 'a1 STARTTLS' },
    ...ending,
  ];

  it.each<[string, Setting, Partial<NonNullable<AddressSession['failure']>>]>([
    [
      'drips its greeting',
      {
        service: 'imap',
        tlsMode: 'starttls',
        script: [{ drip: dovecotGreeting, pauseMs: 40 }],
        patienceMs: 1500,
      },
      { stage: 'greeting', reason: 'timeout' },
    ],
    [
      'says nothing at all',
      { service: 'imap', tlsMode: 'starttls', script: [], patienceMs: 1500 },
      { stage: 'greeting', reason: 'timeout' },
    ],
    [
      'never begins the handshake',
      { service: 'imap', tlsMode: 'implicit', script: [], patienceMs: 1500 },
      { stage: 'handshake', reason: 'timeout' },
    ],
    [
      'never ends its banner',
      { service: 'smtp', tlsMode: 'starttls', script: [{ flood: '220-x'.repeat(1000) }] },
      { stage: 'greeting', reason: 'limit' },
    ],
    [
      'sends lines without end',
      { service: 'smtp', tlsMode: 'starttls', script: [{ flood: '220-hello\r\n'.repeat(10_000) }] },
      { stage: 'greeting', reason: 'limit', said: 'more than 200 lines' },
    ],
    [
      'sends more than 64 KiB in long lines',
      { service: 'smtp', tlsMode: 'starttls', script: [{ flood: `220-${'x'.repeat(8000)}\r\n` }] },
      { stage: 'greeting', reason: 'limit', said: 'more than 65536 bytes' },
    ],
    [
      'floods after TLS has begun',
      { service: 'imap', tlsMode: 'implicit', script: [{ startTls: healthy }, { flood: 'x'.repeat(100_000) }] },
      { stage: 'greeting', reason: 'limit' },
    ],
    [
      'resets at once',
      // Whether connect() or the first read hears of it is chance.
      { service: 'imap', tlsMode: 'starttls', script: [{ reset: true }] },
      { reason: 'reset' },
    ],
    [
      'resets in the capabilities',
      {
        service: 'imap',
        tlsMode: 'starttls',
        script: [{ send: '* OK hi\r\n' }, { expect: 'a1 CAPABILITY' }, { reset: true }],
      },
      { stage: 'capability', reason: 'reset' },
    ],
    [
      'resets instead of answering STARTTLS',
      { service: 'imap', tlsMode: 'starttls', script: starttlsUpTo({ reset: true }) },
      { stage: 'starttls', reason: 'reset' },
    ],
    [
      'resets in the handshake',
      {
        service: 'imap',
        tlsMode: 'starttls',
        script: starttlsUpTo({ send: 'a1 OK Begin TLS\r\n' }, { awaitBytes: true }, { reset: true }),
      },
      { stage: 'handshake', reason: 'reset' },
    ],
    [
      'closes in the handshake',
      {
        service: 'imap',
        tlsMode: 'starttls',
        script: starttlsUpTo({ send: 'a1 OK Begin TLS\r\n' }, { close: true }),
      },
      { stage: 'handshake', reason: 'closed' },
    ],
    [
      'resets after the handshake',
      { service: 'imap', tlsMode: 'implicit', script: [{ startTls: healthy }, { reset: true }] },
      { stage: 'greeting', reason: 'reset' },
    ],
    [
      'closes without a greeting',
      { service: 'imap', tlsMode: 'starttls', script: [{ close: true }] },
      { stage: 'greeting', reason: 'closed' },
    ],
    [
      'answers STARTTLS and then talks on in clear text',
      {
        service: 'imap',
        tlsMode: 'starttls',
        script: starttlsUpTo(
          { send: 'a1 OK Begin TLS\r\n' },
          { drip: '\x16', pauseMs: 30 },
          { send: '* OK garbage where a handshake is due\r\n' },
        ),
      },
      { stage: 'handshake', reason: 'tls' },
    ],
    [
      'greets in clear text on an implicit TLS port',
      { service: 'imap', tlsMode: 'implicit', script: [{ send: dovecotGreeting }] },
      { stage: 'handshake', reason: 'tls', said: 'ERR_SSL_WRONG_VERSION_NUMBER' },
    ],
    [
      'speaks another protocol',
      { service: 'imap', tlsMode: 'starttls', script: [{ send: '220 mail.example.test ESMTP\r\n' }] },
      { stage: 'greeting', reason: 'protocol', said: '220 mail.example.test ESMTP' },
    ],
    [
      'refuses STARTTLS',
      {
        service: 'imap',
        tlsMode: 'starttls',
        script: starttlsUpTo({ send: 'a1 NO no certificate\r\n' }, { expect: 'a2 LOGOUT' }, { close: true }),
      },
      { stage: 'starttls', reason: 'rejected', said: 'a1 NO no certificate' },
    ],
    [
      'has no cipher in common',
      {
        service: 'imap',
        tlsMode: 'implicit',
        script: [{ startTls: { ...healthy, ciphers: 'NULL:@SECLEVEL=0', maxVersion: 'TLSv1.2' } }],
      },
      { stage: 'handshake', reason: 'tls' },
    ],
  ])('that %s ends as a failure', async (_name, setting, failure) => {
    const session = await probe(setting);
    expect(session.failure).toMatchObject(failure);
    expect(server?.surprises).toEqual([]);
    const bytes = session.transcript.reduce((sum, { text }) => sum + text.length, 0);
    expect(bytes).toBeLessThanOrEqual(64 * 1024);
    await server?.allClosed();
    expect(server?.openConnections()).toBe(0);
  });

  it('never takes plaintext that came early for an answer after TLS', async () => {
    const session = await probe({
      service: 'imap',
      tlsMode: 'starttls',
      script: [
        ...starttlsUpTo({ send: 'a1 OK Begin TLS\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\na2 OK injected\r\n' }),
        { startTls: healthy },
        { expect: 'a2 CAPABILITY' },
        { send: '* CAPABILITY IMAP4rev1 AUTH=SCRAM-SHA-256\r\na2 OK genuine\r\n' },
        { expect: 'a3 LOGOUT' },
        { send: '* BYE\r\na3 OK\r\n' },
      ],
    });
    expect(session.capabilitiesAfterTls).toEqual(['IMAP4rev1', 'AUTH=SCRAM-SHA-256']);
    expect(session.failure).toMatchObject({ stage: 'starttls', reason: 'protocol' });
    expect(session.failure?.said).toContain('a2 OK injected');
    expect(session.tls?.pkix.trusted).toBe(true);
    expect(server?.surprises).toEqual([]);
  });

  it('is left in the end although it answers neither LOGOUT nor the close', async () => {
    const script: readonly ScriptStep[] = [{ startTls: healthy }, { send: dovecotGreeting }, { expect: 'a1 LOGOUT' }];
    const session = await probe({ service: 'imap', tlsMode: 'implicit', script, patienceMs: 1500 });
    expect(session).toMatchObject({ failure: null, goodbyeAnswered: false });
    await server?.allClosed();
    expect(server?.openConnections()).toBe(0);
  });
});

describe('the address', () => {
  const target: EndpointTarget = { service: 'imap', tlsMode: 'implicit', host, port: 1 };
  const clock = { now: () => startedAt };

  it('is refused by nobody listening', async () => {
    const stopped = await startScriptedServer([]);
    await stopped.stop();
    const session = await probeAddress({
      target: { ...target, port: stopped.port },
      address: '127.0.0.1',
      dial,
      clock,
      trust,
    });
    expect(session).toMatchObject({ failure: { stage: 'connect', reason: 'refused' }, tls: null, transcript: [] });
    expect(session.timings.connectMs).toBeNull();
  });

  it('is refused by our guard', async () => {
    const session = await probeAddress({ target, address: '10.0.0.1', dial, clock, trust });
    expect(session.failure).toMatchObject({ stage: 'connect', reason: 'blocked' });
  });
});

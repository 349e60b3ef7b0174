import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { TlsOptions } from 'node:tls';
import { createAddressGuard } from '#lib/model/address.ts';
import { undeclared, type Declaration } from '#lib/model/declaration.ts';
import type { EndpointTarget, Service } from '#lib/model/endpoint.ts';
import { parseCidr } from '#lib/model/ip-address.ts';
import type { AddressScan, Offer } from '#lib/model/scan-observation.ts';
import { addressOctets } from '#tests/lib/dns/message-builder.ts';
import { alert, certificates, record, serverHello, serverHelloDone } from '#tests/lib/tls/flight-bytes.ts';
import { dayMs, issueCertificate, type TestCertificate, type TestKeyType } from '#tests/support/certificates.ts';
import { startMailServer, type MailServer, type MailServerOptions } from '#tests/support/mail-server.ts';
import { healthyEndpoint, testEndpoint } from '#tests/support/observations.ts';
import type { NameServer } from '#tests/workers/net/dns/scripted-name-server.ts';
import { startZoneServer } from '#tests/workers/net/dns/zone-server.ts';
import { createDial } from '#workers/net/dial.ts';
import { createPlainLookUp } from '#workers/net/dns/lookup.ts';
import { createQuery } from '#workers/net/dns/query.ts';
import type { Dial } from '#workers/ports.ts';
import { createAddressTurns } from '#workers/probes/address-turns.ts';
import { scanAddress, type AddressScanOptions } from '#workers/probes/scan-address.ts';
import { scanEndpoint, type ScanPorts } from '#workers/probes/scan.ts';
import { createTrustStore, type TrustStore } from '#workers/probes/trust-store.ts';

/* Every handshake is one with a real OpenSSL, except where a server is meant to have what OpenSSL 3 has not. */

const host = 'mail.example.test';
const loopback = parseCidr('127.0.0.0/8');
const dial = createDial({ guard: createAddressGuard(loopback.ok ? [loopback.value] : []) });
const issue = (keyType: TestKeyType, commonName = host): TestCertificate =>
  issueCertificate({
    ...{ commonName, dnsNames: [commonName], keyType },
    ...{ notBefore: Date.now() - dayMs, notAfter: Date.now() + 90 * dayMs },
  });
const ec = issue('ec');
const otherEc = issue('ec');
const rsa = issue('rsa');
const defaultCertificate = issue('ec', 'default.example.test');
const tlsOf = (...certificatesToShow: readonly TestCertificate[]): TlsOptions => ({
  cert: certificatesToShow.map(({ pem }) => pem),
  key: certificatesToShow.map(({ keyPem }) => keyPem),
});

let trust: TrustStore;
let server: MailServer | null = null;

beforeAll(async () => {
  const store = await createTrustStore({ caFile: null });
  if (!store.ok) throw new Error(store.error);
  trust = store.value;
});
afterEach(async () => {
  await server?.stop();
  server = null;
});

const imapAnswer: MailServerOptions['answer'] = (line) => {
  const [tag = '', command] = line.split(' ');
  if (command === 'LOGOUT') return `* BYE see you\r\n${tag} OK\r\n`;
  return command === 'NOOP' || command === 'STARTTLS' ? `${tag} OK ${command}\r\n` : `${tag} BAD\r\n`;
};
const pop3Answer: MailServerOptions['answer'] = (line) => {
  if (line === 'CAPA') return '+OK\r\nSTLS\r\nUIDL\r\n.\r\n';
  return ['QUIT', 'STLS'].includes(line) ? '+OK\r\n' : '-ERR Unknown command.\r\n';
};
const smtpAnswer: MailServerOptions['answer'] = (line, secured) => {
  const [command = ''] = line.split(' ');
  if (command === 'EHLO') return secured ? '250-mail\r\n250 AUTH PLAIN\r\n' : '250-mail\r\n250 STARTTLS\r\n';
  if (command === 'STARTTLS') return '220 go ahead\r\n';
  if (command === 'QUIT') return '221 2.0.0 Bye\r\n';
  if (command === 'MAIL') return '530 5.7.0 Must issue a STARTTLS command first\r\n';
  if (command === 'CLIENT') return /^CLIENT( [a-z-]+=\S+)+$/.test(line) ? '250 OK\r\n' : '501 5.5.4 Syntax\r\n';
  return '250 2.0.0 Ok\r\n';
};
const imaps: MailServerOptions = {
  tlsMode: 'implicit',
  greeting: '* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n',
  answer: imapAnswer,
  tls: tlsOf(ec),
};
const submission: MailServerOptions = {
  tlsMode: 'starttls',
  greeting: '220 mail ESMTP\r\n',
  answer: smtpAnswer,
  tls: tlsOf(ec),
};

const sieve: MailServerOptions = {
  ...submission,
  greeting: '"IMPLEMENTATION" "test"\r\n"STARTTLS"\r\nOK\r\n',
  greetsAgain: true,
  answer: () => 'OK\r\n',
};

async function scan(
  service: Service,
  options: MailServerOptions,
  more: Partial<AddressScanOptions> = {},
): Promise<AddressScan> {
  server = await startMailServer(options);
  return scanAddress({
    target: { service, tlsMode: options.tlsMode, host, port: server.port },
    address: '127.0.0.1',
    serverName: host,
    tryClientCommand: false,
    tryInjection: false,
    dial,
    limit: async (_address, _deadline, work) => work(),
    trust,
    clock: { now: () => 1 },
    pauseMs: 0,
    deadline: performance.now() + 60_000,
    ...more,
  });
}

const outcomes = <K extends string>(offers: Readonly<Record<K, Offer<unknown>>>) =>
  Object.fromEntries(Object.entries<Offer<unknown>>(offers).map(([name, { outcome }]) => [name, outcome]));
const chainOf = (offer: Offer<{ readonly chain: readonly string[] }> | null) =>
  offer?.outcome === 'accepted' ? offer.facts.chain : offer;

describe('a server of today', () => {
  it('has TLS 1.2 and 1.3, one certificate and nothing weak', async () => {
    const seen = await scan('imap', imaps);
    expect(outcomes(seen.versions)).toEqual({
      'TLSv1.3': 'accepted',
      'TLSv1.2': 'accepted',
      'TLSv1.1': 'refused',
      TLSv1: 'refused',
    });
    expect(seen.versions.TLSv1).toEqual({ outcome: 'refused', said: 'protocol_version' });
    expect(seen.sslv3.outcome).toBe('refused');
    expect(new Set(Object.values(outcomes(seen.weakSuites)))).toEqual(new Set(['refused']));
    expect(chainOf(seen.keys.ec)).toEqual([ec.base64]);
    expect(seen.keys.rsa).toEqual({ outcome: 'refused', said: 'handshake_failure' });
    expect(chainOf(seen.withoutServerName)).toEqual([ec.base64]);
    expect(seen).toMatchObject({
      address: '127.0.0.1',
      startedAt: 1,
      certificateRequest: 'no',
      closeNotify: 'yes',
      statBeforeLogin: null,
      mailBeforeTls: null,
      clientCommand: null,
      injection: null,
      failure: null,
    });
    expect(seen.repeated.map(({ chain }) => chain)).toEqual(Array.from({ length: 4 }, () => [ec.base64]));
  });

  it('sees one connection at a time, and about 20 of them', async () => {
    const sockets: Socket[] = [];
    const stillOpen: number[] = [];
    const watching: Dial = async (to) => {
      stillOpen.push(sockets.filter(({ destroyed }) => !destroyed).length);
      const connection = await dial(to);
      if (connection.ok) sockets.push(connection.facts);
      return connection;
    };
    await scan('imap', imaps, { dial: watching });
    expect(stillOpen).toEqual(Array.from({ length: 19 }, () => 0));
    expect(server?.connections()).toBe(19);
  });

  it('shows the same behind STARTTLS', async () => {
    const seen = await scan('submission', submission);
    expect(outcomes(seen.versions)).toMatchObject({ 'TLSv1.3': 'accepted', 'TLSv1.2': 'accepted', TLSv1: 'refused' });
    expect(chainOf(seen.keys.ec)).toEqual([ec.base64]);
    expect(seen).toMatchObject({ certificateRequest: 'no', closeNotify: 'yes', failure: null });
    expect(seen.repeated).toHaveLength(4);
  });

  it('shows the same in ManageSieve, which says who it is once more inside TLS', async () => {
    const seen = await scan('sieve', sieve);
    expect(outcomes(seen.versions)).toMatchObject({ 'TLSv1.3': 'accepted', 'TLSv1.2': 'accepted', TLSv1: 'refused' });
    expect(seen).toMatchObject({ closeNotify: 'yes', certificateRequest: 'no', failure: null });
    expect(seen.repeated).toHaveLength(4);
  });

  it('never sees a login or a mail', async () => {
    const asked = { tryClientCommand: true, tryInjection: true };
    await scan('submission', { ...submission, keepsPlaintext: true }, asked);
    const commands = new Set(server?.received.map((line) => line.split(' ')[0]));
    expect([...commands].toSorted()).toEqual(['CLIENT', 'EHLO', 'MAIL', 'NOOP', 'QUIT', 'RSET', 'STARTTLS']);
  });

  it('keeps what it can hide in TLS 1.3', async () => {
    const seen = await scan('imap', { ...imaps, tls: { ...tlsOf(ec), minVersion: 'TLSv1.3' } });
    expect(seen).toMatchObject({ certificateRequest: 'encrypted', closeNotify: 'encrypted' });
    expect(outcomes(seen.versions)).toMatchObject({ 'TLSv1.3': 'accepted', 'TLSv1.2': 'refused' });
    expect(seen.weakSuites['static-rsa']).toEqual({ outcome: 'refused', said: 'protocol_version' });
  });
});

describe('keys and names', () => {
  it('are told apart: RSA from ECDSA, the default from the one that was asked for', async () => {
    const seen = await scan('imap', { ...imaps, tls: tlsOf(rsa, ec) });
    expect(chainOf(seen.keys.rsa)).toEqual([rsa.base64]);
    expect(chainOf(seen.keys.ec)).toEqual([ec.base64]);
  });

  it('show the certificate that clients without SNI get', async () => {
    const named = tlsOf(ec);
    const unnamed = tlsOf(defaultCertificate);
    const seen = await scan('imap', { ...imaps, tls: (_, serverName) => (serverName === host ? named : unnamed) });
    expect(chainOf(seen.withoutServerName)).toEqual([defaultCertificate.base64]);
    expect(seen.repeated[0]?.chain).toEqual([ec.base64]);
  });

  it('have no such certificate where the host is an address', async () => {
    expect((await scan('imap', imaps, { serverName: '127.0.0.1' })).withoutServerName).toBeNull();
  });
});

describe('a pool behind one address', () => {
  it('shows what its members differ in', async () => {
    const members = [tlsOf(ec), tlsOf(otherEc)];
    const seen = await scan('imap', { ...imaps, tls: (connection) => members[connection % 2] ?? {} });
    const chains = new Set(seen.repeated.map(({ chain }) => chain[0]));
    expect(chains).toEqual(new Set([ec.base64, otherEc.base64]));
  });
});

describe('weakness', () => {
  it('is seen in old versions and suites of OpenSSL', async () => {
    const old: TlsOptions = { ...tlsOf(rsa), minVersion: 'TLSv1', ciphers: 'ALL:eNULL:@SECLEVEL=0' };
    const seen = await scan('imap', { ...imaps, tls: old });
    expect(new Set(Object.values(outcomes(seen.versions)))).toEqual(new Set(['accepted']));
    expect(seen.weakSuites.null).toMatchObject({ outcome: 'accepted', facts: { name: /_WITH_NULL_/ } });
    expect(seen.weakSuites.anonymous).toMatchObject({ outcome: 'accepted', facts: { name: /_anon_/ } });
    expect(seen.weakSuites['static-rsa']).toMatchObject({ outcome: 'accepted', facts: { name: /^TLS_RSA_WITH_AES/ } });
    expect(seen.weakSuites.rc4.outcome).toBe('refused');
  });

  it.each([
    ['rc4', 0x0005, 'TLS_RSA_WITH_RC4_128_SHA'],
    ['3des', 0x000a, 'TLS_RSA_WITH_3DES_EDE_CBC_SHA'],
    ['export', 0x0003, 'TLS_RSA_EXPORT_WITH_RC4_40_MD5'],
  ] as const)('is seen where OpenSSL has it no longer: %s', async (kind, suite, name) => {
    const flight = record(22, Buffer.concat([serverHello({ suite }), certificates([rsa.der]), serverHelloDone]));
    const seen = await scan('imap', {
      ...imaps,
      flight: (suites) => (suites[0] !== 0xc02b && suites.includes(suite) && !suites.includes(0x002f) ? flight : null),
    });
    expect(seen.weakSuites[kind]).toEqual({
      outcome: 'accepted',
      facts: { version: 'TLSv1.2', suite: suite.toString(16).padStart(4, '0'), name },
    });
    expect(Object.values(outcomes(seen.weakSuites)).filter((outcome) => outcome === 'accepted')).toHaveLength(1);
  });

  it('is seen in SSL 3.0', async () => {
    const flight = record(22, serverHello({ suite: 0x002f, version: 0x0300 }), 0x0300);
    const seen = await scan('imap', { ...imaps, flight: (suites) => (suites.length > 40 ? flight : null) });
    expect(seen.sslv3).toMatchObject({ outcome: 'accepted', facts: { version: 'SSLv3', suite: '002f' } });
  });

  it('is not taken from a server that chooses what was not offered', async () => {
    const flight = record(22, serverHello({ suite: 0x002f }));
    const seen = await scan('imap', { ...imaps, flight: (suites) => (suites.includes(0x0004) ? flight : null) });
    expect(seen.weakSuites.rc4).toEqual({ outcome: 'refused', said: 'chose 002f, which was not offered' });
  });

  it('is not seen where plaintext comes', async () => {
    const seen = await scan('imap', {
      ...imaps,
      flight: (suites) => (suites.includes(0x0004) ? Buffer.from('* BAD what?\r\n') : null),
    });
    expect(seen.weakSuites.rc4).toMatchObject({
      outcome: 'unseen',
      failure: { stage: 'handshake', reason: 'protocol', said: '* BAD what?\r\n' },
    });
  });
});

describe('a client certificate', () => {
  it('that is asked for is seen', async () => {
    const tls: TlsOptions = { ...tlsOf(ec), requestCert: true, rejectUnauthorized: false };
    expect((await scan('imap', { ...imaps, tls })).certificateRequest).toBe('yes');
  });

  it('is not known of where the answer breaks off', async () => {
    const flight = record(22, serverHello({ suite: 0xc02b }));
    const seen = await scan('imap', { ...imaps, flight: (suites) => (suites[0] === 0xc02b ? flight : null) });
    expect(seen.certificateRequest).toBe('unseen');
  });
});

describe('the end of a connection', () => {
  it('without close_notify is seen', async () => {
    expect((await scan('imap', { ...imaps, withoutCloseNotify: true })).closeNotify).toBe('no');
  });

  it('is watched in the newest version that shows it', async () => {
    const tls: TlsOptions = {
      ...{ ...tlsOf(rsa), minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' },
    };
    expect((await scan('imap', { ...imaps, tls })).closeNotify).toBe('yes');
  });
});

describe('a server that has had enough', () => {
  it('ends the scan when it asks to come back later, and keeps what was seen', async () => {
    const seen = await scan('submission', {
      ...submission,
      greeting: (connection) => (connection > 6 ? '421 4.7.0 too many connections\r\n' : '220 mail ESMTP\r\n'),
    });
    const failure = { stage: 'greeting', reason: 'temporary', said: '421 4.7.0 too many connections' };
    expect(seen.failure).toEqual(failure);
    expect(server?.connections()).toBe(7);
    expect(outcomes(seen.versions)).toMatchObject({ 'TLSv1.3': 'accepted', 'TLSv1.2': 'accepted' });
    expect(seen.weakSuites.rc4).toEqual({ outcome: 'unseen', failure });
    expect(seen).toMatchObject({ certificateRequest: 'unseen', mailBeforeTls: { reply: null } });
    expect(seen.repeated).toHaveLength(2);
  });

  it('ends the scan also when it says so inside TLS', async () => {
    const seen = await scan('imap', {
      ...imaps,
      greeting: (connection) => (connection > 3 ? '* BYE Too many connections\r\n' : '* OK ready\r\n'),
    });
    expect(seen.failure).toMatchObject({ stage: 'greeting', reason: 'temporary' });
    // The two that came to no greeting are those of TLS 1.1 and 1.0.
    expect(server?.connections()).toBe(6);
  });

  it('is not taken for one that refuses when it hangs up on everything', async () => {
    const seen = await scan('imap', { ...imaps, hangsUp: (connection) => connection > 3 });
    expect(outcomes(seen.versions)).toEqual({
      'TLSv1.3': 'accepted',
      'TLSv1.2': 'accepted',
      'TLSv1.1': 'unseen',
      TLSv1: 'unseen',
    });
    expect(outcomes(seen.weakSuites)).toMatchObject({ rc4: 'unseen' });
  });

  it('is one that refuses when it hangs up on that alone', async () => {
    const seen = await scan('imap', {
      ...imaps,
      flight: (suites) => (suites.includes(0x0004) ? Buffer.alloc(0) : null),
    });
    expect(seen.weakSuites.rc4).toEqual({ outcome: 'refused', said: 'closed' });
  });

  it('ends the scan where nobody listens', async () => {
    server = await startMailServer(imaps);
    const { port } = server;
    await server.stop();
    const seen = await scan('imap', imaps, {
      target: { service: 'imap', tlsMode: 'implicit', host, port },
    });
    const failure = { stage: 'connect', reason: 'refused', said: 'ECONNREFUSED' };
    expect(seen).toMatchObject({ failure, repeated: [], closeNotify: 'unseen', certificateRequest: 'unseen' });
    expect(seen.versions['TLSv1.2']).toEqual({ outcome: 'unseen', failure });
  });

  it('ends the scan where STARTTLS is not offered', async () => {
    const seen = await scan('submission', {
      ...submission,
      answer: (line, secured) => (line.startsWith('EHLO') ? '250 mail\r\n' : smtpAnswer(line, secured)),
    });
    expect(seen.failure).toMatchObject({ stage: 'starttls', reason: 'not-advertised' });
    expect(server?.connections()).toBe(1);
  });

  it('ends the scan when its time is over', async () => {
    const seen = await scan('imap', imaps, { deadline: performance.now() });
    expect(seen.failure).toMatchObject({ stage: 'connect', reason: 'busy' });
    expect(server?.connections()).toBe(0);
  });
});

describe('commands', () => {
  it.each(['implicit', 'starttls'] as const)('of POP3 before login are refused, with %s TLS', async (tlsMode) => {
    const seen = await scan('pop3', { ...submission, tlsMode, greeting: '+OK ready\r\n', answer: pop3Answer });
    expect(seen.statBeforeLogin).toEqual({ sent: 'STAT', reply: '-ERR Unknown command.' });
    expect(seen.transcript.map(({ text }) => text)).toContain('STAT');
  });

  it('of POP3 before login are seen where they are obeyed', async () => {
    const open: MailServerOptions['answer'] = (line, secured) =>
      line === 'STAT' ? '+OK 3 1200\r\n' : pop3Answer(line, secured);
    const seen = await scan('pop3', { ...imaps, greeting: '+OK ready\r\n', answer: open });
    expect(seen.statBeforeLogin).toEqual({ sent: 'STAT', reply: '+OK 3 1200' });
  });

  it('of submission before TLS are tried and taken back', async () => {
    const seen = await scan('submission', submission);
    expect(seen.mailBeforeTls).toEqual({
      sent: 'MAIL FROM:<>',
      reply: '530 5.7.0 Must issue a STARTTLS command first',
    });
  });

  it('of submission before TLS are not tried on MX hosts', async () => {
    expect((await scan('smtp', submission)).mailBeforeTls).toBeNull();
    expect(server?.received.some((line) => line.startsWith('MAIL'))).toBe(false);
  });

  it.each([
    ['starttls', submission],
    ['implicit', { ...submission, tlsMode: 'implicit' as const }],
  ])('of the draft are tried where that is allowed, with %s TLS', async (_mode, options) => {
    const seen = await scan('submission', options, { tryClientCommand: true });
    expect(seen.clientCommand).toEqual({
      good: { sent: 'CLIENT name=latchwatch version=1.0', reply: '250 OK' },
      bad: { sent: 'CLIENT =latchwatch', reply: '501 5.5.4 Syntax' },
    });
  });
});

describe('a command sent before TLS', () => {
  const imap: MailServerOptions = {
    ...submission,
    greeting: '* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n',
    answer: imapAnswer,
  };
  const pop3: MailServerOptions = { ...submission, greeting: '+OK ready\r\n', answer: pop3Answer };

  it.each([
    ['submission', submission, '250 2.0.0 Ok'],
    ['smtp', submission, '250 2.0.0 Ok'],
    ['imap', imap, 'inject1 OK NOOP'],
    ['pop3', pop3, '-ERR Unknown command.'],
    ['sieve', sieve, 'OK'],
  ] as const)('of %s is seen where it is obeyed inside TLS, and where it is not', async (service, options, reply) => {
    const bad = await scan(service, { ...options, keepsPlaintext: true }, { tryInjection: true });
    expect(bad.injection).toEqual({ obeyed: 'yes', reply });
    await server?.stop();
    const good = await scan(service, options, { tryInjection: true });
    expect(good.injection).toEqual({ obeyed: 'no', reply: null });
  });

  it('is not tried unasked, nor where TLS is implicit', async () => {
    expect((await scan('imap', imap)).injection).toBeNull();
    await server?.stop();
    expect((await scan('imap', imaps, { tryInjection: true })).injection).toBeNull();
  });

  it('that makes the server refuse STARTTLS is not obeyed', async () => {
    let pipelined = false;
    const seen = await scan(
      'submission',
      {
        ...submission,
        answer: (line, secured) => {
          if (line === 'STARTTLS' && pipelined) return '554 5.5.0 no pipelining here\r\n';
          if (line.startsWith('RSET')) pipelined = true;
          return smtpAnswer(line, secured);
        },
      },
      { tryInjection: true },
    );
    expect(seen.injection).toEqual({ obeyed: 'no', reply: '554 5.5.0 no pipelining here' });
  });
});

describe('an endpoint', () => {
  let nameServer: NameServer;

  beforeAll(async () => {
    nameServer = await startZoneServer({
      records: [
        { name: host, type: 'A', data: addressOctets('127.0.0.1') },
        { name: host, type: 'A', data: addressOctets('127.0.0.2') },
        { name: 'status.example.test', type: 'A', data: addressOctets('127.0.0.9') },
      ],
    });
  });
  afterAll(async () => nameServer.close());

  function ports(): ScanPorts {
    return {
      query: createQuery(createPlainLookUp({ servers: [nameServer.server], timeoutMs: 5000 })),
      ...{ dial, trust, pauseMs: 0, vantage: 'test', clock: { now: () => 5 } },
      limit: async (_address, _deadline, work) => work(),
      turns: createAddressTurns(),
    };
  }

  const target = (port: number, name = host): EndpointTarget => ({
    ...{ service: 'imap', tlsMode: 'implicit', host: name, port },
  });

  it('is scanned at every address of its host', async () => {
    server = await startMailServer(imaps);
    const seen = await scanEndpoint({
      ...ports(),
      ...{ target: target(server.port), declaration: undeclared, latest: null },
    });
    expect(seen).toMatchObject({ vantage: 'test', startedAt: 5, finishedAt: 5, statusUrls: [] });
    expect(seen.addresses.map(({ address, failure }) => [address, failure?.reason ?? null])).toEqual([
      ['127.0.0.1', null],
      ['127.0.0.2', 'refused'],
    ]);
  });

  it('is scanned where and as an operator says', async () => {
    const names: (string | null)[] = [];
    const tls = tlsOf(ec);
    server = await startMailServer({ ...imaps, tls: (_, name) => (names.push(name), tls) });
    const declaration: Declaration = { ...undeclared, address: '127.0.0.1', serverName: 'other.example.test' };
    const seen = await scanEndpoint({
      ...ports(),
      ...{ target: target(server.port, 'gone.example.test'), declaration, latest: null },
    });
    expect(seen.addresses).toHaveLength(1);
    expect(new Set(names)).toEqual(new Set(['other.example.test', null]));
  });

  it('without a known address has none', async () => {
    const seen = await scanEndpoint({
      ...ports(),
      ...{ target: target(993, 'gone.example.test'), declaration: undeclared, latest: null },
    });
    expect(seen.addresses).toEqual([]);
  });

  it('has the https URLs of its DEEP statuses fetched, each once', async () => {
    const healthy = healthyEndpoint(testEndpoint());
    const identity = [['deep', 'tls10 <https://status.example.test/> <http://status.example.test/>']] as const;
    const latest = {
      ...healthy,
      sessions: healthy.sessions.map((session) => ({
        ...session,
        capabilitiesAfterTls: ['IMAP4rev1', 'DEEP'],
        identityAfterTls: [...identity],
      })),
    };
    const seen = await scanEndpoint({
      ...ports(),
      ...{ target: target(993, 'gone.example.test'), declaration: undeclared, latest },
    });
    expect(seen.statusUrls).toMatchObject([
      { url: 'https://status.example.test/', addresses: ['127.0.0.9'], fetched: { ok: false } },
    ]);
  });
});

it('a fatal alert is a refusal with its name', async () => {
  const seen = await scan('imap', { ...imaps, flight: (suites) => (suites.includes(0x0004) ? alert(2, 71) : null) });
  expect(seen.weakSuites.rc4).toEqual({ outcome: 'refused', said: 'insufficient_security' });
});

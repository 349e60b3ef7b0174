import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { sharedLab } from '#tests/support/shared-lab.ts';
import { mailAddress } from './addresses.ts';
import { converse, viewTls } from './clients.ts';
import { labDomain } from './domains.ts';
import type { LabServer } from './domain-types.ts';
import type { Lab } from './lab.ts';
import { accepts } from './ports.ts';

/* What the lab's further servers do, seen with clients that are not the product. */

let lab: Lab;
let ca: string;

beforeAll(async () => {
  lab = await sharedLab();
  ca = readFileSync(lab.environment['LATCHWATCH_CA_FILE'] ?? '', 'utf8');
});

function serverOf(domain: string, index = 0): LabServer {
  const server = labDomain(domain).servers[index];
  if (server === undefined) throw new Error(`${domain} has no server ${index}`);
  return server;
}

/** All that `openssl s_client` prints, on both streams, when its input is `input`. */
async function opensslClient(address: string, port: number, args: readonly string[], input = ''): Promise<string> {
  const child = spawn('openssl', ['s_client', '-connect', `${address}:${port}`, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('latin1').on('data', (text: string) => (printed += text));
  }
  child.stdin.on('error', () => undefined).end(input);
  await once(child, 'close');
  return printed;
}

interface Page {
  readonly status: number;
  readonly body: string;
}

function fetchPage(address: string, host: string, path: string): Promise<Page> {
  return new Promise((resolve, reject) => {
    const request = get({ host: address, servername: host, path, headers: { host }, ca, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on('error', reject);
  });
}

const weak = '@SECLEVEL=0';

describe('DEEP', () => {
  it('is advertised by a real Dovecot in its answer to ID', async () => {
    const { address, deep } = serverOf('deep.test');
    const said = await converse(address, 143, ['a ID NIL', 'b LOGOUT']);
    expect(said).toContain(' DEEP ');
    expect(said).toContain(`"deep-status" "${deep ?? ''}" "deep" "${deep ?? ''}"`);
  });

  it('is a line of CAPA at a scripted POP3 server', async () => {
    const said = await converse(serverOf('deep.test', 1).address, 110, ['CAPA', 'QUIT']);
    expect(said).toContain('\r\nDEEP tls10 tls12 tls-cert <https://status.deep.test/mail>\r\n');
  });

  it('is a keyword of EHLO at a scripted submission server, which takes CLIENT', async () => {
    const { address } = serverOf('deep.test', 2);
    const said = await converse(address, 587, ['EHLO me.test', 'CLIENT name=a version=1', 'CLIENT', 'QUIT']);
    expect(said).toMatch(/250-DEEP tls10 tls12 tls-cert <[^>]+>\r\n[^]*\r\n250 2\.0\.0 Noted\r\n501 /);
  });

  it('has a status page', async () => {
    const page = await fetchPage(mailAddress(22, 80), 'status.deep.test', '/mail');
    expect(page.status).toBe(200);
    expect(page.body).toContain('Mail works');
    expect(await fetchPage(mailAddress(22, 80), 'status.deep.test', '/other')).toMatchObject({ status: 404 });
  });
});

describe('versions and suites of TLS', () => {
  it.each([993, 587])('old-tls-only.test ends at TLS 1.1 on port %d', async (port) => {
    const { address } = serverOf('old-tls-only.test');
    const starttls = port === 587 ? ['-starttls', 'smtp'] : [];
    const old = await opensslClient(address, port, [...starttls, '-tls1_1', '-cipher', `ALL:${weak}`]);
    expect(old).toContain('Protocol  : TLSv1.1');
    expect(await opensslClient(address, port, [...starttls, '-tls1_2'])).toContain('no peer certificate available');
  });

  it.each([
    ['without encryption', ['-tls1_2', '-cipher', `eNULL:${weak}`], 'NULL-SHA'],
    ['TLS 1.0', ['-tls1', '-cipher', `ALL:${weak}`], 'TLSv1\n'],
  ])('Exim at weak-ciphers.test takes suites %s, and Exim at exim.test does not', async (_, args, sign) => {
    const look = (domain: string) => opensslClient(serverOf(domain).address, 465, args);
    expect(await look('weak-ciphers.test')).toMatch(new RegExp(`Cipher is [A-Z-]*${sign}|Protocol  : ${sign}`));
    expect(await look('exim.test')).toMatch(/Cipher is \(NONE\)/);
  });

  it('client-certificate.test asks for a certificate, and ok.test does not', async () => {
    const look = (domain: string, port: number) => opensslClient(serverOf(domain).address, port, ['-tls1_2']);
    for (const port of [993, 465]) {
      expect(await look('client-certificate.test', port)).toContain('Client Certificate Types');
      expect(await look('ok.test', port)).toContain('No client certificate CA names sent');
    }
  });

  it('postfix-defaults.test takes suites without a key of the server, and ok.test does not', async () => {
    const look = (domain: string) =>
      opensslClient(serverOf(domain).address, 587, ['-starttls', 'smtp', '-tls1_2', '-cipher', `aNULL:${weak}`]);
    expect(await look('postfix-defaults.test')).toMatch(/Cipher is A(EC)?DH/);
    expect(await look('ok.test')).toContain('Cipher is (NONE)');
  });

  it.each([993, 587])('sni-only.test has its certificate for those only who ask by name, on port %d', async (port) => {
    const { address } = serverOf('sni-only.test');
    const starttls = port === 587 ? ['-starttls', 'smtp'] : [];
    const subject = async (args: readonly string[]) =>
      /subject=(.*)/.exec(await opensslClient(address, port, [...starttls, ...args]))?.[1] ?? '';
    expect(await subject(['-servername', 'mail.sni-only.test'])).toContain('mail.sni-only.test');
    expect(await subject(['-noservername'])).toContain('mail.elsewhere.test');
  });

  it('no-goodbye.test ends the connection without close_notify, and ok.test with it', async () => {
    const end = (domain: string) =>
      opensslClient(serverOf(domain).address, 993, ['-crlf', '-quiet', '-ign_eof'], 'a LOGOUT\n');
    expect(await end('no-goodbye.test')).toContain('unexpected eof while reading');
    expect(await end('ok.test')).not.toContain('unexpected eof');
  });

  it('mixed-backends.test answers with two certificates in turn', async () => {
    const { address, hosts } = serverOf('mixed-backends.test');
    const look = () => viewTls({ address, port: 993, host: hosts[0] ?? '', ca });
    const seen = new Set<string | undefined>();
    // Others may look in between.
    for (let count = 0; count < 10 && seen.size < 2; count += 1) {
      const { error, chain } = await look();
      expect(error).toBeNull();
      seen.add(chain[0]?.fingerprint256);
    }
    expect(seen.size).toBe(2);
  });

  it('not-reloaded.test has an older certificate in Postfix than in Dovecot', async () => {
    const { address, hosts } = serverOf('not-reloaded.test');
    const end = async (port: number) =>
      Date.parse((await viewTls({ address, port, host: hosts[0] ?? '', ca })).chain[0]?.validTo ?? '');
    const submission = await opensslClient(address, 25, ['-starttls', 'smtp']);
    const older = Date.parse(/NotAfter: ([^\n;]+)/.exec(submission)?.[1] ?? '');
    expect(older).toBeLessThan(await end(993));
  });
});

describe('commands that come too early', () => {
  it('are obeyed at open-mailbox.test', async () => {
    const { address } = serverOf('open-mailbox.test');
    expect(await converse(address, 143, ['a LOGOUT'])).toMatch(/^\* PREAUTH/);
    expect(await converse(address, 110, ['STAT', 'QUIT'])).toContain('+OK 0 0');
  });

  it('take mail before TLS at mail-in-clear.test, and not at ok.test', async () => {
    const talk = (domain: string) => converse(serverOf(domain).address, 587, ['EHLO me.test', 'MAIL FROM:<>', 'QUIT']);
    expect(await talk('mail-in-clear.test')).toContain('\r\n250 2.1.0 Ok');
    expect(await talk('ok.test')).toContain('\r\n530 ');
  });

  it('are done after the handshake at injection.test, and not at ok.test', async () => {
    expect(await inject(serverOf('injection.test').address)).toContain('i OK NOOP');
    expect(await inject(serverOf('ok.test').address)).not.toContain('i OK');
  });

  it('announce no AUTH on port 465 of no-login.test, and some on port 25 of mail-in-clear.test', async () => {
    const ehlo = async (domain: string, port: number, args: readonly string[]) =>
      opensslClient(serverOf(domain).address, port, [...args, '-crlf', '-quiet', '-ign_eof'], 'EHLO me.test\nQUIT\n');
    expect(await ehlo('no-login.test', 465, [])).not.toContain('AUTH');
    expect(await ehlo('ok.test', 465, [])).toContain('250-AUTH PLAIN');
    expect(await ehlo('mail-in-clear.test', 25, ['-starttls', 'smtp'])).toContain('250-AUTH PLAIN');
  });
});

/** Sends a command in one segment with STARTTLS; gives what came after the handshake, before anything was asked. */
async function inject(address: string): Promise<string> {
  const socket = connectTcp({ host: address, port: 143 });
  socket.on('error', () => undefined);
  await once(socket, 'data');
  socket.write('s STARTTLS\r\ni NOOP\r\n');
  await once(socket, 'data');
  const secured = connectTls({ socket, rejectUnauthorized: false });
  let said = '';
  secured.on('error', () => undefined).on('data', (bytes: Buffer) => (said += bytes.toString('latin1')));
  secured.once('secureConnect', () => secured.write('z LOGOUT\r\n'));
  await once(socket, 'close');
  return said;
}

describe('servers that Debian does not install beside the others', () => {
  const here = (program: string): boolean => !lab.unavailable.some((one) => one.program === program);

  it('are there, or the lab says why not', () => {
    for (const { reason } of lab.unavailable) expect(reason).toMatch(/could not be downloaded|cannot have mounts/);
  });

  it('Exim answers on all its ports', async () => {
    const { address } = serverOf('exim.test');
    expect(await accepts(address, 25)).toBe(here('exim'));
    if (here('exim')) expect(await converse(address, 25, ['QUIT'])).toMatch(/^220 mail\.exim\.test ESMTP Exim 4\.96 /);
  });

  it('Cyrus answers in IMAP, POP3 and ManageSieve', async () => {
    const { address } = serverOf('cyrus.test');
    expect(await accepts(address, 143)).toBe(here('cyrus'));
    if (!here('cyrus')) return;
    expect(await converse(address, 143, ['a LOGOUT'])).toContain('Cyrus IMAP 3.6.1');
    expect(await converse(address, 110, ['QUIT'])).toContain('Cyrus POP3');
    expect(await converse(address, 4190, ['LOGOUT'])).toContain('Cyrus timsieved');
  });

  it('OpenSMTPD of Debian 12 advertises STARTTLS and cannot do it', async () => {
    const { address } = serverOf('opensmtpd.test');
    expect(await accepts(address, 25)).toBe(here('opensmtpd'));
    if (!here('opensmtpd')) return;
    expect(await converse(address, 25, ['EHLO me.test', 'QUIT'])).toContain('250-STARTTLS');
    expect(await opensslClient(address, 25, ['-starttls', 'smtp'])).toContain('alert internal error');
  });
});

describe('web sites', () => {
  it('ok.test publishes autoconfig, autodiscover and an MTA-STS policy', async () => {
    const address = mailAddress(1, 80);
    const policy = await fetchPage(address, 'mta-sts.ok.test', '/.well-known/mta-sts.txt');
    expect(policy.body).toContain('mode: enforce\r\nmx: mail.ok.test\r\n');
    const auto = await fetchPage(address, 'autoconfig.ok.test', '/mail/config-v1.1.xml?emailaddress=a%40ok.test');
    expect(auto.body).toContain('<hostname>mail.ok.test</hostname><port>993</port><socketType>SSL</socketType>');
    const discovered = await fetchPage(address, 'autodiscover.ok.test', '/autodiscover/autodiscover.xml');
    expect(discovered.body).toContain('<Server>mail.ok.test</Server><Port>465</Port>');
  });
});

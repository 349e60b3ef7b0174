import { createMailChannel } from '#workers/channels/mail.ts';
import { createDial } from '#workers/net/dial.ts';
import { dayMs, issueAuthority, issueCertificate } from '#tests/support/certificates.ts';
import { startSmtpSink, type SinkOptions, type SmtpSink } from '#tests/support/smtp-sink.ts';

const message = {
  messageId: '<x.0@watch.example.com>',
  thread: null,
  incidentId: 'X',
  subject: '[FIRING] mail.example.org: expired',
  text: 'Host: mail.example.org',
};
const dates = { notBefore: Date.now() - dayMs, notAfter: Date.now() + dayMs };
const authority = issueAuthority('Relay Root', { notBefore: Date.now() - dayMs, notAfter: Date.now() + dayMs });
const issue = (host: string) => issueCertificate({ ...dates, commonName: host, dnsNames: [host], issuer: authority });
const right = issue('relay.example');
const foreign = issue('other.example');
const account = { user: 'latchwatch@relay.example', pass: 'p:w/d é' };
const credentials = `${encodeURIComponent(account.user)}:${encodeURIComponent(account.pass)}`;

let sink: SmtpSink | null = null;
afterEach(() => sink?.close());

async function relay(options: SinkOptions): Promise<SmtpSink> {
  sink = await startSmtpSink(options);
  return sink;
}

/** Sends through the sink under the relay's name, which is no loopback name. */
function send(url: string, timeouts = { sendMs: 20_000, replyMs: 10_000 }) {
  return createMailChannel({
    relayUrl: url,
    from: 'latchwatch@watch.example.com',
    to: ['admin@example.com'],
    dial: createDial({ guard: (address) => ({ allowed: true, address }) }),
    lookup: () => Promise.resolve(['127.0.0.1']),
    trusted: [authority.pem],
    timeouts,
  })(message);
}

/** Whether any line that anybody could read holds what AUTH sends. */
const leaked = ({ lines }: SmtpSink) => lines.some(({ line, secure }) => !secure && line.startsWith('AUTH'));

describe.each(['implicit', 'starttls'] as const)('a relay with TLS (%s)', (tlsMode) => {
  const urlOf = ({ port }: SmtpSink) =>
    `${tlsMode === 'implicit' ? 'smtps' : 'smtp'}://${credentials}@relay.example:${String(port)}`;

  it('gets account and mail through TLS only', async () => {
    const server = await relay({ tlsMode, account, certificate: () => right });
    expect(await send(urlOf(server))).toEqual({ ok: true, remark: null });
    expect(server.mails).toHaveLength(1);
    const sent = server.lines.filter(({ line }) => /^(AUTH PLAIN |MAIL FROM)/.test(line));
    expect(sent.map(({ secure }) => secure)).toEqual([true, true]);
  });

  it('gets nothing while its certificate is wrong, and all once it is right', async () => {
    const selfSigned = issueCertificate({ ...dates, commonName: 'relay.example', dnsNames: ['relay.example'] });
    const expired = issueCertificate({
      ...{ commonName: 'relay.example', dnsNames: ['relay.example'], issuer: authority },
      ...{ notBefore: Date.now() - 3 * dayMs, notAfter: Date.now() - dayMs },
    });
    let shown = right;
    const server = await relay({ tlsMode, account, certificate: () => shown });
    const problems: string[] = [];
    for (shown of [selfSigned, foreign, expired]) {
      const delivery = await send(urlOf(server));
      problems.push(delivery.ok ? 'delivered' : delivery.error);
    }
    expect(problems).toEqual([
      expect.stringContaining('self-signed certificate'),
      expect.stringContaining('relay.example'),
      expect.stringContaining('expired'),
    ]);
    expect(server.lines.filter(({ line }) => /^(AUTH|MAIL)/.test(line))).toEqual([]);
    shown = right;
    expect((await send(urlOf(server))).ok).toBe(true);
    expect(server.mails).toHaveLength(1);
  });

  it('that does not know the account is told as such, without the password', async () => {
    const server = await relay({ tlsMode, account: { ...account, pass: 'another' }, certificate: () => right });
    const delivery = await send(urlOf(server));
    expect(delivery.ok ? 'delivered' : delivery.error).toContain('535');
    expect(JSON.stringify(delivery)).not.toContain(account.pass);
    expect(server.mails).toEqual([]);
  });
});

describe('a relay without TLS', () => {
  it.each(['relay.example', '127.relay.example'])('never gets the password: %s', async (host) => {
    const server = await relay({ account });
    const delivery = await send(`smtp://${credentials}@${host}:${String(server.port)}`);
    expect(delivery.ok).toBe(false);
    expect(leaked(server)).toBe(false);
    expect(server.mails).toEqual([]);
  });

  it('never gets the password when something on the way takes STARTTLS out or turns it down', async () => {
    const server = await relay({
      ...{ tlsMode: 'starttls', account, certificate: () => right },
      answer: (line) => (line === 'STARTTLS' ? '454 4.7.0 not now' : null),
    });
    const delivery = await send(`smtp://${credentials}@relay.example:${String(server.port)}`);
    expect(delivery.ok).toBe(false);
    expect(leaked(server)).toBe(false);
  });

  it('on this machine may have it', async () => {
    const server = await relay({ account });
    expect((await send(`smtp://${credentials}@127.0.0.1:${String(server.port)}`)).ok).toBe(true);
  });
});

describe('a relay that is in trouble', () => {
  it('that falls silent is given up', async () => {
    for (const verb of ['EHLO', 'MAIL', 'RCPT', 'DATA']) {
      const server = await startSmtpSink({ answer: (line) => (line.startsWith(verb) ? 'hang' : null) });
      const delivery = await send(`smtp://relay.example:${String(server.port)}`, { sendMs: 20_000, replyMs: 100 });
      await server.close();
      expect(delivery.ok).toBe(false);
    }
  });

  it('that drips is given up in all', async () => {
    const drip = 'drip\r\n250-drip\r\n250-'.repeat(50);
    const server = await relay({ answer: (line) => (line.startsWith('EHLO') ? `250-${drip}` : null) });
    const delivery = await send(`smtp://relay.example:${String(server.port)}`, { sendMs: 200, replyMs: 20_000 });
    expect(delivery.ok).toBe(false);
  });
});

import { addressOctets, mxOctets, srvOctets } from '#tests/lib/dns/message-builder.ts';
import { dayMs, issueCertificate } from '#tests/support/certificates.ts';
import { startScriptedServer, type ScriptStep } from '#tests/support/scripted-server.ts';
import { startZoneServer } from '#tests/workers/net/dns/zone-server.ts';
import { main } from '#workers/cli/main.ts';

/* Whatever servers, certificates and zones say, the terminal of the person who looks obeys none of it. */

const tricks = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u0085\u0000\b';
const validity = { notBefore: Date.now() - dayMs, notAfter: Date.now() + 90 * dayMs };
const certificate = issueCertificate({
  commonName: `mail\u001b[2J\u009b31m\u0007`,
  dnsNames: ['mail\u001b[2J.example.test', 'x\u009b31m'],
  ...validity,
});

async function run(args: readonly string[], env: Readonly<Record<string, string>>) {
  const out: string[] = [];
  const err: string[] = [];
  const status = await main({
    args,
    env: { LATCHWATCH_ALLOW_ADDRESSES: '127.0.0.0/8', ...env },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    signal: new AbortController().signal,
  });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

/** Controls other than the line ends that we print ourselves. */
const obeyed = /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

describe('text of a mail server', () => {
  const scripts: readonly (readonly [what: string, args: readonly string[], script: readonly ScriptStep[]])[] = [
    [
      'greeting, capabilities, certificate',
      ['--service', 'imap', '--tls', 'implicit'],
      [
        { startTls: { key: certificate.keyPem, cert: certificate.pem } },
        { send: `* OK ${tricks}ready\r\n` },
        { expect: 'a1 CAPABILITY' },
        { send: `* CAPABILITY IMAP4rev1 ${tricks}\r\na1 OK ${tricks}\r\n` },
        { expect: 'a2 LOGOUT' },
        { send: `* BYE ${tricks}\r\na2 OK ${tricks}\r\n` },
        { close: true },
      ],
    ],
    ['a refusal', ['--service', 'smtp', '--tls', 'starttls'], [{ send: `554 ${tricks}\r\n` }]],
    ['another protocol', ['--service', 'pop3', '--tls', 'starttls'], [{ send: `${tricks}\r\n` }]],
    [
      'plaintext behind STARTTLS',
      ['--service', 'pop3', '--tls', 'starttls'],
      [
        { send: '+OK\r\n' },
        { expect: 'CAPA' },
        { send: '+OK\r\nSTLS\r\n.\r\n' },
        { expect: 'STLS' },
        { send: `+OK\r\n${tricks}\r\n` },
        { startTls: { key: certificate.keyPem, cert: certificate.pem } },
        { close: true },
      ],
    ],
  ];

  it.each(scripts)('%s', async (_what, args, script) => {
    const server = await startScriptedServer(script);
    try {
      for (const json of [[], ['--json']]) {
        const { out, err } = await run(['probe', `127.0.0.1:${server.port}`, ...args, ...json], {});
        expect(out).not.toBe('');
        expect(out).not.toMatch(obeyed);
        expect(err).not.toMatch(obeyed);
      }
    } finally {
      await server.stop();
    }
  });
});

it('text of a zone', async () => {
  const name = 'a\\027[2J\\155\\000b.example.org';
  const zone = await startZoneServer({
    records: [
      { name: 'example.org', type: 'MX', data: mxOctets(10, name) },
      {
        name: '_imaps._tcp.example.org',
        type: 'SRV',
        data: srvOctets({ priority: 0, weight: 0, target: name, port: 993 }),
      },
      { name: 'mail.example.org', type: 'A', data: addressOctets('192.0.2.1') },
    ],
  });
  try {
    for (const json of [[], ['--json']]) {
      const resolver = { LATCHWATCH_RESOLVER: `${zone.server.address}:${zone.server.port}` };
      const { out, err } = await run(['discover', 'example.org', ...json], resolver);
      expect(out).not.toBe('');
      expect(out).not.toMatch(obeyed);
      expect(err).not.toMatch(obeyed);
    }
  } finally {
    await zone.close();
  }
});

describe('arguments that nobody means', () => {
  it.each([
    [['probe', '--json', '-x.example:993', '--service', 'imap', '--tls', 'implicit']],
    [['probe', '--json', '--', '-x.example:993', '--service', 'imap']],
    [['probe', '--json', 'a\u001b[2J.example:993', '--service', 'imap', '--tls', 'implicit']],
    [['probe', '--json', '::1:993', '--service', 'imap', '--tls', 'implicit']],
    [['probe', '--json', '[::1%lo]:993', '--service', 'imap', '--tls', 'implicit']],
    [['probe', '--json', '127.1:993', '--service', 'imap', '--tls', 'implicit']],
    [['probe', '--json', 'mail.example:99999', '--service', 'imap', '--tls', 'implicit']],
    [['probe', '--json', 'mail.example:993', '--service', 'imap', '--tls', 'implicit', '--address', '0177.0.0.1']],
    [['probe', '--json', 'mail.example:993', '--service', 'gopher\u001b[2J', '--tls', 'implicit']],
    [['discover', '--json', '-example.org']],
    [['discover', '--json', '--', '-example.org']],
    [['discover', '--json', 'example.org\u001b[2J']],
    [['discover', '--json', '[::1]']],
    [['discover', '--json', '--\u001b[2J']],
    [['dis\u001b[2Jcover', '--json']],
  ])('%j', async (args) => {
    const { status, out, err } = await run(args, { LATCHWATCH_RESOLVER: '127.0.0.1:9' });
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).not.toBe('');
    expect(err).not.toMatch(obeyed);
  });
});

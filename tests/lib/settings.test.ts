import fc from 'fast-check';
import { parseSettings, settingsTable, type Environment } from '#lib/settings.ts';

function mistakesOf(env: Environment): readonly string[] {
  const parsed = parseSettings(env);
  return parsed.ok ? [] : parsed.mistakes;
}

describe('parseSettings', () => {
  it('needs nothing', () => {
    expect(parseSettings({ PATH: '/bin' })).toEqual({
      ok: true,
      settings: {
        databaseUrl: null,
        dataFolder: './data',
        publicUrl: new URL('http://localhost:3000'),
        port: 3000,
        host: '127.0.0.1',
        secret: null,
        pseudonymKeys: null,
        ingestPort: 3080,
        probeAddresses: [],
        relpPort: null,
        syslogPort: null,
        logCertificate: null,
        logKey: null,
        logFiles: [],
        resolver: null,
        rootHints: null,
        trustAnchors: null,
        caFile: null,
        allowAddresses: [],
        canaries: [],
        smtpUrls: [],
        mailFrom: 'latchwatch@localhost',
        mailTo: [],
        mailboxesFile: null,
        intervalSeconds: 300,
        retentionDays: 400,
        vantage: 'local',
        watchdogUrl: null,
        watchdogSmtpUrls: [],
        watchdogMailTo: [],
        oidc: null,
      },
    });
  });

  it('reads every setting', () => {
    const secret = 's'.repeat(32);
    expect(
      parseSettings({
        DATABASE_URL: 'postgresql://u:p@db:5432/latchwatch',
        LATCHWATCH_DATA: '/var/lib/latchwatch',
        LATCHWATCH_PUBLIC_URL: 'https://watch.example.com',
        PORT: '8080',
        HOST: '::',
        LATCHWATCH_SECRET: secret,
        LATCHWATCH_PSEUDONYM_KEYS: `${'A'.repeat(43)},${'B'.repeat(42)}A`,
        LATCHWATCH_INGEST_PORT: '8081',
        LATCHWATCH_PROBE_ADDRESSES: '192.0.2.0/28',
        LATCHWATCH_RELP_PORT: '2514',
        LATCHWATCH_SYSLOG_PORT: '601',
        LATCHWATCH_LOG_CERTIFICATE: 'log.crt',
        LATCHWATCH_LOG_KEY: 'log.key',
        LATCHWATCH_LOG_FILES: '/var/log/mail.log, /var/log/dovecot.log',
        LATCHWATCH_RESOLVER: '[2001:DB8::53]',
        LATCHWATCH_ROOT_HINTS: 'root.hints',
        LATCHWATCH_TRUST_ANCHORS: 'root.key',
        LATCHWATCH_CA_FILE: 'ca.pem',
        LATCHWATCH_ALLOW_ADDRESSES: '127.0.0.0/8, ::1',
        LATCHWATCH_CANARIES: '192.0.2.10:443, [2001:DB8::10]:993',
        LATCHWATCH_SMTP_URL: 'smtp://relay:2525',
        LATCHWATCH_MAIL_FROM: 'Latchwatch <lw@example.com>',
        LATCHWATCH_MAIL_TO: 'a@example.com, b@example.com',
        LATCHWATCH_INTERVAL: '30s',
        LATCHWATCH_RETENTION: '26w',
        LATCHWATCH_VANTAGE: 'vienna-1',
        LATCHWATCH_MAILBOXES: '/etc/latchwatch/mailboxes.yaml',
        LATCHWATCH_WATCHDOG_URL: 'https://outside.example/ping?id=1',
        LATCHWATCH_WATCHDOG_SMTP_URL: 'smtps://u:p@other.example, smtp://third.example',
        LATCHWATCH_WATCHDOG_MAIL_TO: 'oncall@other.example',
        LATCHWATCH_OIDC_ISSUER: 'https://login.example.com/realms/mail',
        LATCHWATCH_OIDC_CLIENT_ID: 'latchwatch',
        LATCHWATCH_OIDC_CLIENT_SECRET: 'secret',
        LATCHWATCH_OIDC_NAME: 'Example',
        LATCHWATCH_OIDC_ROLE_CLAIM: 'realm_access.roles',
      }),
    ).toEqual({
      ok: true,
      settings: {
        databaseUrl: 'postgresql://u:p@db:5432/latchwatch',
        dataFolder: '/var/lib/latchwatch',
        publicUrl: new URL('https://watch.example.com'),
        port: 8080,
        host: '::',
        secret,
        pseudonymKeys: {
          current: Buffer.from('A'.repeat(43), 'base64url'),
          previous: Buffer.from(`${'B'.repeat(42)}A`, 'base64url'),
        },
        ingestPort: 8081,
        probeAddresses: ['192.0.2.0/28'],
        relpPort: 2514,
        syslogPort: 601,
        logCertificate: 'log.crt',
        logKey: 'log.key',
        logFiles: ['/var/log/mail.log', '/var/log/dovecot.log'],
        resolver: '[2001:db8::53]:53',
        rootHints: 'root.hints',
        trustAnchors: 'root.key',
        caFile: 'ca.pem',
        allowAddresses: ['127.0.0.0/8', '::1'],
        canaries: [
          { address: '192.0.2.10', port: 443 },
          { address: '2001:db8::10', port: 993 },
        ],
        smtpUrls: ['smtp://relay:2525'],
        mailFrom: 'Latchwatch <lw@example.com>',
        mailTo: ['a@example.com', 'b@example.com'],
        mailboxesFile: '/etc/latchwatch/mailboxes.yaml',
        intervalSeconds: 30,
        retentionDays: 182,
        vantage: 'vienna-1',
        watchdogUrl: new URL('https://outside.example/ping?id=1'),
        watchdogSmtpUrls: ['smtps://u:p@other.example', 'smtp://third.example'],
        watchdogMailTo: ['oncall@other.example'],
        oidc: {
          issuer: 'https://login.example.com/realms/mail',
          clientId: 'latchwatch',
          clientSecret: 'secret',
          name: 'Example',
          roleClaim: 'realm_access.roles',
        },
      },
    });
  });

  it('keeps console and ingest apart', () => {
    expect(parseSettings({ PORT: '3080' })).toEqual({
      ok: false,
      mistakes: ['PORT and LATCHWATCH_INGEST_PORT are both 3080: the console and ingest need a port each.'],
    });
  });

  it('takes an empty variable as unset', () => {
    const empty = Object.fromEntries(settingsTable.map(({ name }) => [name, ' ']));
    expect(parseSettings(empty)).toEqual(parseSettings({}));
  });

  it('derives the public address and the sender from the port and the address', () => {
    const parsed = parseSettings({ PORT: '8080', LATCHWATCH_PUBLIC_URL: '' });
    expect(parsed).toMatchObject({ settings: { publicUrl: new URL('http://localhost:8080') } });
    expect(parseSettings({ LATCHWATCH_PUBLIC_URL: 'https://w.example' })).toMatchObject({
      settings: { mailFrom: 'latchwatch@w.example' },
    });
  });

  it.each([
    ['DATABASE_URL', 'mysql://u@h/d', 'must be a Postgres URL'],
    ['DATABASE_URL', 'db', 'must be a Postgres URL'],
    ['LATCHWATCH_DATA', 'a\nb', 'without control characters'],
    ['LATCHWATCH_PUBLIC_URL', 'watch.example.com', 'must be an http or https address'],
    ['LATCHWATCH_PUBLIC_URL', 'https://example.com/watch', 'without a path'],
    ['PORT', '0', 'must be a port number'],
    ['PORT', '70000', 'must be a port number'],
    ['PORT', 'http', 'must be a port number'],
    ['PORT', '6000', 'a port that browsers open'],
    ['LATCHWATCH_RELP_PORT', 'relp', 'must be a port number'],
    ['LATCHWATCH_SYSLOG_PORT', '70000', 'must be a port number'],
    ['LATCHWATCH_LOG_FILES', '/var/log/a\nb', 'without control characters'],
    ['HOST', '300.0.0.1', 'to listen on'],
    ['HOST', 'a b', 'to listen on'],
    ['LATCHWATCH_SECRET', 'short', 'at least 32 characters'],
    ['LATCHWATCH_RESOLVER', 'dns.example', 'address of a DNS resolver'],
    ['LATCHWATCH_RESOLVER', '192.0.2.1:0', 'address of a DNS resolver'],
    ['LATCHWATCH_CANARIES', '192.0.2.10', 'must be addresses with ports'],
    ['LATCHWATCH_CANARIES', '2001:db8::10:443', 'must be addresses with ports'],
    ['LATCHWATCH_CANARIES', 'example.org:443', 'must be addresses with ports'],
    ['LATCHWATCH_CANARIES', Array(17).fill('192.0.2.10:443').join(','), 'names more than 16 servers'],
    ['LATCHWATCH_ALLOW_ADDRESSES', '127.0.0.0/8,nonsense', '"nonsense" is not an address block'],
    ['LATCHWATCH_ALLOW_ADDRESSES', '127.0.0.1/8', 'did you mean 127.0.0.0/8?'],
    ['LATCHWATCH_MAIL_FROM', 'nobody', 'must be a mail address'],
    ['LATCHWATCH_MAIL_FROM', 'x\r\nBcc: a@b <a@b>', 'must be a mail address'],
    ['LATCHWATCH_MAIL_TO', 'a@example.com,b', 'must be mail addresses'],
    ['LATCHWATCH_INTERVAL', '9', 'from 10s to 24h'],
    ['LATCHWATCH_INTERVAL', '2d', 'from 10s to 24h'],
    ['LATCHWATCH_VANTAGE', 'a b', 'short name'],
    ['LATCHWATCH_OIDC_NAME', 'a\nb', 'one line'],
    ['LATCHWATCH_WATCHDOG_URL', 'ftp://x.example', 'http or https address'],
    ['LATCHWATCH_WATCHDOG_URL', 'https://u:p@x.example', 'without a login'],
    ['LATCHWATCH_WATCHDOG_SMTP_URL', 'smtp://relay.example', 'say who gets its mails'],
  ])('refuses %s=%j with one sentence', (name, value, words) => {
    const mistakes = mistakesOf({ [name]: value });
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(new RegExp(`^${name} .*[.?]$`, 's'));
    expect(mistakes[0]).toContain(words);
  });

  it('takes an identity provider whole or not at all', () => {
    const issuer = { LATCHWATCH_OIDC_ISSUER: 'https://login.example.com' };
    expect(mistakesOf(issuer)).toEqual([
      expect.stringMatching(/^LATCHWATCH_OIDC_CLIENT_ID and LATCHWATCH_OIDC_CLIENT_SECRET must be set too/),
    ]);
    expect(mistakesOf({ LATCHWATCH_OIDC_ROLE_CLAIM: 'groups' })).toHaveLength(1);
    expect(mistakesOf({ LATCHWATCH_OIDC_NAME: 'Example' })).toEqual([]);
    const local = { LATCHWATCH_OIDC_ISSUER: 'http://127.0.0.1:4000', LATCHWATCH_OIDC_CLIENT_ID: 'a' };
    const whole = { ...local, LATCHWATCH_OIDC_CLIENT_SECRET: 'b' };
    expect(mistakesOf(whole)).toEqual([]);
    for (const address of ['http://login.example.com', 'https://login.example.com?x=1', 'login.example.com']) {
      expect(mistakesOf({ ...whole, LATCHWATCH_OIDC_ISSUER: address })).toEqual([
        expect.stringMatching(/^LATCHWATCH_OIDC_ISSUER must be the https address/),
      ]);
    }
  });

  it.each([
    ['45', 45],
    ['45s', 45],
    ['5m', 300],
    ['1h', 3600],
    ['24h', 86400],
  ])('reads an interval of %s', (text, seconds) => {
    expect(parseSettings({ LATCHWATCH_INTERVAL: text })).toMatchObject({ settings: { intervalSeconds: seconds } });
  });

  it('wants a password in LATCHWATCH_SMTP_URL that can be decoded, and does not repeat it', () => {
    const to = { LATCHWATCH_MAIL_TO: 'a@example.com' };
    expect(mistakesOf({ ...to, LATCHWATCH_SMTP_URL: 'smtp://user:100%25@relay' })).toEqual([]);
    expect(mistakesOf({ ...to, LATCHWATCH_SMTP_URL: 'smtp://user:100%@relay' })).toEqual([
      'LATCHWATCH_SMTP_URL has a % in its user or password that begins no encoded character: write a % itself as %25.',
    ]);
  });

  it('asks for a receiver when there is a relay, and for no relay when there is a receiver', () => {
    expect(mistakesOf({ LATCHWATCH_SMTP_URL: 'smtp://relay' })).toEqual([
      'LATCHWATCH_SMTP_URL is set but LATCHWATCH_MAIL_TO is not: say who gets the alerts.',
    ]);
    expect(mistakesOf({ LATCHWATCH_MAIL_TO: 'a@example.com' })).toEqual([]);
  });

  it('asks for a certificate and its key together', () => {
    const together = ['LATCHWATCH_LOG_CERTIFICATE and LATCHWATCH_LOG_KEY go together: set both or neither.'];
    expect(mistakesOf({ LATCHWATCH_LOG_CERTIFICATE: 'log.crt' })).toEqual(together);
    expect(mistakesOf({ LATCHWATCH_LOG_KEY: 'log.key' })).toEqual(together);
  });

  it('notices a mistyped name and suggests the near one', () => {
    expect(mistakesOf({ LATCHWATCH_INTERVALL: '5m', LATCHWATCH_COLOUR: 'red' })).toEqual([
      'LATCHWATCH_INTERVALL is not a setting of Latchwatch: did you mean LATCHWATCH_INTERVAL?',
      'LATCHWATCH_COLOUR is not a setting of Latchwatch.',
    ]);
  });

  it('tells all mistakes at once', () => {
    expect(mistakesOf({ PORT: 'x', HOST: '?', LATCHWATCH_INTERVAL: '1', LATCHWATCH_X: '1' })).toHaveLength(4);
  });

  it('repeats no value that may hold a password', () => {
    const env = {
      DATABASE_URL: 'mysql://u:hunter2@h/d',
      LATCHWATCH_SMTP_URL: 'http://u:hunter2@h',
      LATCHWATCH_SECRET: 'hunter2',
    };
    expect(mistakesOf(env).join(' ')).not.toContain('hunter2');
  });

  it('never throws, whatever the environment holds', () => {
    const names = fc.constantFrom(...settingsTable.map(({ name }) => name));
    fc.assert(
      fc.property(fc.dictionary(names, fc.string({ unit: 'binary' })), (env) => {
        const parsed = parseSettings(env);
        expect(parsed.ok || parsed.mistakes.length > 0).toBe(true);
      }),
    );
  });
});

import fc from 'fast-check';
import { parseAutoconfig } from '#lib/advert/autoconfig.ts';
import { parseAutodiscover } from '#lib/advert/autodiscover.ts';
import { publishedTarget, showPublished } from '#lib/advert/published-service.ts';
import type { Result } from '#lib/model/result.ts';

const clientConfig = (servers: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<clientConfig version="1.1"><emailProvider id="example.org">
   <domain>example.org</domain><!-- a comment -->${servers}</emailProvider></clientConfig>`;
const server = (kind: string, type: string, [host, port, socketType]: readonly [string, string, string]) =>
  `<${kind} type="${type}"><hostname> ${host}\n</hostname><port>${port}</port><socketType>${socketType}</socketType>
   <username>%EMAILADDRESS%</username></${kind}>`;
const autodiscover = (protocols: string) =>
  `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
   <Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">
   <Account><AccountType>email</AccountType><Action>settings</Action>${protocols}</Account></Response></Autodiscover>`;

function shown(published: ReturnType<typeof parseAutoconfig>): Result<readonly string[]> {
  return published.ok
    ? { ok: true, value: published.value.map((one) => `${one.service} ${showPublished(one)}`) }
    : published;
}

describe('autoconfig', () => {
  it('names servers in their order, with the placeholder of the domain filled in', () => {
    const text = clientConfig(
      server('incomingServer', 'imap', ['IMAP.%EMAILDOMAIN%.', '993', 'SSL']) +
        server('incomingServer', 'imap', ['imap.example.org', '143', 'STARTTLS']) +
        server('incomingServer', 'pop3', ['pop.example.org', '110', 'plain']) +
        server('incomingServer', 'exchange', ['ex.example.org', '443', 'SSL']) +
        server('outgoingServer', 'smtp', ['smtp.example.org', '465', 'ssl']),
    );
    expect(shown(parseAutoconfig(text, 'example.org'))).toEqual({
      ok: true,
      value: [
        'imap imap.example.org:993 (implicit TLS)',
        'imap imap.example.org:143 (STARTTLS)',
        'pop3 pop.example.org:110 (no TLS)',
        'submission smtp.example.org:465 (implicit TLS)',
      ],
    });
  });

  it.each([
    ['port 0', ['imap.example.org', '0', 'SSL']],
    ['port 70000', ['imap.example.org', '70000', 'SSL']],
    ['a port in words', ['imap.example.org', 'imaps', 'SSL']],
    ['no host', ['', '993', 'SSL']],
    ['a socket type of its own', ['imap.example.org', '993', 'QUIC']],
  ] as const)('passes over a server with %s', (_fault, written) => {
    expect(parseAutoconfig(clientConfig(server('incomingServer', 'imap', written)), 'example.org')).toEqual({
      ok: true,
      value: [],
    });
  });

  it.each([
    ['an HTML page', '<!doctype html><html><body>Welcome</body></html>', 'document type declaration'],
    ['another XML document', '<rss/>', 'no clientConfig document'],
    ['what is not well-formed', '<clientConfig><emailProvider>', 'not well-formed'],
    ['nothing', '', 'not well-formed'],
    ['too much', `<clientConfig>${' '.repeat(70_000)}</clientConfig>`, 'larger than 64 KiB'],
    [
      'entities that grow',
      `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><clientConfig>&b;</clientConfig>`,
      'document type declaration',
    ],
    [
      'entities of files',
      `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><clientConfig>&a;</clientConfig>`,
      'document type declaration',
    ],
    ['an entity that nobody declared', '<clientConfig>&a;</clientConfig>', 'not well-formed'],
    ['elements without end', '<a>'.repeat(20_000), 'nested too deep'],
  ])('is not read from %s', (_fault, text, why) => {
    const published = parseAutoconfig(text, 'example.org');
    expect(published.ok ? '' : published.error).toContain(why);
  });

  it('names at most 32 servers', () => {
    const many = server('incomingServer', 'imap', ['imap.example.org', '993', 'SSL']).repeat(100);
    const published = parseAutoconfig(clientConfig(many), 'example.org');
    expect(published.ok ? published.value : []).toHaveLength(32);
  });
});

describe('autodiscover', () => {
  it('names servers of open protocols; Encryption stands above SSL, which is on unless it is off', () => {
    const protocol = (type: string, rest: string) =>
      `<Protocol><Type>${type}</Type><Server>Mail.example.org</Server>${rest}</Protocol>`;
    const text = autodiscover(
      protocol('EXCH', '<Port>443</Port>') +
        protocol('IMAP', '<Port>993</Port><SSL>on</SSL>') +
        protocol('IMAP', '<SSL>off</SSL>') +
        protocol('POP3', '') +
        protocol('SMTP', '<Port>587</Port><SSL>on</SSL>') +
        protocol('SMTP', '<Port>587</Port><SSL>on</SSL><Encryption>None</Encryption>') +
        protocol('SMTP', '<Port>2465</Port><Encryption>SSL</Encryption>') +
        protocol('SMTP', '<Port>465</Port><Encryption>Auto</Encryption>') +
        protocol('SMTP', '<Port>25</Port><Encryption>TLS</Encryption>'),
    );
    expect(shown(parseAutodiscover(text))).toEqual({
      ok: true,
      value: [
        'imap mail.example.org:993 (implicit TLS)',
        'imap mail.example.org:143 (no TLS)',
        'pop3 mail.example.org:995 (implicit TLS)',
        'submission mail.example.org:587 (STARTTLS)',
        'submission mail.example.org:587 (no TLS)',
        'submission mail.example.org:2465 (implicit TLS)',
        'submission mail.example.org:465 (implicit TLS)',
        'submission mail.example.org:25 (STARTTLS)',
      ],
    });
  });

  it('has no servers where it redirects or tells of an error', () => {
    expect(parseAutodiscover(autodiscover('<RedirectAddr>a@example.net</RedirectAddr>'))).toEqual({
      ok: true,
      value: [],
    });
    const error = '<Autodiscover><Response><Error Id="1"><ErrorCode>500</ErrorCode></Error></Response></Autodiscover>';
    expect(parseAutodiscover(error)).toEqual({ ok: true, value: [] });
    expect(parseAutodiscover('<html/>')).toEqual({ ok: false, error: 'XML, but no Autodiscover document' });
  });

  it('and autoconfig never throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string().map(clientConfig), fc.string().map(autodiscover)), (text) => {
        parseAutoconfig(text, 'example.org');
        parseAutodiscover(text);
      }),
    );
  });
});

describe('what may be probed of what is published', () => {
  const published = { service: 'imap', host: 'imap.example.org', port: 993, security: 'implicit' } as const;

  it('is an endpoint; what is offered without TLS is looked at for STARTTLS', () => {
    expect(publishedTarget(published)).toEqual({
      service: 'imap',
      tlsMode: 'implicit',
      host: 'imap.example.org',
      port: 993,
    });
    expect(publishedTarget({ ...published, port: 143, security: 'plaintext' })).toMatchObject({ tlsMode: 'starttls' });
  });

  it.each([{ host: '10.0.0.1' }, { host: 'a b' }, { port: 22 }, { port: 8080 }])(
    'is nothing but a host name and a port of mail: %o',
    (change) => {
      expect(publishedTarget({ ...published, ...change })).toBeNull();
    },
  );
});

import fc from 'fast-check';
import { maxInventoryBytes, maxInventoryEndpoints, parseInventory } from '#lib/inventory/parse-inventory.ts';
import { undeclared } from '#lib/model/declaration.ts';

const lines = (...text: readonly string[]): string => text.join('\n');

/** `line: reason` of each mistake. */
function mistakesIn(text: string): readonly string[] {
  const parsed = parseInventory(text);
  return parsed.ok ? [] : parsed.error.map(({ line, reason }) => `${line}: ${reason}`);
}

/** One domain with one endpoint, the endpoint's lines given; its first line is the fourth of the file. */
const withEndpoint = (...text: readonly string[]): string =>
  lines('domains:', '  - name: example.org', '    endpoints:', ...text);

describe('an inventory', () => {
  it('has domains with endpoints and what is declared of them', () => {
    const parsed = parseInventory(
      lines(
        '# ours',
        'domains:',
        '  - name: Bücher.example',
        '    endpoints:',
        '      - service: imap',
        '        tls: implicit',
        '        hostname: Mail.example.org',
        '        expects_deep: true',
        '        legacy_submission: null',
        '        address: "2001:DB8::1"',
        '      - { service: sieve, tls: starttls, host: mail.example.org, port: 2000, vantage: inside }',
        '  - name: example.net',
        '    endpoints: []',
      ),
    );
    const host = 'mail.example.org';
    expect(parsed).toEqual({
      ok: true,
      value: {
        domains: [
          {
            name: 'xn--bcher-kva.example',
            line: 3,
            endpoints: [
              {
                target: { service: 'imap', tlsMode: 'implicit', host, port: 993 },
                declaration: { ...undeclared, expectsDeep: true, address: '2001:db8::1' },
                line: 5,
              },
              {
                target: { service: 'sieve', tlsMode: 'starttls', host, port: 2000 },
                declaration: { ...undeclared, vantage: 'inside' },
                line: 11,
              },
            ],
          },
          { name: 'example.net', line: 12, endpoints: [] },
        ],
      },
    });
  });

  it('is told all its mistakes with their lines', () => {
    const text = lines(
      'domains:',
      '  - name: example.org',
      '    endpoints:',
      '      - service: gopher',
      '        tls: implicit',
      '        host: 192.0.2.1',
      '      - service: smtp',
      '        tls: implicit',
      '        host: mx.example.org',
      '      - service: imap',
      '        tls: implicit',
      '        host: mail.example.org',
      '        port: 70000',
      '        expect_deep: true',
      '        sni: 7',
      '        vantage: a b',
      '      - service: imap',
      '        hostname: mail.example.org',
      '        host: mail.example.org',
      '  - name: localhost',
      '    endpoints: none',
      '  - example.com',
      '  - name: EXAMPLE.org',
      '    endpoints: []',
      'domain: {}',
    );
    expect(mistakesIn(text)).toEqual([
      '4: service must be one of imap, pop3, submission, smtp, sieve',
      expect.stringMatching(/^6: host: .*IP address/),
      '8: smtp has no implicit TLS, only starttls',
      '13: port must be a number from 1 to 65535',
      '14: "expect_deep" is not a key of an endpoint: did you mean expects_deep?',
      '15: sni must be a text or null (undeclared)',
      expect.stringMatching(/^16: vantage must be a short name/),
      '17: tls is missing',
      '18: host and hostname are the same: say one',
      expect.stringMatching(/^20: name: "localhost" is not complete/),
      '21: endpoints must be a list',
      '22: a domain must be a mapping with name: …',
      '23: example.org stands in line 2 already',
      expect.stringMatching(/^25: "domain" is not a key of an inventory/),
    ]);
  });

  it.each([
    ['nothing', '', /^1: an inventory must be a mapping with domains/],
    ['a list', '- a', /^1: an inventory must be a mapping/],
    ['no domains', '{}', /^1: domains is missing/],
    ['half a list', 'domains: [', /^1: /],
    ['a tab', 'domains:\n\t- name: x', /^2: /],
    ['a key twice', 'domains: []\ndomains: []', /^2: domains stands twice/],
    ['two documents', 'domains: []\n---\ndomains: []', /^2: Source contains multiple documents$/],
    ['a tag of its own', 'domains: !mine []', /^1: Unresolved tag/],
    ['a list as key', '? [a]\n: b', /is not a key of an inventory/],
    ['deep lists', '['.repeat(20_000), /nested too deeply/],
    [
      'an alias',
      withEndpoint('      - &a { service: imap, tls: implicit, host: a.example.org }', '      - *a'),
      /^5: Aliases/,
    ],
    [
      'an endpoint twice in a domain',
      withEndpoint(
        '      - { service: imap, tls: implicit, host: a.example.org }',
        '      - { service: imap, tls: implicit, host: a.example.org, port: 993 }',
      ),
      /^5: example\.org has imap\+implicit:\/\/a\.example\.org:993 already/,
    ],
    [
      'an endpoint declared in two ways',
      lines(
        withEndpoint('      - { service: imap, tls: implicit, host: a.example.org }'),
        '  - name: example.net',
        '    endpoints:',
        '      - { service: imap, tls: implicit, host: a.example.org, expects_deep: false }',
      ),
      /^7: imap\+implicit:\/\/a\.example\.org:993 is declared otherwise in line 4/,
    ],
  ])('is none that is %s', (_what, text, mistake) => {
    expect(mistakesIn(text).join('\n')).toMatch(mistake);
  });

  it('that stands for gigabytes is refused before it does', () => {
    const levels = Array.from({ length: 30 }, (_, level) => {
      const item = level === 0 ? 'x' : `*a${level - 1}`;
      return `k${level}: &a${level} [${item}, ${item}, ${item}]`;
    });
    expect(mistakesIn(lines(...levels))[0]).toMatch(/^2: Aliases are not read here/);
  });

  it('may be large, but not larger than anybody needs', () => {
    expect(mistakesIn('#'.repeat(maxInventoryBytes + 1))).toEqual(['1: The file is larger than 2 MiB']);
    const endpoint = (index: number) => `      - {service: imap, tls: implicit, host: h.example.org, port: ${index}}`;
    const many = Array.from({ length: maxInventoryEndpoints + 1 }, (_, index) => endpoint(index + 1));
    expect(mistakesIn(withEndpoint(...many))).toEqual([
      `${maxInventoryEndpoints + 4}: There are more than 10000 endpoints`,
    ]);
  });

  it('with countless mistakes is told a hundred', () => {
    const wrong = Array.from({ length: 300 }, (_, index) => `      - ${index}`);
    expect(mistakesIn(withEndpoint(...wrong))).toHaveLength(100);
  });

  it('never throws, whatever it is', () => {
    const word = fc.constantFrom(
      'domains:',
      ' - name: a.example',
      ' endpoints:',
      '- service: imap',
      '&a',
      '*a',
      '{',
      '[',
      '}',
      ': ',
      '|',
      '"',
      '%',
      '!!',
      '\t',
      '---',
      '<<: ',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(word, fc.string()), { maxLength: 40 }),
        fc.constantFrom('', ' ', '\n', '\n  '),
        (parts, glue) => {
          const parsed = parseInventory(parts.join(glue));
          if (!parsed.ok) {
            expect(parsed.error.length).toBeGreaterThan(0);
            expect(parsed.error.every(({ line }) => line >= 1)).toBe(true);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

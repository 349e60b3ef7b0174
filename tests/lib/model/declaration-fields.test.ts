import { createAddressGuard } from '#lib/model/address.ts';
import { checkDeclaration, type DeclarationWorld } from '#lib/model/check-declaration.ts';
import { undeclared, type Declaration } from '#lib/model/declaration.ts';
import { declarationNames, listDeclaredFacts, readDeclarationFields } from '#lib/model/declaration-fields.ts';
import { endpointKey } from '#lib/model/endpoint.ts';
import { parseEndpointKey } from '#lib/model/endpoint-key.ts';
import { testEndpoint } from '#tests/support/observations.ts';

const backend = 'imap+starttls://backend.example.org:143';

describe('the fields of a declaration', () => {
  it('are read in their usual form, and a missing one stays as it was', () => {
    const before: Declaration = { ...undeclared, tryInjection: false, vantage: 'vienna', expectsDeep: true };
    const read = readDeclarationFields(
      {
        accepts_client_certs: false,
        front_of: 'IMAP+STARTTLS://Backend.Example.org:143',
        vantage: null,
        address: '2001:DB8:0::1',
        sni: 'Mail.Example.ORG.',
        try_client_command: true,
        host: 'not ours',
      },
      before,
    );
    expect(read).toEqual({
      ok: true,
      value: {
        expectsDeep: true,
        acceptsClientCertificates: false,
        legacySubmission: null,
        frontOf: backend,
        vantage: null,
        address: '2001:db8::1',
        serverName: 'mail.example.org',
        tryClientCommand: true,
        tryInjection: false,
      },
    });
  });

  it('are all named that cannot be read', () => {
    const read = readDeclarationFields(
      {
        expects_deep: 'yes',
        accepts_client_certs: 1,
        legacy_submission: [],
        front_of: 'backend.example.org',
        vantage: '-',
        address: 'mail.example.org',
        sni: '192.0.2.1',
        try_client_command: {},
        try_injection: '',
      },
      undeclared,
    );
    expect(read.ok ? [] : read.error.map(({ field }) => field)).toEqual(Object.values(declarationNames));
    expect(readDeclarationFields({ address: 7 }, undeclared)).toMatchObject({
      error: [{ field: 'address', reason: 'must be a text or null (undeclared)' }],
    });
  });

  it('can be listed, and read again from the list', () => {
    const declared: Declaration = { ...undeclared, expectsDeep: false, serverName: 'mail.example.org' };
    const fields = Object.fromEntries(listDeclaredFacts(declared).map(({ field, value }) => [field, value]));
    expect(readDeclarationFields(fields, { ...undeclared, tryInjection: true })).toEqual({ ok: true, value: declared });
  });
});

describe('the key of an endpoint', () => {
  it('is read as it is written', () => {
    const target = testEndpoint('submission', 'starttls');
    expect(parseEndpointKey(endpointKey(target))).toEqual({ ok: true, value: target });
    expect(parseEndpointKey('sieve+starttls://Bücher.example:4190')).toMatchObject({
      value: { service: 'sieve', host: 'xn--bcher-kva.example' },
    });
  });

  it.each([
    ['mail.example.org:993', /like imap\+implicit/],
    ['gopher+implicit://mail.example.org:70', /like imap\+implicit/],
    ['smtp+implicit://mail.example.org:25', /smtp has starttls/],
    ['imap+implicit://localhost:993', /not complete/],
    ['imap+implicit://mail.example.org:0', /port/],
    ['imap+implicit://mail.example.org:70000', /port/],
    ['imap+implicit://mail.example.org', /like/],
    ['', /like/],
  ])('%j is none', (text, reason) => {
    const parsed = parseEndpointKey(text);
    expect(parsed.ok ? '' : parsed.error).toMatch(reason);
  });
});

describe('a declaration', () => {
  const target = testEndpoint();
  const world: DeclarationWorld = {
    isWatched: () => true,
    backendOf: () => null,
    guard: createAddressGuard([]),
  };
  const reasons = (declaration: Partial<Declaration>, change: Partial<DeclarationWorld> = {}) =>
    checkDeclaration(target, { ...undeclared, ...declaration }, { ...world, ...change }).map(
      ({ field, reason }) => `${field} ${reason}`,
    );

  it('may name a watched endpoint of the same protocol as the one behind', () => {
    expect(reasons({ frontOf: backend })).toEqual([]);
    expect(reasons({ frontOf: backend }, { isWatched: () => false })).toEqual([
      expect.stringMatching(/front_of names imap.* not among the watched/),
    ]);
    expect(reasons({ frontOf: 'pop3+implicit://backend.example.org:995' })).toEqual([
      expect.stringContaining('another protocol'),
    ]);
  });

  it('may not lead in a circle', () => {
    const key = endpointKey(target);
    expect(reasons({ frontOf: key })).toEqual(['front_of names the endpoint itself']);
    const second = 'imap+starttls://second.example.org:143';
    const backends = new Map([
      [backend, second],
      [second, key],
    ]);
    const backendOf = (one: string) => backends.get(one) ?? null;
    expect(reasons({ frontOf: backend }, { backendOf })).toEqual([
      `front_of leads in a circle: ${[key, backend, second, key].join(' in front of ')}`,
    ]);
    // One that others made long ago ends the walk, too.
    expect(reasons({ frontOf: backend }, { backendOf: () => backend })).toHaveLength(1);
  });

  it('may name an address that our own guard refuses only for workers of another vantage', () => {
    expect(reasons({ address: '10.0.0.1' })).toEqual([
      expect.stringMatching(/^address cannot be used: .*LATCHWATCH_ALLOW/),
    ]);
    expect(reasons({ address: '10.0.0.1', vantage: 'inside' })).toEqual([]);
    expect(reasons({ address: '1.1.1.1' })).toEqual([]);
  });
});

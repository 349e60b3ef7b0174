import { findUnexpected, needsApproval, nextBaseline, organisationOf, readBaselineFacts } from '#lib/drift/baseline.ts';
import { baselineOf, rejectedBaseline } from '#tests/support/baselines.ts';
import { dayMs, issueCertificate, testNow } from '#tests/support/certificates.ts';
import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testEndpoint,
  testPki,
  trustedTls,
} from '#tests/support/observations.ts';

const healthy = healthyEndpoint();
const about = { mixedAddresses: [], now: testNow };
const key = issueCertificate({ commonName: 'x', dnsNames: ['mail.example.org'], issuer: testPki.intermediate });
const renewed = changeSessions(healthy, () => ({ tls: trustedTls([key, testPki.intermediate]) }));

describe('readBaselineFacts', () => {
  it('takes what all addresses have in common', () => {
    const wide = issueCertificate({
      commonName: 'x',
      dnsNames: ['mail.example.org', 'imap.example.org'],
      issuer: testPki.root,
      notAfter: testNow + 5 * dayMs,
    });
    const mixed = changeSessions(healthy, (_session, index) =>
      index === 0 ? {} : { tls: trustedTls([wide], { version: 'TLSv1.2' }) },
    );
    expect(readBaselineFacts(mixed)).toMatchObject({
      tlsVersion: 'TLSv1.2',
      starttls: null,
      issuers: ['CN=Test Intermediate', 'CN=Test Root'],
      names: ['mail.example.org'],
      notAfter: testNow + 5 * dayMs,
    });
    expect(readBaselineFacts(mixed)?.keys).toHaveLength(2);
  });

  it.each([
    ['an address that failed', failSessions(healthy, { stage: 'connect', reason: 'timeout' }, (index) => index === 1)],
    [
      'a session that broke off after TLS',
      changeSessions(healthy, () => ({ failure: { stage: 'capability', reason: 'closed' } })),
    ],
    [
      'a family of addresses that is not known',
      {
        ...healthy,
        addresses: {
          ok: true,
          facts: {
            list: testAddresses,
            lookups: [],
            missing: { type: 'AAAA', failure: { stage: 'resolve', reason: 'timeout' } },
          },
        },
      } as const,
    ],
    ['garbage instead of a certificate', changeSessions(healthy, () => ({ tls: trustedTls([], { chain: ['AAAA'] }) }))],
  ])('takes nothing from a look with %s', (_what, observation) => {
    expect(readBaselineFacts(observation)).toBeNull();
    expect(nextBaseline(undefined, observation, about)).toBeNull();
  });

  it('takes nothing where several servers stand behind an address', () => {
    expect(readBaselineFacts(healthy, [testAddresses[1]])).toBeNull();
    expect(readBaselineFacts(healthy, ['203.0.113.9'])).not.toBeNull();
  });

  it('knows a server that offers no STARTTLS', () => {
    const plain = changeSessions(healthyEndpoint(testEndpoint('imap', 'starttls')), () => ({
      starttls: 'not-advertised',
      tls: null,
      failure: { stage: 'starttls', reason: 'not-advertised' },
    }));
    expect(readBaselineFacts(plain)).toMatchObject({ starttls: false, tlsVersion: null, keys: [] });
  });
});

describe('nextBaseline', () => {
  it('is the first look', () => {
    expect(nextBaseline(undefined, healthy, about)).toEqual(readBaselineFacts(healthy));
  });

  it('stays where nothing changed', () => {
    expect(nextBaseline(baselineOf(healthy), healthy, about)).toBeNull();
  });

  it('moves with a renewal in the second half of the life, and not before', () => {
    const before = baselineOf(healthy);
    expect(nextBaseline(before, renewed, about)).toBeNull();
    expect(nextBaseline(before, renewed, { ...about, now: testNow + 16 * dayMs })).toEqual(readBaselineFacts(renewed));
  });

  it('moves up to a newer TLS version and never down', () => {
    const old = changeSessions(healthy, () => ({
      tls: trustedTls([testPki.leaf, testPki.intermediate], { version: 'TLSv1.2' }),
    }));
    expect(nextBaseline(baselineOf(old), healthy, about)?.tlsVersion).toBe('TLSv1.3');
    expect(nextBaseline(baselineOf(healthy), old, about)).toBeNull();
  });

  it('keeps what was rejected out', () => {
    expect(nextBaseline(rejectedBaseline(healthy, renewed), renewed, about)).toBeNull();
  });
});

describe('findUnexpected', () => {
  const { facts } = baselineOf(healthy);

  it('takes a new intermediate of the same organisation for the same issuer', () => {
    const issued = (name: string) => ({ ...facts, issuers: [`C=US, O=Let's Encrypt, CN=${name}`] });
    const change = findUnexpected(issued('R10'), issued('R11'), { publishedKeys: new Set(), now: testNow });
    expect(needsApproval(change)).toBe(false);
  });

  it('asks nothing about an endpoint that showed no certificate before', () => {
    const bare = { ...facts, keys: [], issuers: [], names: [], notBefore: null, notAfter: null, tlsVersion: null };
    expect(needsApproval(findUnexpected(bare, facts, { publishedKeys: new Set(), now: testNow }))).toBe(false);
  });

  it('says that STARTTLS went', () => {
    const change = findUnexpected(
      { ...facts, starttls: true },
      { ...facts, starttls: false, keys: [], names: [], issuers: [], tlsVersion: null },
      { publishedKeys: new Set(), now: testNow },
    );
    expect(change).toEqual({ keys: [], issuers: [], names: [], tlsVersion: null, starttlsGone: true });
  });
});

describe('organisationOf', () => {
  it.each([
    ["C=US, O=Let's Encrypt, CN=E5", "Let's Encrypt"],
    ['O=Example\\, Inc., CN=CA', 'Example\\, Inc.'],
    ['CN=Test, OU=O=x', 'CN=Test, OU=O=x'],
    ['', ''],
  ])('of %s is %s', (issuer, organisation) => {
    expect(organisationOf(issuer)).toBe(organisation);
  });
});

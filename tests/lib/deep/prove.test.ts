import fc from 'fast-check';
import { proveTags, type TagProof } from '#lib/deep/prove.ts';
import { provableTags, type ProvableTag } from '#lib/deep/tags.ts';
import type { AddressSession, EndpointObservation, ProbeFailure } from '#lib/model/observation.ts';
import type { AddressScan } from '#lib/model/scan-observation.ts';
import { issueCertificate, testNow, dayMs } from '#tests/support/certificates.ts';
import {
  changeSessions,
  changeTlsa,
  failSessions,
  healthyEndpoint,
  leafWith,
  lookupOf,
  testEndpoint,
  testPki,
  tlsaOf,
  trustedTls,
  untrustedTls,
} from '#tests/support/observations.ts';
import { accepted, changeScan, healthyScan } from '#tests/support/scan-observations.ts';

const secure = { dnssec: { state: 'secure', expiresAt: null } } as const;
const signed = changeTlsa(healthyEndpoint(), [tlsaOf(testPki.leaf)], secure);
const starttls = healthyEndpoint(testEndpoint('submission', 'starttls'));
const mx = changeTlsa(healthyEndpoint(testEndpoint('smtp', 'starttls')), [tlsaOf(testPki.leaf)], secure);

interface Asked {
  readonly scan?: AddressScan;
  readonly serverName?: string;
  readonly now?: number;
}

function prove(observation: EndpointObservation, asked: Asked = {}): Readonly<Record<ProvableTag, TagProof>> {
  const [session] = observation.sessions;
  if (session === undefined) throw new Error('the observation has no session');
  const { scan = null, serverName = null, now = testNow } = asked;
  return proveTags({ observation, session, scan, serverName, now });
}

/** `holds`, `broken` or `unseen`; by pack where they differ. */
function stateOf({ draft, current }: TagProof): string {
  return draft.state === current.state ? draft.state : `draft ${draft.state}, current ${current.state}`;
}

function states(observation: EndpointObservation, asked: Asked = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(prove(observation, asked)).map(([tag, proof]) => [tag, stateOf(proof)]));
}

const show = (change: Partial<AddressSession>, observation = signed) => changeSessions(observation, () => change);
const all = (state: string) => Object.fromEntries(provableTags.map((tag) => [tag, state]));

test('a healthy server proves everything', () => {
  expect(states(signed)).toEqual(all('holds'));
  expect(states(mx)).toEqual(all('holds'));
});

describe('tls10 and tls12', () => {
  const negotiated = (version: string, cipher: string) => {
    const { tls10, tls12 } = prove(show({ tls: trustedTls([testPki.leaf], { version, cipher }) }));
    return [stateOf(tls10), stateOf(tls12)];
  };

  test.each([
    ['TLSv1.3', 'TLS_AES_128_GCM_SHA256', 'holds', 'holds'],
    ['TLSv1.2', 'ECDHE-RSA-AES256-GCM-SHA384', 'holds', 'holds'],
    ['TLSv1.1', 'ECDHE-RSA-AES128-SHA', 'holds', 'broken'],
    ['TLSv1', 'AES128-SHA', 'holds', 'broken'],
    ['SSLv3', 'AES128-SHA', 'broken', 'broken'],
    ['TLSv1.2', 'DES-CBC3-SHA', 'broken', 'broken'],
    ['TLSv1.2', 'EXP-RC4-MD5', 'broken', 'broken'],
    ['TLSv1.2', 'NULL-SHA256', 'broken', 'broken'],
    ['TLSv1.2', 'RC4-SHA', 'draft holds, current broken', 'draft holds, current broken'],
    ['TLSv1', 'RC4-SHA', 'draft holds, current broken', 'broken'],
    ['TLSv1.2', 'SOMETHING-NEW', 'unseen', 'unseen'],
  ])('%s with %s: %s, %s', (version, cipher, tls10, tls12) => {
    expect(negotiated(version, cipher)).toEqual([tls10, tls12]);
  });

  it('do not ask for a valid certificate', () => {
    const { tls10, tls12 } = prove(show({ tls: untrustedTls([testPki.leaf], 'DEPTH_ZERO_SELF_SIGNED_CERT') }));
    expect([stateOf(tls10), stateOf(tls12)]).toEqual(['holds', 'holds']);
  });
});

describe('a server without TLS', () => {
  const fails = (failure: ProbeFailure, change: Partial<AddressSession> = {}) =>
    show({ tls: null, failure, ...change }, starttls);
  const handshakeFailed: ProbeFailure = { stage: 'handshake', reason: 'tls', said: 'handshake_failure' };

  test.each<[string, EndpointObservation, RegExp]>([
    [
      'that does not offer it',
      fails({ stage: 'starttls', reason: 'not-advertised' }, { starttls: 'not-advertised' }),
      /offers no TLS/,
    ],
    [
      'that refuses it',
      fails({ stage: 'starttls', reason: 'temporary', said: '454 TLS not available' }, { starttls: 'refused' }),
      /refuses to begin TLS: 454/,
    ],
    ['whose handshake breaks off', fails({ stage: 'handshake', reason: 'reset' }), /handshake fails/],
    ['whose handshake is refused', fails(handshakeFailed), /handshake fails: handshake_failure/],
  ])('%s proves nothing', (_name, observation, why) => {
    expect(states(observation)).toEqual(all('broken'));
    const { current } = prove(observation)['tls-cert'];
    expect(current.state === 'broken' ? current.why : '').toMatch(why);
  });

  test.each<[string, EndpointObservation]>([
    ['not reached', failSessions(signed, { stage: 'connect', reason: 'timeout' })],
    ['asked to come back', failSessions(signed, { stage: 'greeting', reason: 'temporary', said: '421 later' })],
    ['turned away', failSessions(signed, { stage: 'greeting', reason: 'rejected', said: '554 go away' })],
  ])('%s: nothing is known', (_name, observation) => {
    expect(states(observation)).toEqual(all('unseen'));
  });

  it('that only has RC4 keeps tls10 by the draft, as the deep scan saw', () => {
    const [scan] = changeScan(healthyScan(), ({ weakSuites }) => ({
      weakSuites: {
        ...weakSuites,
        rc4: accepted({ version: 'TLSv1', suite: '0005', name: 'TLS_RSA_WITH_RC4_128_SHA' } as const),
      },
    })).addresses;
    if (scan === undefined) throw new Error('a healthy scan has addresses');
    expect(states(fails(handshakeFailed), { scan })).toEqual({
      ...all('broken'),
      tls10: 'draft holds, current broken',
    });
    // A handshake that came about needs no scan.
    expect(states(signed, { scan })).toEqual(all('holds'));
  });
});

describe('tls-cert', () => {
  const certOf = (observation: EndpointObservation, asked: Asked = {}) =>
    stateOf(prove(observation, asked)['tls-cert']);
  const otherName = issueCertificate({
    commonName: 'other',
    dnsNames: ['www.example.org'],
    issuer: testPki.intermediate,
  });

  it('breaks by path, name and date', () => {
    expect(certOf(show({ tls: untrustedTls([testPki.leaf], 'SELF_SIGNED_CERT_IN_CHAIN') }))).toBe('broken');
    expect(certOf(show({ tls: trustedTls([otherName]) }))).toBe('broken');
    expect(certOf(show({ tls: trustedTls([leafWith(dayMs)]) }), { now: testNow + 2 * dayMs })).toBe('broken');
    expect(certOf(show({ tls: trustedTls([leafWith(dayMs)]) }))).toBe('holds');
    expect(certOf(signed, { now: testNow - 400 * dayMs })).toBe('broken');
  });

  it('goes by the declared name', () => {
    const observation = show({ tls: trustedTls([otherName]) });
    expect(certOf(observation, { serverName: 'www.example.org' })).toBe('holds');
    expect(certOf(signed, { serverName: 'www.example.org' })).toBe('broken');
  });

  it('has no name to look for where the host is an IP address', () => {
    const target = { ...testEndpoint(), host: '192.0.2.1' };
    expect(certOf(healthyEndpoint(target))).toBe('unseen');
    expect(certOf(healthyEndpoint(target), { serverName: 'mail.example.org' })).toBe('holds');
  });

  it('needs both certificates of a server that has two', () => {
    const expired = issueCertificate({ commonName: 'mail.example.org', keyType: 'rsa', notAfter: testNow - dayMs });
    const besides = (tls: AddressSession['otherHandshake']) => show(tls === undefined ? {} : { otherHandshake: tls });
    const shown = { ok: true, facts: untrustedTls([expired], 'CERT_HAS_EXPIRED') } as const;
    expect(certOf(besides({ offered: 'rsa', tls: shown }))).toBe('broken');
    const timeout = { ok: false, failure: { stage: 'connect', reason: 'timeout' } } as const;
    expect(certOf(besides({ offered: 'rsa', tls: timeout }))).toBe('unseen');
  });

  it('cannot be told from a certificate that nobody can read', () => {
    expect(states(show({ tls: trustedTls([], { chain: ['AAAA'] }) }))).toMatchObject({ 'tls-cert': 'unseen' });
    expect(states(show({ tls: trustedTls([]) }))).toMatchObject({ 'tls-cert': 'broken', 'tls-dane-tlsa': 'broken' });
  });
});

describe('tls-dane-tlsa', () => {
  const daneOf = (observation: EndpointObservation, asked: Asked = {}) =>
    stateOf(prove(observation, asked)['tls-dane-tlsa']);
  const insecure = { dnssec: { state: 'insecure', provenAt: 'org', reason: 'no-ds' } } as const;

  it('outlives the dates of the certificate with 3 1 1, where tls-cert breaks', () => {
    const expired = leafWith(-dayMs);
    const observation = changeTlsa(
      show({ tls: untrustedTls([expired, testPki.intermediate], 'CERT_HAS_EXPIRED') }),
      [tlsaOf(expired)],
      secure,
    );
    expect(states(observation)).toEqual({ ...all('holds'), 'tls-cert': 'broken' });
  });

  it('asks for the name of usage 3 by the draft only, and not between mail servers', () => {
    const other = issueCertificate({ commonName: 'other', dnsNames: ['www.example.org'] });
    const shows = (observation: EndpointObservation) =>
      changeTlsa(show({ tls: trustedTls([other]) }, observation), [tlsaOf(other)], secure);
    expect(daneOf(shows(signed))).toBe('draft broken, current holds');
    expect(daneOf(shows(mx))).toBe('holds');
    expect(daneOf(shows(signed), { serverName: 'www.example.org' })).toBe('holds');
  });

  it('breaks where the records are gone, unsigned, bogus, of another key or of no use', () => {
    const stale = tlsaOf(issueCertificate({ commonName: 'mail.example.org' }));
    expect(daneOf(changeTlsa(signed, [], secure))).toBe('broken');
    expect(daneOf(changeTlsa(signed, [], insecure))).toBe('broken');
    expect(daneOf(changeTlsa(signed, [tlsaOf(testPki.leaf)], insecure))).toBe('broken');
    expect(daneOf(changeTlsa(signed, [stale], secure))).toBe('broken');
    expect(daneOf(changeTlsa(signed, [{ ...stale, usage: 9 }], secure))).toBe('broken');
    const bogus = {
      dnssec: { state: 'bogus', at: 'example.org TLSA', why: 'expired', reason: 'signature-expired' },
    } as const;
    expect(daneOf(changeTlsa(signed, [tlsaOf(testPki.leaf)], bogus))).toBe('broken');
    const clock = { dnssec: { ...bogus.dnssec, at: 'org DNSKEY' } } as const;
    expect(daneOf(changeTlsa(signed, [tlsaOf(testPki.leaf)], clock))).toBe('unseen');
  });

  it('is not known where nobody validated or nobody answered', () => {
    expect(daneOf(healthyEndpoint())).toBe('unseen');
    expect(daneOf({ ...signed, tlsa: null })).toBe('unseen');
  });

  it('counts PKIX usages for mail clients and not between mail servers', () => {
    const records = [tlsaOf(testPki.leaf, { usage: 1 })];
    expect(daneOf(changeTlsa(signed, records, secure))).toBe('holds');
    expect(daneOf(changeTlsa(mx, records, secure))).toBe('broken');
  });

  it('needs secure addresses between mail servers', () => {
    const lookups = [lookupOf('mail.example.org', 'A', ['192.0.2.1'], insecure.dnssec)];
    const at = (observation: EndpointObservation): EndpointObservation => ({
      ...observation,
      addresses: { ok: true, facts: { list: ['192.0.2.1'], lookups } },
    });
    expect(daneOf(at(mx))).toBe('broken');
    expect(daneOf(at(signed))).toBe('holds');
  });

  it('needs a record for each certificate of the server', () => {
    const rsa = issueCertificate({ commonName: 'mail.example.org', dnsNames: ['mail.example.org'], keyType: 'rsa' });
    const both = show({ otherHandshake: { offered: 'rsa', tls: { ok: true, facts: trustedTls([rsa]) } } });
    expect(daneOf(both)).toBe('broken');
    expect(daneOf(changeTlsa(both, [tlsaOf(testPki.leaf), tlsaOf(rsa)], secure))).toBe('holds');
  });
});

test('whatever a server shows, the answer is one of the three', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), text, text, fc.integer(), (chain, version, cipher, now) => {
      const proofs = prove(show({ tls: trustedTls([], { chain, version, cipher }) }), { now });
      for (const { draft, current } of Object.values(proofs)) {
        expect(['holds', 'broken', 'unseen']).toContain(draft.state);
        expect(['holds', 'broken', 'unseen']).toContain(current.state);
      }
    }),
  );
});

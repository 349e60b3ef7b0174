import type { CertificateFacts } from '#lib/planner/certificate-facts.ts';
import type { TlsaLook } from '#lib/dane/held-since.ts';
import type { Dnssec } from '#lib/model/dnssec.ts';
import type { TlsaRecord } from '#lib/model/observation.ts';
import { joinPreflight } from '#lib/planner/preflight.ts';
import { judgeNewCertificate } from '#lib/planner/preflight-certificate.ts';
import { parseCertificate, type Certificate } from '#lib/x509/certificate.ts';
import { findTrustedPath } from '#lib/x509/trusted-path.ts';
import { dayMs, issueAuthority, issueCertificate, testNow, type TestCertificate } from '#tests/support/certificates.ts';
import { testEndpoint, tlsaOf } from '#tests/support/observations.ts';

const root = issueAuthority('Test Root');
const intermediate = issueAuthority('Test Intermediate', { issuer: root });
const names = { commonName: 'mail.example.org', dnsNames: ['mail.example.org'] };
const old = issueCertificate({ ...names, issuer: intermediate });
const renewed = issueCertificate({ ...names, issuer: intermediate });
const sameKey = issueCertificate({ ...names, issuer: intermediate, key: old.key });

const ttlSeconds = 3600;
const ttlMs = ttlSeconds * 1000;
const secure: Dnssec = { state: 'secure', expiresAt: testNow + 10 * dayMs };

function read({ der }: TestCertificate): Certificate {
  const certificate = parseCertificate(der);
  if (!certificate.ok) throw new Error(certificate.error);
  return certificate.value;
}

const anchors = [read(root)];

function served(...sets: readonly (readonly TlsaRecord[] | null)[]) {
  return sets.map((records, index) => ({
    host: `ns${String(index + 1)}.example.org`,
    address: `192.0.2.${String(index + 53)}`,
    set: records === null ? null : { records, ttlSeconds },
  }));
}

function look(agoMs: number, ...sets: readonly (readonly TlsaRecord[] | null)[]): TlsaLook {
  return { firstSeen: testNow - agoMs, lastSeen: testNow - agoMs, servers: served(...sets) };
}

/** The renewed certificate where only the old one's record is published, unless told otherwise. */
function facts(
  change: Partial<CertificateFacts> & { readonly records?: readonly TlsaRecord[] } = {},
): CertificateFacts {
  const { records = [tlsaOf(old)], ...rest } = change;
  const chain = rest.chain ?? [read(renewed), read(intermediate)];
  const now = rest.now ?? testNow;
  return {
    endpoint: testEndpoint(),
    chain,
    path: findTrustedPath({ chain, anchors, now }),
    tlsa: { ok: true, facts: { records, dnssec: secure } },
    servers: served(records, records),
    looks: [],
    publishedAt: null,
    shown: [{ chain: [read(old), read(intermediate)], trusted: true }],
    promised: [],
    names: ['mail.example.org'],
    census: null,
    now,
    ...rest,
  };
}

function judge(of: CertificateFacts) {
  const answer = joinPreflight([judgeNewCertificate(of)]);
  return { ...answer, codes: answer.reasons.map(({ verdict, code }) => `${verdict} ${code}`) };
}

describe('a renewed certificate against the published TLSA records', () => {
  it('blocks with a new key that nobody published, and gives the record', () => {
    const { verdict, codes, reasons, earliestSafe } = judge(facts());
    expect(verdict).toBe('block');
    expect(codes).toEqual(['block tlsa-mismatch', 'pass chain-trusted', 'pass names-covered', 'pass dates-fit']);
    expect(reasons[0]?.fix).toContain(`_993._tcp.mail.example.org. IN TLSA 3 1 1 ${tlsaOf(renewed).data}`);
    expect(earliestSafe).toBeNull();
  });

  it('blocks until the old set has left all caches, and says when', () => {
    const both = [tlsaOf(old), tlsaOf(renewed)];
    const seen = facts({
      records: both,
      looks: [look(2 * ttlMs, [tlsaOf(old)], [tlsaOf(old)]), look(ttlMs / 2, both, both)],
    });
    const { verdict, codes, earliestSafe, expiresAt } = judge(seen);
    expect(verdict).toBe('block');
    expect(codes[0]).toBe('block tlsa-too-fresh');
    expect(earliestSafe).toBe(testNow + ttlMs / 2);
    expect(expiresAt).toBe(testNow + ttlMs / 2);
    expect(judge({ ...seen, now: testNow + ttlMs / 2 })).toMatchObject({ verdict: 'pass', earliestSafe: null });
  });

  it('counts the wait from this look on where it is the first', () => {
    const both = [tlsaOf(old), tlsaOf(renewed)];
    expect(judge(facts({ records: both })).earliestSafe).toBe(testNow + ttlMs);
  });

  it('takes the word of an operator who knows since when', () => {
    const both = [tlsaOf(old), tlsaOf(renewed)];
    expect(judge(facts({ records: both, publishedAt: testNow - 2 * ttlMs })).verdict).toBe('pass');
    const seen = facts({ records: both, publishedAt: testNow - 2 * ttlMs, looks: [look(1000, [tlsaOf(old)])] });
    expect(judge(seen).earliestSafe).toBe(testNow - 1000 + ttlMs);
  });

  it('starts the wait anew where a server falls back', () => {
    const both = [tlsaOf(old), tlsaOf(renewed)];
    const back = [look(3 * ttlMs, both, both), look(ttlMs / 4, both, [tlsaOf(old)]), look(ttlMs / 8, both, both)];
    expect(judge(facts({ records: both, looks: back })).earliestSafe).toBe(testNow - ttlMs / 8 + ttlMs);
  });

  it('blocks while one name server lacks the record, and names it', () => {
    const both = [tlsaOf(old), tlsaOf(renewed)];
    const { verdict, reasons } = judge(facts({ records: both, servers: served(both, [tlsaOf(old)]) }));
    expect(verdict).toBe('block');
    expect(reasons[0]).toMatchObject({ code: 'tlsa-not-everywhere' });
    expect(reasons[0]?.text).toContain('ns2.example.org (192.0.2.54)');
  });

  it('warns of a name server that says nothing', () => {
    const both = [tlsaOf(old), tlsaOf(renewed)];
    const answer = judge(facts({ records: both, servers: served(both, null), looks: [look(2 * ttlMs, both, both)] }));
    expect(answer.codes[0]).toBe('warn tlsa-server-silent');
    expect(answer.verdict).toBe('warn');
  });

  it('passes at once with the same key', () => {
    const { verdict, codes } = judge(facts({ chain: [read(sameKey), read(intermediate)] }));
    expect(verdict).toBe('pass');
    expect(codes).toContain('pass tlsa-matches');
  });

  it('blocks a renewal with the same key where the record is of the whole certificate', () => {
    const whole = { ...tlsaOf(old), selector: 0, data: read(old).fingerprint };
    expect(judge(facts({ chain: [read(sameKey), read(intermediate)], records: [whole] })).codes[0]).toBe(
      'block tlsa-mismatch',
    );
  });

  it('passes where it is proven that there are no records', () => {
    expect(judge(facts({ records: [] })).verdict).toBe('pass');
  });

  it('only warns where the records are not signed, and blocks where nobody can tell', () => {
    const tlsa = (dnssec: Dnssec) => ({ ok: true as const, facts: { records: [tlsaOf(old)], dnssec } });
    const insecure: Dnssec = { state: 'insecure', provenAt: 'example.org', reason: 'no-ds' };
    const bogus: Dnssec = { state: 'bogus', at: 'example.org', why: 'test', reason: 'signature-expired' };
    const unknown: Dnssec = { state: 'indeterminate', why: 'test', reason: 'no-answer' };
    expect(judge(facts({ tlsa: tlsa(insecure) })).codes[0]).toBe('warn tlsa-mismatch-unsigned');
    expect(judge(facts({ tlsa: tlsa(bogus) })).codes[0]).toBe('block tlsa-bogus');
    expect(judge(facts({ tlsa: tlsa(unknown) })).codes[0]).toBe('block tlsa-unvalidated');
    const silent = { ok: false as const, failure: { stage: 'resolve' as const, reason: 'timeout' as const } };
    expect(judge(facts({ tlsa: silent })).codes[0]).toBe('block tlsa-unanswered');
  });
});

describe('a new certificate by itself', () => {
  const kept = (change: Partial<CertificateFacts>) => judge(facts({ records: [], ...change }));
  const issue = (change: object) => {
    const chain = [read(issueCertificate({ ...names, issuer: intermediate, ...change })), read(intermediate)];
    return { chain, path: findTrustedPath({ chain, anchors, now: testNow }) };
  };

  it('blocks without the intermediate, more sharply where tls-cert is promised', () => {
    const chain = [read(renewed)];
    const path = findTrustedPath({ chain, anchors, now: testNow });
    expect(kept({ chain, path }).codes[0]).toBe('block chain-untrusted');
    expect(kept({ chain, path, promised: ['tls-cert'] }).reasons[0]?.text).toContain('promises tls-cert');
  });

  it('only warns where the present certificate is not trusted either and nothing is promised', () => {
    const chain = [read(issueCertificate(names))];
    const path = findTrustedPath({ chain, anchors, now: testNow });
    const shown = [{ chain, trusted: false }];
    expect(kept({ chain, path, shown }).codes[0]).toBe('warn chain-untrusted');
    expect(kept({ chain, path, shown, promised: ['tls-cert'] }).codes[0]).toBe('block chain-untrusted');
  });

  it('blocks where a name that clients use is missing, and warns where one is given up', () => {
    expect(kept(issue({ dnsNames: ['other.example.org'] })).codes).toContain('block names-missing');
    const shown = [
      {
        chain: [read(issueCertificate({ ...names, dnsNames: ['mail.example.org', 'imap.example.org'] }))],
        trusted: true,
      },
    ];
    const { verdict, reasons } = kept({ shown });
    expect(verdict).toBe('warn');
    expect(reasons[0]?.text).toContain('imap.example.org');
  });

  it('asks for the name only mildly between mail servers', () => {
    const endpoint = testEndpoint('smtp', 'starttls');
    expect(kept({ ...issue({ dnsNames: [] }), endpoint, shown: [] }).verdict).toBe('warn');
  });

  it('judges the dates', () => {
    expect(kept(issue({ notBefore: testNow - 9 * dayMs, notAfter: testNow - dayMs })).codes).toContain('block expired');
    const early = kept(issue({ notBefore: testNow + dayMs, notAfter: testNow + 9 * dayMs }));
    expect(early).toMatchObject({ verdict: 'block', earliestSafe: testNow + dayMs });
    expect(kept(issue({ notAfter: testNow + 3 * dayMs })).codes).toEqual(
      expect.arrayContaining(['warn ends-soon', 'warn ends-before-present']),
    );
  });

  it('counts who would be locked out, as far as somebody counted', () => {
    expect(kept({}).breaks).toBeNull();
    const census = {
      holders: new Map([
        ['tls-cert', 7],
        ['tls-dane-tlsa', 3],
      ]),
      presumed: new Map([['tls-dane-tlsa', 2]]),
      unknownShare: 0.4,
    };
    expect(judge(facts({ census }))).toMatchObject({ verdict: 'block', breaks: 3, atRisk: 2, unknownShare: 0.4 });
    expect(kept({ census })).toMatchObject({ verdict: 'pass', breaks: 0, atRisk: 0 });
  });
});

it('trusts a path by signatures, dates and purpose, as OpenSSL would', () => {
  const trust = (chain: readonly TestCertificate[], now = testNow) =>
    findTrustedPath({ chain: chain.map(read), anchors, now });
  expect(trust([renewed, intermediate])).toMatchObject({ trusted: true });
  expect(trust([renewed])).toEqual({ trusted: false, why: 'no-path' });
  expect(trust([renewed, intermediate], testNow + 1000 * dayMs)).toEqual({ trusted: false, why: 'dates' });
  expect(trust([issueCertificate(names)])).toEqual({ trusted: false, why: 'self-signed' });
});

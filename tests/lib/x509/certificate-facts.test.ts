import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { readCertificateFacts } from '#lib/x509/certificate-facts.ts';
import { dayMs, issueAuthority, issueCertificate, testNow } from '#tests/support/certificates.ts';

const authority = issueAuthority('Test Root');

describe('facts of a certificate', () => {
  it('are those of its bytes, for each type of key', () => {
    const facts = (['ec', 'rsa', 'ed25519'] as const).map((keyType) =>
      readCertificateFacts(
        issueCertificate({ commonName: 'mail.example.org', dnsNames: ['mail.example.org'], issuer: authority, keyType })
          .der,
      ),
    );
    expect(facts.map((one) => [one?.keyType, one?.keyBits, one?.signatureAlgorithm])).toEqual([
      ['ec', 256, 'sha256-ecdsa'],
      ['rsa', 2048, 'sha256-ecdsa'],
      ['ed25519', 256, 'sha256-ecdsa'],
    ]);
    expect(facts[0]).toMatchObject({
      ...{ subject: 'CN=mail.example.org', commonName: 'mail.example.org', issuer: 'CN=Test Root' },
      ...{ names: ['mail.example.org'], nameCount: 1, selfSigned: false, authority: false, weaknesses: [] },
      ...{ notBefore: testNow - 30 * dayMs, notAfter: testNow + 60 * dayMs },
    });
  });

  it('tell a short key', () => {
    const short = (key: ReturnType<typeof generateKeyPairSync>['privateKey']) =>
      readCertificateFacts(issueCertificate({ commonName: 'short', issuer: authority, key }).der);
    const rsa = short(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey);
    expect([rsa?.keyBits, rsa?.weaknesses]).toEqual([1024, ['short-key']]);
    const curve = short(generateKeyPairSync('ec', { namedCurve: 'prime192v1' }).privateKey);
    expect([curve?.keyBits, curve?.weaknesses]).toEqual([192, ['short-key']]);
  });

  it('tell an old signature, but not of what signed itself', () => {
    const old = (der: Buffer) => {
      // sha256WithRSAEncryption turned into sha1WithRSAEncryption at both places.
      const text = der
        .toString('latin1')
        .replaceAll('\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b', '\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05');
      return readCertificateFacts(Buffer.from(text, 'latin1'));
    };
    const rsa = issueAuthority('RSA Root', { keyType: 'rsa' });
    const issued = old(issueCertificate({ commonName: 'old', issuer: rsa }).der);
    expect([issued?.signatureAlgorithm, issued?.weaknesses]).toEqual(['sha1-rsa', ['old-signature']]);
    expect(readCertificateFacts(rsa.der)).toMatchObject({ selfSigned: true, authority: true, weaknesses: [] });
  });

  it('are bounded, and null for what is no certificate', () => {
    const dnsNames = Array.from({ length: 300 }, (_, index) => `n${String(index)}.example.org`);
    const facts = readCertificateFacts(issueCertificate({ commonName: 'x'.repeat(5000), dnsNames }).der);
    expect([facts?.names.length, facts?.nameCount]).toEqual([20, 300]);
    expect(facts?.subject.length).toBeLessThanOrEqual(500);
    const whole = authority.der;
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const broken = Buffer.from(whole);
        broken[at] = byte;
        expect(() => readCertificateFacts(broken)).not.toThrow();
      }),
    );
    expect(readCertificateFacts(whole.subarray(0, 100))).toBeNull();
  });
});

import fc from 'fast-check';
import type { Certificate } from '#lib/x509/certificate.ts';
import { digestHex, isIssuedBy, isSelfSigned, parseCertificate } from '#lib/x509/certificate.ts';
import type { TestCertificate } from '#tests/support/certificates.ts';
import { issueAuthority, issueCertificate } from '#tests/support/certificates.ts';
import { runOpenssl } from '#tests/support/openssl.ts';

function read({ der }: TestCertificate): Certificate {
  const result = parseCertificate(der);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

/** What the openssl command says about a certificate: somebody else's reading of the same bytes. */
async function askOpenssl({ pem }: TestCertificate, ...options: string[]): Promise<string> {
  return (await runOpenssl(['x509', '-noout', ...options], pem)).toString();
}

const root = issueAuthority('Root');

describe('parseCertificate', () => {
  it.each(['ec', 'rsa', 'ed25519'] as const)(
    'reads dates, names and key of a certificate with an %s key as openssl does',
    async (keyType) => {
      const notBefore = Date.UTC(2026, 0, 2, 3, 4, 5);
      const notAfter = Date.UTC(2026, 3, 2, 3, 4, 5);
      const issued = issueCertificate({
        commonName: 'mail.example.org',
        dnsNames: ['mail.example.org', '*.Example.ORG'],
        issuer: root,
        keyType,
        notBefore,
        notAfter,
      });
      const certificate = read(issued);
      expect(certificate).toMatchObject({
        subject: 'CN=mail.example.org',
        issuer: 'CN=Root',
        notBefore,
        notAfter,
        keyType,
        dnsNames: ['mail.example.org', '*.example.org'],
        srvIds: [],
        isAuthority: false,
        isSelfIssued: false,
      });
      expect(await askOpenssl(issued, '-startdate', '-enddate')).toBe(
        'notBefore=Jan  2 03:04:05 2026 GMT\nnotAfter=Apr  2 03:04:05 2026 GMT\n',
      );
      const fingerprint = await askOpenssl(issued, '-fingerprint', '-sha256');
      expect(fingerprint.replaceAll(':', '').toLowerCase()).toContain(certificate.fingerprint);
      const pem = await askOpenssl(issued, '-pubkey');
      const spki = await runOpenssl(['pkey', '-pubin', '-outform', 'DER'], pem);
      expect(digestHex(certificate.spki, 'sha256')).toBe(digestHex(spki, 'sha256'));
    },
  );

  it.each([0, 1, 127])('reads a path length of %i', async (pathLength) => {
    const issued = issueAuthority('Root', { pathLength });
    expect(read(issued)).toMatchObject({ isAuthority: true, pathLength });
    expect(await askOpenssl(issued, '-text')).toContain(`CA:TRUE, pathlen:${String(pathLength)}\n`);
    expect(read(root).pathLength).toBeNull();
  });

  it('reads a certificate that the openssl command made', async () => {
    const names = 'DNS:imap.example.org,otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_imaps.example.org,IP:192.0.2.1';
    const options =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout /dev/null -days 7 ' +
      `-subj /O=Example/CN=imap.example.org -addext subjectAltName=${names}`;
    const pem = (await runOpenssl(options.split(' '))).toString();
    const der = Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');
    const result = parseCertificate(der);
    expect(result).toMatchObject({
      ok: true,
      value: {
        subject: 'O=Example, CN=imap.example.org',
        dnsNames: ['imap.example.org'],
        srvIds: [{ service: '_imaps', domain: 'example.org' }],
        isAuthority: true,
        isSelfIssued: true,
      },
    });
    expect(result.ok && isSelfSigned(result.value)).toBe(true);
    const validMs = result.ok ? result.value.notAfter - result.value.notBefore : 0;
    // openssl reads the clock for each of the two.
    expect([7 * 86_400_000, 7 * 86_400_000 + 1000]).toContain(validMs);
  });

  it('reads SRV-IDs from the extension', () => {
    const issued = issueCertificate({ commonName: 'x', srvNames: ['_imaps.example.org', 'not an SRV-ID'] });
    expect(read(issued).srvIds).toEqual([{ service: '_imaps', domain: 'example.org' }]);
  });

  it('reads dates after 2049, which have another form', () => {
    const notAfter = Date.UTC(2105, 5, 30, 12, 0, 0);
    expect(read(issueCertificate({ commonName: 'x', notAfter })).notAfter).toBe(notAfter);
  });

  it('keeps a name with a NUL byte whole, so that it equals no host', () => {
    const issued = issueCertificate({ commonName: 'x', dnsNames: ['mail.example.org\0.evil.test'] });
    expect(read(issued).dnsNames).toEqual(['mail.example.org\0.evil.test']);
  });

  it('gives a reason for garbage of any kind', () => {
    const { der } = root;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(parseCertificate(bytes)).toMatchObject({ ok: false });
      }),
    );
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const broken = Uint8Array.from(der);
        broken[at] = (broken[at] ?? 0) ^ flip;
        const result = parseCertificate(broken);
        expect(result.ok ? typeof result.value.subject : typeof result.error).toBe('string');
      }),
      { numRuns: 500 },
    );
    expect(parseCertificate(der.subarray(0, der.length - 1)).ok).toBe(false);
  });
});

describe('issuing', () => {
  const other = issueAuthority('Root');
  const leaf = read(issueCertificate({ commonName: 'leaf', issuer: root }));

  it('is confirmed by name and signature together', () => {
    expect(isIssuedBy(leaf, read(root))).toBe(true);
    expect(isIssuedBy(leaf, read(other))).toBe(false);
    expect(isIssuedBy(leaf, leaf)).toBe(false);
  });

  it('by itself is seen where the name and the signature are its own', () => {
    expect(isSelfSigned(read(issueCertificate({ commonName: 'alone' })))).toBe(true);
    expect(isSelfSigned(leaf)).toBe(false);
    const sameName = read(issueCertificate({ commonName: 'Root', issuer: root }));
    expect(sameName.isSelfIssued).toBe(true);
    expect(isSelfSigned(sameName)).toBe(false);
  });
});

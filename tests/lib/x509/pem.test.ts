import { readPemCertificate } from '#lib/x509/pem.ts';
import { issueCertificate } from '#tests/support/certificates.ts';

const leaf = issueCertificate({ commonName: 'mail.example.org' });
const issuer = issueCertificate({ commonName: 'Issuer' });

const errorOf = (text: string): string => {
  const result = readPemCertificate(text);
  return result.ok ? 'read' : result.error;
};

describe('a pasted certificate', () => {
  it('is the first of a chain file, whatever stands around it', () => {
    const result = readPemCertificate(`subject=mail\r\n${leaf.pem.replaceAll('\n', '\r\n')}${issuer.pem}`);
    expect(result.ok && result.value.subject).toBe('CN=mail.example.org');
  });

  it('is not kept together with a private key', () => {
    expect(errorOf(leaf.pem + leaf.keyPem)).toMatch(/private key in it: nothing was kept/);
  });

  it('is told from other text', () => {
    expect(errorOf('')).toMatch(/no certificate in it/);
    expect(errorOf('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).toMatch(/cannot be read/);
    expect(errorOf(leaf.pem.repeat(200))).toMatch(/longer than/);
  });
});

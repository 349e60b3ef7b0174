import { readChain } from '#lib/x509/read-chain.ts';
import { issueCertificate } from '#tests/support/certificates.ts';

describe('readChain', () => {
  it('keeps the order, and a place for what could not be read', () => {
    const [first, second] = [issueCertificate({ commonName: 'a' }), issueCertificate({ commonName: 'b' })];
    const subjects = readChain([second.base64, 'AAAA', '', first.base64, '\0 not base64']).map(
      (certificate) => certificate?.subject ?? null,
    );
    expect(subjects).toEqual(['CN=b', null, null, 'CN=a', null]);
  });

  it('goes on reading when it has seen more certificates than it keeps', () => {
    const key = issueCertificate({ commonName: 'key' }).key;
    const chain = Array.from({ length: 2100 }, (_, index) => issueCertificate({ commonName: `c${index}`, key }).base64);
    const subjects = (): (string | undefined)[] => readChain(chain).map((certificate) => certificate?.subject);
    const expected = chain.map((_, index) => `CN=c${index}`);
    expect(subjects()).toEqual(expected);
    expect(subjects()).toEqual(expected);
  });
});

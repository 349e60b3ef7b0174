import type { Certificate } from '#lib/x509/certificate.ts';
import { createPathSearch, type PathRules } from '#lib/x509/path.ts';
import { readChain } from '#lib/x509/read-chain.ts';
import { dayMs, issueAuthority, issueCertificate, testNow, type TestCertificate } from '#tests/support/certificates.ts';

/* What OpenSSL makes of the same chains is asked in tests/lib/dane/match.test.ts. */

const all: PathRules = { constraints: true, now: testNow };
const root = issueAuthority('Root');
const upper = issueAuthority('Upper', { issuer: root });
const lower = issueAuthority('Lower', { issuer: upper });
const leaf = issueCertificate({ commonName: 'leaf', issuer: lower });

function search(start: TestCertificate, candidates: readonly TestCertificate[], rules = all) {
  const [certificate] = readChain([start.base64]);
  if (certificate === undefined || certificate === null) throw new Error('the leaf cannot be read');
  return createPathSearch(certificate, readChain(candidates.map(({ base64 }) => base64)))(rules);
}

const subjects = (found: readonly { readonly certificate: Certificate }[]): readonly string[] =>
  found.map(({ certificate }) => certificate.subject);

describe('the certificates that a leaf leads to', () => {
  it('are found in any order, each with its path', () => {
    const found = search(leaf, [root, leaf, lower, issueAuthority('Stranger'), upper]);
    expect(found.map(({ path, below, index }) => ({ path, below, index }))).toEqual([
      { path: [2], below: 0, index: 2 },
      { path: [2, 4], below: 1, index: 4 },
      { path: [2, 4, 0], below: 2, index: 0 },
    ]);
  });

  it('are none that only have the right name', () => {
    expect(search(leaf, [issueAuthority('Lower'), upper, root])).toEqual([]);
  });

  it('do not count self-issued certificates against the path length', () => {
    const strict = issueAuthority('Strict', { pathLength: 0 });
    const renewed = issueAuthority('Strict', { issuer: strict, pathLength: 0 });
    const below = issueCertificate({ commonName: 'below', issuer: renewed });
    expect(subjects(search(below, [renewed, strict]))).toEqual(['CN=Strict', 'CN=Strict']);
  });

  it('are reached over the path with the fewest certificates', () => {
    const strict = issueAuthority('Short', { pathLength: 1 });
    const near = issueAuthority('Near', { issuer: strict });
    const far = issueAuthority('Far', { issuer: strict });
    const nearByFar = issueAuthority('Near', { issuer: far, key: near.key });
    const below = issueCertificate({ commonName: 'below', issuer: near });
    expect(search(below, [nearByFar, far, near, strict]).find(({ index }) => index === 3)?.path).toEqual([2, 3]);
    expect(subjects(search(below, [nearByFar, far, strict]))).not.toContain('CN=Short');
    expect(subjects(search(below, [nearByFar, far, strict], { constraints: false, now: null }))).toContain('CN=Short');
  });

  it('are none where the leaf itself is out of date', () => {
    const late = { constraints: true, now: testNow + 61 * dayMs };
    expect(search(leaf, [lower, upper, root], late)).toEqual([]);
    expect(search(leaf, [lower, upper, root], { ...late, now: null })).toHaveLength(3);
  });

  it('end at a limit where a chain was made to cost time', () => {
    const key = issueAuthority('Loop').key;
    const loop = Array.from({ length: 16 }, () => issueAuthority('Loop', { key }));
    const below = issueCertificate({ commonName: 'below', issuer: issueAuthority('Loop', { key }) });
    // 16 certificates that all signed each other: 256 pairs.
    expect(search(below, loop)).toHaveLength(16);
    const wrong = Array.from({ length: 101 }, () => issueAuthority('Lower'));
    expect(search(leaf, [...wrong, lower])).toEqual([]);
    expect(search(leaf, [...wrong.slice(0, 99), lower])).toHaveLength(1);
  });
});

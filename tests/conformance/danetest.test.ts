import { createHash } from 'node:crypto';
import { issueAuthority, issueCertificate, testNow } from '#tests/support/certificates.ts';
import { parseDanetest, type DaneCase } from './parse-danetest.ts';
import { replayDaneCase, splitPem, timeInDate } from './replay-danetest.ts';

const host = 'mail.example.org';
const root = issueAuthority('Root');
const intermediate = issueAuthority('Intermediate', { issuer: root });
const leaf = issueCertificate({ commonName: host, dnsNames: [host], issuer: intermediate });
const sha256 = (der: Buffer): string => createHash('sha256').update(der).digest('hex');

function caseText(head: string, records: readonly string[], chain: readonly { readonly pem: string }[]): string {
  const certificates = chain.map(({ pem }) => `subject= /CN=x\nnotAfter=Apr 15 23:23:52 3015 GMT\n${pem.trim()}`);
  return ['# a comment', head, ...records, ...certificates, ''].join('\n');
}

function parsed(text: string): readonly DaneCase[] {
  const cases = parseDanetest(text);
  if (!cases.ok) throw new Error(cases.error);
  return cases.value;
}

async function replayed(
  head: string,
  record: string,
  chain = [leaf, intermediate],
  name = host,
): Promise<string | null> {
  const [test] = parsed(caseText(head, [record], chain));
  if (test === undefined) throw new Error('no case');
  return replayDaneCase(test, { host: name, roots: [root.pem], now: testNow });
}

describe('cases of danetest', () => {
  it('reads the first line, records and certificates', () => {
    const text = caseText('1 2 1 0 -1', ['3 1 1 ABCD'], [leaf, intermediate]) + caseText('1 1 0 65 -1', ['2 0 1 ef'], [leaf]); // prettier-ignore
    const cases = parsed(text);
    expect(cases.map(({ result, depth, ignoresNameOfUsage3 }) => [result, depth, ignoresNameOfUsage3])).toEqual([
      [0, -1, true],
      [65, -1, false],
    ]);
    expect(cases[0]?.records).toEqual([{ usage: 3, selector: 1, matchingType: 1, data: 'abcd' }]);
    expect(cases[0]?.chain.map((pem) => pem.trim())).toEqual([leaf.pem.trim(), intermediate.pem.trim()]);
    expect(timeInDate(cases)).toBe(testNow - 30 * 86_400_000);
    expect(splitPem(root.pem + leaf.pem)).toHaveLength(2);
  });

  it('says where a case is not whole', () => {
    expect(parseDanetest(caseText('1 2 0 0 0', ['3 1 1 ab'], [leaf]))).toEqual({
      ok: false,
      error: 'line 2: 1 records and 2 certificates promised, 1 and 1 found',
    });
    expect(parseDanetest('').ok).toBe(false);
  });

  it('compares result and depth', async () => {
    const ofLeaf = `3 0 1 ${sha256(leaf.der)}`;
    expect(await replayed('1 2 1 0 0', ofLeaf)).toBeNull();
    expect(await replayed('1 2 0 65 -1', ofLeaf)).toBe('expected 65 at depth -1, ours 0 at depth 0 (match)');
    expect(await replayed('1 2 0 0 1', `2 0 1 ${sha256(intermediate.der)}`)).toBeNull();
    expect(await replayed('1 2 0 65 -1', `2 0 1 ${sha256(root.der)}`)).toBeNull();
  });

  it('tells a wrong name', async () => {
    const ofIssuer = `2 0 1 ${sha256(intermediate.der)}`;
    expect(await replayed('1 2 0 62 1', ofIssuer, [leaf, intermediate], 'www.example.org')).toBeNull();
    const ofLeaf = `3 0 1 ${sha256(leaf.der)}`;
    expect(await replayed('1 2 0 62 0', ofLeaf, [leaf, intermediate], 'www.example.org')).toBeNull();
    expect(await replayed('1 2 1 0 0', ofLeaf, [leaf, intermediate], 'www.example.org')).toBeNull();
  });

  it('lets OpenSSL decide about PKIX paths', async () => {
    expect(await replayed('1 2 0 0 0', `1 0 1 ${sha256(leaf.der)}`)).toBeNull();
    expect(await replayed('1 1 0 20 0', `1 0 1 ${sha256(leaf.der)}`, [leaf])).toBeNull();
    // The root is not sent, but on the path that OpenSSL builds.
    expect(await replayed('1 2 0 0 2', `0 0 1 ${sha256(root.der)}`)).toBeNull();
  });
});

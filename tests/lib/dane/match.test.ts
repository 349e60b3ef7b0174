import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import fc from 'fast-check';
import { z } from 'zod';
import type { RecordOutcome } from '#lib/dane/match.ts';
import { chooseMatch, matchTlsa } from '#lib/dane/match.ts';
import type { TlsaPolicy } from '#lib/dane/record.ts';
import type { TlsaRecord } from '#lib/model/observation.ts';
import { readChain } from '#lib/x509/read-chain.ts';
import type { TestCertificate } from '#tests/support/certificates.ts';
import { dayMs, issueAuthority, issueCertificate, testNow } from '#tests/support/certificates.ts';
import { tlsaOf } from '#tests/support/observations.ts';
import { runOpenssl } from '#tests/support/openssl.ts';

/*
 * Policy mua is what OpenSSL does with -dane_ee_no_namechecks: the second half asks it. Policy mta adds what Postfix
 * does (RFC 7672): usages 0 and 1 do not count.
 */

const host = 'mail.dane.test';
const root = issueAuthority('Root');
const intermediate = issueAuthority('Intermediate', { issuer: root });
const issue = (options: Partial<Parameters<typeof issueCertificate>[0]> = {}): TestCertificate =>
  issueCertificate({ commonName: host, dnsNames: [host], issuer: intermediate, ...options });
const leaf = issue();
const expired = issue({ notBefore: testNow - 90 * dayMs, notAfter: testNow - dayMs });
const early = issue({ notBefore: testNow + dayMs, notAfter: testNow + 90 * dayMs });
const wrongName = issue({ dnsNames: ['other.dane.test'] });
const selfSigned = issueCertificate({ commonName: host, dnsNames: [host] });
const renewed = issue();
const otherRoot = issueAuthority('Root');
const strictRoot = issueAuthority('Strict Root', { pathLength: 0 });
const belowStrict = issueAuthority('Below Strict', { issuer: strictRoot, pathLength: 0 });
const tooDeep = issue({ issuer: belowStrict });
const directly = issue({ issuer: strictRoot });
const noAuthority = issueCertificate({ commonName: 'No CA', issuer: root });
const belowNoAuthority = issue({ issuer: noAuthority });
const oldIntermediate = issueAuthority('Intermediate', {
  issuer: root,
  key: intermediate.key,
  notAfter: testNow - dayMs,
});

interface Server {
  readonly sent: readonly TestCertificate[];
  /** Whether PKIX trusts it; the path then ends at the root. */
  readonly trusted: boolean;
}

const ok: Server = { sent: [leaf, intermediate], trusted: true };
const withRoot: Server = { sent: [leaf, intermediate, root], trusted: true };
const leafOnly: Server = { sent: [leaf], trusted: false };
const unknownCa: Server = { ...ok, trusted: false };
const shows = (certificate: TestCertificate, trusted = false): Server => ({
  sent: [certificate, intermediate],
  trusted,
});

function outcomes(server: Server, records: readonly TlsaRecord[], policy: TlsaPolicy): readonly string[] {
  const path = [...server.sent.filter((one) => one !== root), root];
  const { outcomes: found } = matchTlsa({
    records,
    chain: readChain(server.sent.map(({ base64 }) => base64)),
    verifiedPath: server.trusted ? readChain(path.map(({ base64 }) => base64)) : null,
    host,
    policy,
    now: testNow,
  });
  return found.map(showOutcome);
}

function showOutcome(outcome: RecordOutcome): string {
  if (outcome.kind !== 'match') return `${outcome.kind}: ${outcome.why}`;
  return `match at ${String(outcome.depth)}${outcome.place === 'record' ? ' from the record' : ''}`;
}

const numbers = (text: string): { usage: number; selector: number; matchingType: number } => {
  const [usage = 0, selector = 0, matchingType = 0] = text.split(' ').map(Number);
  return { usage, selector, matchingType };
};

const cases: readonly (readonly [
  record: string,
  madeFrom: TestCertificate,
  server: Server,
  mta: string,
  mua: string,
])[] = [
  ['3 1 1', leaf, ok, 'match at 0', 'match at 0'],
  ['3 0 1', leaf, ok, 'match at 0', 'match at 0'],
  ['3 1 2', leaf, ok, 'match at 0', 'match at 0'],
  ['3 0 2', leaf, ok, 'match at 0', 'match at 0'],
  ['3 1 0', leaf, ok, 'match at 0', 'match at 0'],
  ['3 0 0', leaf, ok, 'match at 0', 'match at 0'],
  ['2 0 1', intermediate, ok, 'match at 1', 'match at 1'],
  ['2 1 1', intermediate, ok, 'match at 1', 'match at 1'],
  ['2 1 2', intermediate, unknownCa, 'match at 1', 'match at 1'],
  ['2 0 0', intermediate, ok, 'match at 1', 'match at 1'],
  ['2 1 1', root, withRoot, 'match at 2', 'match at 2'],
  ['2 1 1', root, ok, 'no-match: no-certificate', 'no-match: no-certificate'],
  ['2 0 0', root, ok, 'match at 2 from the record', 'match at 2 from the record'],
  ['2 1 0', root, ok, 'match at 1 from the record', 'match at 1 from the record'],
  ['2 0 0', intermediate, leafOnly, 'match at 1 from the record', 'match at 1 from the record'],
  ['2 1 0', intermediate, leafOnly, 'match at 0 from the record', 'match at 0 from the record'],
  ['2 1 0', root, leafOnly, 'no-match: no-certificate', 'no-match: no-certificate'],
  ['2 0 0', otherRoot, ok, 'no-match: path', 'no-match: path'],
  ['2 1 0', otherRoot, ok, 'no-match: no-certificate', 'no-match: no-certificate'],
  [
    '2 1 0',
    selfSigned,
    { sent: [selfSigned], trusted: false },
    'match at 0 from the record',
    'match at 0 from the record',
  ],
  ['2 0 0', selfSigned, { sent: [selfSigned], trusted: false }, 'no-match: no-certificate', 'no-match: no-certificate'],
  ['2 1 1', strictRoot, { sent: [directly, strictRoot], trusted: false }, 'match at 1', 'match at 1'],
  [
    '2 1 1',
    strictRoot,
    { sent: [tooDeep, belowStrict, strictRoot], trusted: false },
    'no-match: constraints',
    'no-match: constraints',
  ],
  [
    '2 0 0',
    strictRoot,
    { sent: [tooDeep, belowStrict], trusted: false },
    'no-match: constraints',
    'no-match: constraints',
  ],
  ['2 1 1', belowStrict, { sent: [tooDeep, belowStrict], trusted: false }, 'match at 1', 'match at 1'],
  [
    '2 1 1',
    root,
    { sent: [belowNoAuthority, noAuthority, root], trusted: false },
    'no-match: constraints',
    'no-match: constraints',
  ],
  [
    '2 1 0',
    root,
    { sent: [belowNoAuthority, noAuthority], trusted: false },
    'no-match: constraints',
    'no-match: constraints',
  ],
  ['2 1 1', root, { sent: [leaf, oldIntermediate, root], trusted: false }, 'no-match: dates', 'no-match: dates'],
  ['2 1 0', root, { sent: [leaf, oldIntermediate], trusted: false }, 'no-match: dates', 'no-match: dates'],
  ['2 1 1', root, { sent: [leaf, oldIntermediate, intermediate, root], trusted: false }, 'match at 3', 'match at 3'],
  ['2 0 0', root, shows(wrongName, true), 'no-match: name', 'no-match: name'],
  ['2 1 1', intermediate, leafOnly, 'no-match: no-certificate', 'no-match: no-certificate'],
  ['2 1 1', leaf, ok, 'no-match: no-certificate', 'no-match: no-certificate'],
  ['2 1 1', selfSigned, { sent: [selfSigned], trusted: false }, 'no-match: no-certificate', 'no-match: no-certificate'],
  ['1 0 1', leaf, ok, 'unusable: policy', 'match at 0'],
  ['1 1 1', leaf, ok, 'unusable: policy', 'match at 0'],
  ['0 0 1', intermediate, ok, 'unusable: policy', 'match at 1'],
  ['0 1 1', root, ok, 'unusable: policy', 'match at 2'],
  ['0 0 1', leaf, ok, 'unusable: policy', 'no-match: no-certificate'],
  ['1 0 1', leaf, unknownCa, 'unusable: policy', 'no-match: pkix'],
  ['0 0 1', intermediate, unknownCa, 'unusable: policy', 'no-match: pkix'],
  ['0 0 1', root, unknownCa, 'unusable: policy', 'no-match: no-certificate'],
  ['3 1 1', renewed, ok, 'no-match: no-certificate', 'no-match: no-certificate'],
  ['3 1 1', expired, shows(expired), 'match at 0', 'match at 0'],
  ['3 1 1', early, shows(early), 'match at 0', 'match at 0'],
  ['3 1 1', selfSigned, { sent: [selfSigned], trusted: false }, 'match at 0', 'match at 0'],
  ['3 1 1', wrongName, shows(wrongName, true), 'match at 0', 'match at 0'],
  ['2 1 1', intermediate, shows(expired), 'no-match: dates', 'no-match: dates'],
  ['2 1 1', intermediate, shows(early), 'no-match: dates', 'no-match: dates'],
  ['2 1 1', intermediate, shows(wrongName, true), 'no-match: name', 'no-match: name'],
  ['1 1 1', wrongName, shows(wrongName, true), 'unusable: policy', 'no-match: name'],
  ['0 1 1', root, shows(wrongName, true), 'unusable: policy', 'no-match: name'],
  ['2 1 1', intermediate, { sent: [selfSigned, intermediate], trusted: false }, 'no-match: path', 'no-match: path'],
];

describe('OpenSSL, as an oracle', () => {
  it.each(cases)('agrees on %s case %#', async (record, certificate, server, _mta, mua) => {
    expect(await asksOpenssl(server, tlsaOf(certificate, numbers(record)))).toBe(mua.startsWith('match'));
  });

  it('agrees on a trust anchor in another order', async () => {
    const server = { sent: [leaf, root, intermediate], trusted: false };
    expect(await asksOpenssl(server, tlsaOf(root, { usage: 2 }))).toBe(true);
  });
});

/** Whether `openssl s_client` accepts a real server by this one record, at the tests' own time. */
async function asksOpenssl({ sent, trusted }: Server, { usage, selector, matchingType, data }: TlsaRecord) {
  const server = createServer({ cert: sent.map(({ pem }) => pem).join(''), key: sent[0]?.keyPem });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'dane-'));
  const caFile = join(folder, 'root.pem');
  writeFileSync(caFile, root.pem);
  try {
    const { port } = z.object({ port: z.number() }).parse(server.address());
    const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', host, '-verify_return_error'];
    args.push('-dane_tlsa_domain', host, '-dane_tlsa_rrdata', `${usage} ${selector} ${matchingType} ${data}`);
    args.push('-dane_ee_no_namechecks', '-attime', String(testNow / 1000));
    args.push(...(trusted ? ['-CAfile', caFile] : ['-no-CAfile', '-no-CApath']));
    return await runOpenssl(args).then(
      (stdout) => {
        expect(stdout.toString()).toContain('Verification: OK');
        return true;
      },
      (error: unknown) => {
        expect(String(error)).toMatch(/verify error/);
        return false;
      },
    );
  } finally {
    rmSync(folder, { recursive: true });
    server.close();
  }
}

describe('matchTlsa, by what Postfix and OpenSSL do', () => {
  it.each(cases)('%s case %#', (record, certificate, server, mta, mua) => {
    const records = [tlsaOf(certificate, numbers(record))];
    expect({ mta: outcomes(server, records, 'mta'), mua: outcomes(server, records, 'mua') }).toEqual({
      mta: [mta],
      mua: [mua],
    });
  });

  it('matches one of two records during a rollover', () => {
    const records = [tlsaOf(leaf), tlsaOf(renewed)];
    expect(outcomes(shows(renewed, true), records, 'mta')).toEqual(['no-match: no-certificate', 'match at 0']);
  });

  it('matches the trust anchor when the record of the leaf is stale', () => {
    const records = [tlsaOf(renewed), tlsaOf(intermediate, { usage: 2 })];
    expect(outcomes(ok, records, 'mta')).toEqual(['no-match: no-certificate', 'match at 1']);
  });

  it('keeps a 3 1 1 record across a renewal with the same key, and not a 3 0 1 record', () => {
    const sameKey = issue({ key: leaf.key });
    const records = [tlsaOf(leaf), tlsaOf(leaf, { selector: 0 })];
    expect(outcomes(shows(sameKey, true), records, 'mta')).toEqual(['match at 0', 'no-match: no-certificate']);
  });

  it('reaches a trust anchor through certificates that were sent in another order', () => {
    const records = [tlsaOf(root, { usage: 2 })];
    expect(outcomes({ sent: [leaf, root, intermediate], trusted: true }, records, 'mta')).toEqual(['match at 1']);
  });

  it('bridges a gap in the chain with a certificate from another record', () => {
    const records = [tlsaOf(root, { usage: 2 }), tlsaOf(intermediate, { usage: 2, selector: 0, matchingType: 0 })];
    const server = { sent: [leaf, otherRoot, root], trusted: false };
    expect(outcomes(server, records, 'mta')).toEqual(['match at 2', 'match at 1 from the record']);
  });

  it('says where the certificate stands that almost matched', () => {
    const question = { host, policy: 'mua', now: testNow, verifiedPath: null } as const;
    const chain = readChain([wrongName, intermediate].map(({ base64 }) => base64));
    const records = [tlsaOf(intermediate, { usage: 2 }), tlsaOf(wrongName, { usage: 1 }), tlsaOf(renewed)];
    expect(matchTlsa({ ...question, records, chain }).outcomes.map((one) => 'depth' in one && one.depth)).toEqual([
      1,
      0,
      null,
    ]);
  });

  it('asks for the name with usage 3 too, when told to', () => {
    const question = { records: [tlsaOf(wrongName)], verifiedPath: null, host, policy: 'mua', now: testNow } as const;
    const chain = readChain([wrongName.base64]);
    expect(matchTlsa({ ...question, chain, checksNameOfUsage3: true }).outcomes).toMatchObject([
      { kind: 'no-match', why: 'name', depth: 0 },
    ]);
  });

  it('goes by DANE before PKIX, and by the nearest certificate', () => {
    const question = { host, policy: 'mua', now: testNow } as const;
    const chain = readChain([leaf, intermediate, root].map(({ base64 }) => base64));
    const choose = (...records: readonly TlsaRecord[]) =>
      chooseMatch(matchTlsa({ ...question, records, chain, verifiedPath: chain }))?.depth ?? null;
    expect(choose(tlsaOf(leaf, { usage: 1 }), tlsaOf(root, { usage: 2 }))).toBe(2);
    expect(choose(tlsaOf(root, { usage: 2 }), tlsaOf(intermediate, { usage: 2 }))).toBe(1);
    expect(choose(tlsaOf(renewed))).toBeNull();
  });

  it('tries as many trust anchors out of records as a host can need, and says of the others that it did not', () => {
    const keys = Array.from({ length: 9 }, (_, index) => issueAuthority(`Anchor ${String(index)}`));
    const records = keys.map((key) => tlsaOf(key, { usage: 2, matchingType: 0 }));
    const found = outcomes(ok, records, 'mta');
    expect(new Set(found.slice(0, 8))).toEqual(new Set(['no-match: no-certificate']));
    expect(found[8]).toBe('no-match: limit');
  });

  it('says beside a usage 3 match whether the name fits', () => {
    const question = { records: [tlsaOf(wrongName)], verifiedPath: null, host, policy: 'mua', now: testNow } as const;
    expect(matchTlsa({ ...question, chain: readChain([wrongName.base64]) }).nameMatches).toBe(false);
    expect(matchTlsa({ ...question, chain: readChain([leaf.base64]) }).nameMatches).toBe(true);
  });
});

describe('unusable records', () => {
  const good = tlsaOf(leaf);
  it.each([
    ['usage', { ...good, usage: 9 }],
    ['usage', { ...good, usage: 255 }],
    ['selector', { ...good, selector: 2 }],
    ['matching-type', { ...good, matchingType: 3 }],
    ['digest-length', { ...good, data: good.data.slice(0, 40) }],
    ['digest-length', { ...good, matchingType: 2 }],
    ['data', { ...good, data: '' }],
    ['data', { ...good, data: 'xyz' }],
    ['data', { ...good, matchingType: 0 }],
    ['data', { ...good, selector: 0, matchingType: 0 }],
  ])('%s case %#', (why, record) => {
    expect(outcomes(ok, [record], 'mta')).toEqual([`unusable: ${why}`]);
    expect(outcomes(ok, [record], 'mua')).toEqual([`unusable: ${why}`]);
  });
});

describe('hostile input', () => {
  const good = tlsaOf(leaf).data;

  it('gives every record an outcome whatever the chain and the numbers are', () => {
    const certificates = [leaf, intermediate, root].map(({ base64 }) => base64);
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...certificates), fc.base64String()), { maxLength: 6 }),
        fc.array(
          fc.record({
            usage: fc.integer({ min: 0, max: 255 }),
            selector: fc.integer({ min: 0, max: 255 }),
            matchingType: fc.integer({ min: 0, max: 255 }),
            data: fc.oneof(fc.constant(good), fc.string()),
          }),
          { maxLength: 4 },
        ),
        fc.constantFrom<TlsaPolicy>('mta', 'mua'),
        (chain, records, policy) => {
          const question = { records, chain: readChain(chain), verifiedPath: null, host, policy, now: testNow };
          expect(matchTlsa(question).outcomes.map(({ record }) => record)).toEqual(records);
        },
      ),
    );
  });
});

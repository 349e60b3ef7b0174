import { splitEndpointObservation } from '#lib/model/span.ts';
import { splitScanObservation } from '#lib/model/scan-span.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import { forgetCertificate, giveCertificate, listGivenCertificates } from '#prisma/commands/known-certificates.ts';
import { readJudgeContext } from '#prisma/commands/judge-context.ts';
import { readScanContext } from '#prisma/commands/scan-context.ts';
import { saveFindings } from '#workers/store/findings.ts';
import { saveSpans } from '#workers/store/spans.ts';
import { dayMs, issueCertificate, testNow, type TestCertificate } from '#tests/support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { emptyDatabase } from '#tests/support/engine.ts';
import {
  changeSessions,
  healthyEndpoint,
  testAddresses,
  testEndpoint,
  testPki,
  trustedTls,
} from '#tests/support/observations.ts';
import { accepted, changeScan, healthyScan } from '#tests/support/scan-observations.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

const imap = { id: 'imap', target: testEndpoint() };
const submission = { id: 'submission', target: testEndpoint('submission') };
const neighbour = { id: 'neighbour', target: { ...testEndpoint(), host: 'imap.example.net' } };
beforeEach(async () => {
  await emptyDatabase(test.database);
  for (const { id, target } of [imap, submission, neighbour]) {
    await test.database.endpoint.create({ data: { id, ...target } });
  }
});

const host = imap.target.host;
const now = new Date(testNow);
const renewed = (options: Partial<Parameters<typeof issueCertificate>[0]> = {}) =>
  issueCertificate({ commonName: host, dnsNames: [host], issuer: testPki.intermediate, ...options });
const give = (certificate: TestCertificate, at = now) =>
  giveCertificate(test.database, {
    endpointId: imap.id,
    host,
    pem: certificate.pem,
    actor: 'operator@example.org',
    now: at,
  });
const owner = { domainId: null, zoneId: null, vantage: 'test' };
const saveProbe = ({ id, target }: { readonly id: string; readonly target: EndpointTarget }, leaf: TestCertificate) => {
  const observation = changeSessions(healthyEndpoint(target), () => ({
    tls: trustedTls([leaf, testPki.intermediate]),
  }));
  return saveSpans(test.database, {
    ...owner,
    endpointId: id,
    ...splitEndpointObservation(observation),
    seenAt: testNow,
  });
};
const contextOf = (scan = healthyScan()) =>
  readScanContext(test.database, {
    endpointId: imap.id,
    endpoint: imap.target,
    serverName: null,
    scan,
    now: testNow,
  });

describe('a certificate that an operator gives', () => {
  it('is kept for its host and compared with by a deep scan that is due now', async () => {
    const certificate = renewed();
    expect(await give(certificate)).toMatchObject({ ok: true });
    expect(await listGivenCertificates(test.database, host)).toMatchObject([
      { der: certificate.base64, givenBy: 'operator@example.org', givenAt: testNow },
    ]);
    expect((await contextOf()).knownCertificates).toEqual([
      { der: certificate.base64, source: 'given', seenAt: 'operator@example.org' },
    ]);
    expect(await test.database.task.findMany()).toMatchObject([{ kind: 'scan', ref: imap.id, dueAt: now }]);
  });

  it('is refused where it can never be the right one', async () => {
    expect(await give(renewed({ dnsNames: ['www.example.org'] }))).toEqual({
      ok: false,
      error: `This certificate is not for ${host}.`,
    });
    expect(await give(renewed({ notAfter: testNow }))).toMatchObject({ ok: false });
    expect(await test.database.knownCertificate.count()).toBe(0);
    expect(await test.database.task.count()).toBe(0);
  });

  it('can be taken back, and gives way to later ones', async () => {
    const certificates = Array.from({ length: 12 }, () => renewed());
    for (const [index, certificate] of certificates.entries()) await give(certificate, new Date(testNow + index));
    const kept = await listGivenCertificates(test.database, host);
    expect(kept.map(({ der }) => der)).toEqual(
      certificates
        .slice(2)
        .toReversed()
        .map(({ base64 }) => base64),
    );
    const [latest] = kept;
    await forgetCertificate(test.database, { host, fingerprint: latest?.fingerprint ?? '' });
    expect(await listGivenCertificates(test.database, host)).toHaveLength(9);
  });
});

describe('what a deep scan is compared with', () => {
  it('are the certificates that other services of the host show, of both kinds of key', async () => {
    const [ec, rsa] = [renewed(), renewed({ keyType: 'rsa' })];
    await saveProbe(imap, testPki.leaf);
    await saveProbe(submission, ec);
    await saveProbe(neighbour, renewed());
    const scan = changeScan(healthyScan(submission.target), ({ keys }) => ({
      keys: { ...keys, rsa: accepted(trustedTls([rsa, testPki.intermediate])) },
    }));
    const pieces = splitScanObservation(scan);
    await saveSpans(test.database, { ...owner, endpointId: submission.id, ...pieces, seenAt: testNow });
    const known = (await contextOf()).knownCertificates;
    const leaves = new Set(known.map(({ der }) => der));
    expect([ec, rsa].every(({ base64 }) => leaves.has(base64))).toBe(true);
    expect(new Set(known.map(({ seenAt }) => seenAt))).toEqual(
      new Set(testAddresses.map((address) => `${host}:465 (${address})`)),
    );
  });

  it('are not those of services that were not seen for a month', async () => {
    await saveProbe(submission, renewed());
    const later = { endpointId: imap.id, endpoint: imap.target, serverName: null, scan: healthyScan() };
    const context = await readScanContext(test.database, { ...later, now: testNow + 31 * dayMs });
    expect(context).toEqual({ knownCertificates: [], hostedNames: [], watchedAddresses: [] });
  });

  it('are the names of watched hosts at the same addresses, and the addresses of a status page among them', async () => {
    await saveProbe(neighbour, testPki.leaf);
    const url = 'https://status.example.org/';
    const fetched = { ok: false, url, tls: null, failure: { stage: 'connect', reason: 'refused' } } as const;
    const statusUrls = [{ url, fetched, addresses: ['198.51.100.1', testAddresses[1]] }];
    expect(await contextOf({ ...healthyScan(), statusUrls })).toEqual({
      knownCertificates: [],
      hostedNames: ['imap.example.net'],
      watchedAddresses: [testAddresses[1]],
    });
  });
});

describe('addresses behind which unlike servers answer', () => {
  it('are known to probes for as long as the finding lasts', async () => {
    const judged = (verdict: 'fail' | 'pass') =>
      saveFindings(test.database, {
        ...{ endpointId: imap.id, domainId: null, zoneId: null, listed: null, now: testNow },
        judgements: [
          {
            code: 'mixed-backends',
            subject: { kind: 'endpoint', endpoint: imap.target, address: testAddresses[0] },
            verdict,
            params: {},
          },
        ],
      });
    const observation = healthyEndpoint();
    const about = { endpointId: imap.id, endpoint: imap.target, observation, now: testNow };
    await judged('fail');
    expect((await readJudgeContext(test.database, about)).mixedAddresses).toEqual([testAddresses[0]]);
    await judged('pass');
    expect((await readJudgeContext(test.database, about)).mixedAddresses).toEqual([]);
  });
});

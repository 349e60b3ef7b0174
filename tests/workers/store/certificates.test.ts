import { splitEndpointObservation } from '#lib/model/span.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { digestHex } from '#lib/x509/certificate.ts';
import { fillCertificateFacts, forgetUnused } from '#workers/store/certificates.ts';
import { saveSpans } from '#workers/store/spans.ts';
import { dayMs, issueCertificate, testNow } from '#tests/support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { emptyDatabase } from '#tests/support/engine.ts';
import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testEndpoint,
  testPki,
  trustedTls,
} from '#tests/support/observations.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(async () => {
  await emptyDatabase(test.database);
  await test.database.endpoint.create({ data: { id: 'e1', ...testEndpoint() } });
});

const save = (observation: EndpointObservation, minutes: number) =>
  saveSpans(test.database, {
    ...splitEndpointObservation(observation),
    ...{ endpointId: 'e1', domainId: null, zoneId: null, vantage: observation.vantage },
    seenAt: testNow + minutes * 60_000,
  });

const names = new Map<string, string>();
const fingerprintOf = ({ der }: { readonly der: Buffer }, name: string) => names.set(digestHex(der, 'sha256'), name);
const next = issueCertificate({ commonName: 'next', keyType: 'rsa', issuer: testPki.intermediate });
const other = issueCertificate({ commonName: 'other', keyType: 'rsa', issuer: testPki.intermediate });
fingerprintOf(testPki.leaf, 'leaf');
fingerprintOf(testPki.intermediate, 'intermediate');
fingerprintOf(next, 'next');
fingerprintOf(other, 'other');

/** Minutes since the first run. */
const minutesAt = (at: Date | null) => (at === null ? null : (at.getTime() - testNow) / 60_000);

async function places(address: string = testAddresses[0]): Promise<readonly unknown[]> {
  const rows = await test.database.certificatePlace.findMany({ where: { address }, orderBy: [{ id: 'asc' }] });
  return rows
    .map(({ fingerprint, role, since, until, silentSince }) =>
      [names.get(fingerprint), role, minutesAt(since), minutesAt(until), minutesAt(silentSince)].join(' '),
    )
    .toSorted();
}

const healthy = healthyEndpoint();
const showing = (leaf: typeof next, at: (index: number) => boolean = () => true) =>
  changeSessions(healthy, (session, index) =>
    at(index) ? { tls: trustedTls([leaf, testPki.intermediate]) } : { tls: session.tls },
  );

describe('where certificates are', () => {
  it('is written with the run, and ends when something else is shown', async () => {
    await save(healthy, 0);
    await save(
      showing(next, (index) => index === 0),
      5,
    );
    expect(await places()).toEqual(['intermediate chain 0  ', 'leaf server 0 5 ', 'next server 5  ']);
    expect(await places(testAddresses[1])).toEqual(['intermediate chain 0  ', 'leaf server 0  ']);
  });

  it('stays one place where a pool shows now this one, now that one', async () => {
    for (const minutes of [0, 10, 20]) {
      await save(healthy, minutes);
      await save(showing(next), minutes + 5);
    }
    expect(await places()).toEqual(['intermediate chain 0  ', 'leaf server 0 25 ', 'next server 5  ']);
  });

  it('has both certificates of a server with two keys', async () => {
    const facts = trustedTls([other, testPki.intermediate]);
    await save(
      changeSessions(healthy, () => ({ otherHandshake: { offered: 'rsa', tls: { ok: true, facts } } })),
      0,
    );
    expect(await places()).toEqual(['intermediate chain 0  ', 'leaf server 0  ', 'other other-key 0  ']);
  });

  it('stays what it was, marked, while an address says nothing', async () => {
    await save(healthy, 0);
    await save(
      failSessions(healthy, { stage: 'connect', reason: 'timeout' }, (index) => index === 0),
      5,
    );
    await save(
      failSessions(healthy, { stage: 'connect', reason: 'refused' }, (index) => index === 0),
      10,
    );
    expect(await places()).toEqual(['intermediate chain 0  5', 'leaf server 0  5']);
    await save(
      { ...healthy, addresses: { ok: false, failure: { stage: 'resolve', reason: 'dns' } }, sessions: [] },
      15,
    );
    expect(await places(testAddresses[1])).toEqual(['intermediate chain 0  15', 'leaf server 0  15']);
    await save(showing(next), 20);
    expect(await places()).toEqual(['intermediate chain 0  ', 'leaf server 0 20 ', 'next server 20  ']);
  });

  it('ends with the address, and begins again when the address comes back with what it had', async () => {
    const [first] = testAddresses;
    const without: EndpointObservation = {
      ...healthy,
      addresses: { ok: true, facts: { list: [testAddresses[1]], lookups: [] } },
      sessions: healthy.sessions.filter(({ address }) => address !== first),
    };
    await save(healthy, 0);
    await save(without, 5);
    expect(await places()).toEqual(['intermediate chain 0 5 ', 'leaf server 0 5 ']);
    await save(healthy, 10 + dayMs / 60_000);
    expect(await places()).toEqual([
      'intermediate chain 0 5 ',
      'intermediate chain 1450  ',
      'leaf server 0 5 ',
      'leaf server 1450  ',
    ]);
  });

  it('keeps what each vantage sees, until one has not looked for a week', async () => {
    await save(healthy, 0);
    await save({ ...showing(next), vantage: 'far' }, 1);
    expect(await places()).toEqual([
      'intermediate chain 0  ',
      'intermediate chain 1  ',
      'leaf server 0  ',
      'next server 1  ',
    ]);
    const week = (8 * dayMs) / 60_000;
    await save({ ...showing(other), vantage: 'far' }, week);
    expect(await places()).toEqual([
      `intermediate chain 0 ${String(week)} `,
      'intermediate chain 1  ',
      `leaf server 0 ${String(week)} `,
      `next server 1 ${String(week)} `,
      `other server ${String(week)}  `,
    ]);
  });
});

describe('what is in use', () => {
  const inUse = async () =>
    (await test.database.certificate.findMany({ where: { inUse: true } }))
      .map(({ fingerprint }) => names.get(fingerprint))
      .toSorted();

  it('is what servers show as their own, until none does and the daily round comes', async () => {
    await save(
      showing(next, (index) => index === 0),
      0,
    );
    expect(await inUse()).toEqual(['leaf', 'next']);
    await save(showing(next), 5);
    expect(await inUse()).toEqual(['leaf', 'next']);
    expect(await forgetUnused(test.database)).toBe(1);
    expect(await inUse()).toEqual(['next']);
    await save(healthy, 10);
    expect(await inUse()).toEqual(['leaf', 'next']);
  });
});

describe('facts of certificates', () => {
  it('come with the certificate', async () => {
    await save(showing(next), 0);
    expect(await test.database.certificate.findFirst({ where: { commonName: 'next' } })).toMatchObject({
      ...{ factsVersion: 1, subject: 'CN=next', issuer: 'CN=Test Intermediate', keyType: 'rsa', keyBits: 2048 },
      ...{ notAfter: new Date(testNow + 60 * dayMs), selfSigned: false, authority: false, weaknesses: [] },
      ...{ signatureAlgorithm: 'sha256-ecdsa', names: [], nameCount: 0 },
    });
  });

  it('are filled in portions where an older version stored it, also where it cannot be read', async () => {
    await save(healthy, 0);
    const whole = await test.database.certificate.findMany({ orderBy: { fingerprint: 'asc' } });
    const nothing = { subject: null, commonName: null, notAfter: null, keyType: null, names: [] };
    await test.database.certificate.updateMany({ data: { factsVersion: 0, ...nothing } });
    await test.database.certificate.create({
      data: { fingerprint: 'ff', der: new Uint8Array([1]), firstSeen: new Date(testNow) },
    });
    // Leaf, intermediate, the root of the path, and what is none.
    const looked: number[] = [];
    do looked.push(await fillCertificateFacts(test.database, 2));
    while (looked.at(-1) !== 0);
    expect(looked).toEqual([2, 2, 0]);
    expect(
      await test.database.certificate.findMany({
        where: { fingerprint: { not: 'ff' } },
        orderBy: { fingerprint: 'asc' },
      }),
    ).toEqual(whole);
    expect(await test.database.certificate.findUnique({ where: { fingerprint: 'ff' } })).toMatchObject({
      ...{ factsVersion: 1, subject: null, notAfter: null },
    });
  });

  it('hold what Postgres can hold of hostile subjects', async () => {
    const commonName = `\u202e</script>\u0000=cmd ${'x'.repeat(2000)}`;
    await save(
      showing(
        issueCertificate({ commonName, dnsNames: Array.from({ length: 50 }, (_, n) => `n${String(n)}.example`) }),
      ),
      0,
    );
    const row = await test.database.certificate.findFirst({ where: { nameCount: 50 } });
    expect(row?.selfSigned).toBe(true);
    expect(row?.names).toHaveLength(20);
    expect(row?.subject?.length).toBeLessThanOrEqual(500);
    expect(row?.subject).toContain('=cmd');
  });
});

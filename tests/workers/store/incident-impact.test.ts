import { measureImpact } from '#workers/store/incident-impact.ts';
import { dayMs, testNow } from '#tests/support/certificates.ts';
import { seedHolders } from '#tests/support/census.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

const now = testNow;
const lastDay = new Date(now - dayMs);
let test: TestDatabase;

const measure = (changes: Partial<Parameters<typeof measureImpact>[1]['broken']> = {}) =>
  test.database.$transaction(async (tx) => {
    const broken = {
      code: 'certificate-untrusted',
      params: {},
      hosts: ['mail.example.org'],
      isZone: false,
      ...changes,
    };
    const impact = await measureImpact(tx, { broken, now });
    // The transaction goes on, and with its old time limit.
    const limit = await tx.$queryRaw`SHOW statement_timeout`;
    expect(limit).toEqual([{ statement_timeout: '0' }]);
    return impact;
  });

beforeAll(async () => {
  test = await createTestDatabase();
  const { database } = test;
  await database.zone.create({ data: { id: 'zone', name: 'example.org' } });
  await database.endpoint.create({
    data: {
      ...{ id: 'imap', service: 'imap', tlsMode: 'implicit', host: 'mail.example.org', port: 993, zoneId: 'zone' },
    },
  });
  await seedHolders(database, [
    ...['a', 'b', 'c'].map((account) => ({ account, client: 'Good', latched: ['tls-cert'], lastDay })),
    { account: 'd', client: 'Good', latched: ['tls-dane-tlsa'], lastDay },
    { account: 'e', client: 'Silent', speaksDeep: false, lastDay },
    { account: 'f', client: 'Good', host: 'other.example.net', latched: ['tls-cert'], lastDay },
  ]);
  await database.$executeRaw`
    INSERT INTO login_count (server, day, source, logins, named, spoke_of_latches, proxied, proxied_without_tls)
    SELECT id, ${lastDay}::date, 1, 100, 80, 60, 0, 0 FROM mail_server WHERE host = 'mail.example.org'`;
});
afterAll(() => test.close());

it('counts who reported the broken tag at these hosts, and for how many logins nobody can tell', async () => {
  expect(await measure()).toEqual({
    ...{ tags: ['tls-cert'], breaks: 3, atRisk: 0, unknownShare: 0.4, countedAt: now },
  });
  expect(await measure({ hosts: ['mail.example.org', 'other.example.net'] })).toMatchObject({ breaks: 4 });
});

it('counts who presumably holds what the host advertised', async () => {
  await test.database.commitment.create({
    data: { host: 'mail.example.org', tag: 'tls-cert', firstSeen: new Date(now - 100 * dayMs), lastSeen: lastDay },
  });
  // The client of that account is known to speak of latches, and did not speak of this one.
  expect(await measure()).toMatchObject({ breaks: 3, atRisk: 1 });
});

it('counts a zone by the hosts that lie in it', async () => {
  const zone = { code: 'dnssec-bogus', hosts: ['example.org'], isZone: true };
  expect(await measure(zone)).toMatchObject({ tags: ['tls-dane-tlsa'], breaks: 1 });
});

it('says nothing where no tag is broken, or nobody was counted', async () => {
  expect(await measure({ code: 'unreachable' })).toBeNull();
  expect(await measure({ code: 'certificate-expiry', params: { state: 'expiring' } })).toBeNull();
  expect(await measure({ hosts: ['new.example.org'] })).toBeNull();
});

it('gives up on a census that does not answer, and lets the run go on', async () => {
  await test.database.$executeRaw`ALTER TABLE mail_server RENAME TO mail_server_away`;
  expect(await measure()).toBeNull();
  await test.database.$executeRaw`ALTER TABLE mail_server_away RENAME TO mail_server`;
});

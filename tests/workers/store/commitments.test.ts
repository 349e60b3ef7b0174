import type { EndpointObservation } from '#lib/model/observation.ts';
import { readJudgeContext } from '#prisma/commands/judge-context.ts';
import { saveCommitments } from '#workers/store/commitments.ts';
import { dayMs, testNow } from '#tests/support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { changeSessions, failSessions, healthyEndpoint, testEndpoint } from '#tests/support/observations.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(() => test.database.commitment.deleteMany());

const hourMs = 3_600_000;
const pop3 = healthyEndpoint(testEndpoint('pop3'));

function at(observation: EndpointObservation, finishedAt: number): EndpointObservation {
  return { ...observation, finishedAt };
}

function advertise(status: string, which: (index: number) => boolean = () => true): EndpointObservation {
  return changeSessions(pop3, (_session, index) => ({
    capabilitiesAfterTls: which(index) ? ['UIDL', `DEEP ${status}`] : ['UIDL'],
  }));
}

/** The ledger as the checks of a run get it. */
async function read(observation: EndpointObservation) {
  const { commitments = [] } = await readJudgeContext(test.database, {
    ...{ endpointId: 'none', endpoint: observation.endpoint, observation, now: testNow },
  });
  return commitments;
}

/** One run: the ledger is read, then written. */
async function save(observation: EndpointObservation): Promise<void> {
  const known = await read(observation);
  await test.database.$transaction((tx) => saveCommitments(tx, { observation, known }));
}

const dates = async () =>
  (await read(pop3)).map(({ tag, firstSeen, lastSeen, seenAt }) => ({
    ...{
      tag,
      first: firstSeen - testNow,
      last: lastSeen - testNow,
      at: seenAt.endpoint.service,
      address: seenAt.address,
    },
  }));

it('each tag is written down with its service and address, and moved on once an hour', async () => {
  await save(at(advertise('TLS12 x-new <https://status.example.net/>'), testNow));
  const seen = { first: 0, last: 0, at: 'pop3', address: '192.0.2.1' };
  expect(await dates()).toEqual([
    { tag: 'tls12', ...seen },
    { tag: 'x-new', ...seen },
  ]);
  await save(at(advertise('tls12 x-new'), testNow + hourMs - 1));
  expect(await dates()).toMatchObject([{ last: 0 }, { last: 0 }]);
  await save(
    at(
      advertise('tls12', (index) => index === 1),
      testNow + hourMs,
    ),
  );
  expect(await dates()).toEqual([
    { tag: 'tls12', ...seen, last: hourMs, address: '2001:db8::1' },
    { tag: 'x-new', ...seen },
  ]);
  const rows = await test.database.commitment.findMany({ orderBy: { tag: 'asc' } });
  expect(rows.map(({ tag, lastSeen }) => [tag, lastSeen.getTime() - testNow])).toEqual([
    ['tls12', hourMs],
    ['x-new', 0],
  ]);
});

it('a tag that is gone stays in the ledger', async () => {
  await save(at(advertise('tls12'), testNow));
  await save(at(advertise(''), testNow + dayMs));
  await save(at(failSessions(pop3, { stage: 'connect', reason: 'refused' }), testNow + 2 * dayMs));
  expect(await dates()).toMatchObject([{ tag: 'tls12', last: 0 }]);
});

it('each service of a host is evidence of its own', async () => {
  await save(at(advertise('tls12'), testNow));
  await save(at(healthyEndpoint(), testNow + 1000));
  expect(await dates()).toMatchObject([
    { tag: 'tls-cert', at: 'imap' },
    { tag: 'tls10', at: 'imap' },
    { tag: 'tls12', at: 'pop3', first: 0, last: 0 },
    { tag: 'tls12', at: 'imap', first: 1000 },
  ]);
  expect(await test.database.commitment.count()).toBe(3);
});

it('a server that makes up tags fills 64 rows and no more; the tags of the draft always have room', async () => {
  const made = Array.from({ length: 60 }, (_, index) => `x${String(index)}`).join(' ');
  await save(at(advertise(made), testNow));
  await save(at(advertise(made.replaceAll('x', 'y')), testNow + 1));
  expect(await test.database.commitment.count()).toBe(60);
  await save(at(advertise('tls10 tls12 tls-cert tls-dane-tlsa z1'), testNow + 2));
  expect(await test.database.commitment.count()).toBe(64);
  expect((await dates()).map(({ tag }) => tag)).toEqual(
    expect.arrayContaining(['tls-cert', 'tls-dane-tlsa', 'tls10', 'tls12']),
  );
});

it('a run that was late moves only the first date, and what a person wrote stays', async () => {
  await save(
    at(
      advertise('tls12', (index) => index === 1),
      testNow,
    ),
  );
  await test.database.commitment.updateMany({ data: { decidedBy: 'Board, 2026' } });
  const observation = at(advertise('tls12'), testNow - dayMs);
  await saveCommitments(test.database, { observation, known: [] });
  expect(await read(pop3)).toMatchObject([
    { firstSeen: testNow - dayMs, lastSeen: testNow, seenAt: { address: '2001:db8::1' }, decidedBy: 'Board, 2026' },
  ]);
  const [row] = await test.database.commitment.findMany();
  expect(row).toMatchObject({ firstSeen: new Date(testNow - dayMs), lastSeen: new Date(testNow) });
});

import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { saveVitalSign } from '#workers/store/vital-signs.ts';
import { readSigns } from '#workers/watchdog/read-signs.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

const detail = {
  ...{ fixtureAddress: '127.0.0.1', fixturePort: 3993, fixtureFingerprint: 'ab' },
  ...{ callsOutside: true, sendsMail: false },
};

/** Names of the signs that a watchdog of that vantage has ever seen. */
async function seenSigns(vantage: string): Promise<readonly string[]> {
  const reading = await readSigns({ databaseUrl: test.url, vantage, detail: () => Promise.resolve(detail) });
  if (reading.database === 'silent') throw new Error(reading.error);
  return Object.entries(reading.signs).flatMap(([name, { ageMs }]) => (ageMs === null ? [] : [name]));
}

it('takes the probe of a worker of its own vantage only, and what any worker may renew', async () => {
  await saveVitalSign(test.database, { name: 'database-write', vantage: '', said: null });
  await saveVitalSign(test.database, { name: 'outbox-drain', vantage: '', said: null });
  await saveVitalSign(test.database, { name: 'fixture-probe', vantage: 'dmz', said: null });
  expect(await seenSigns('dmz')).toEqual(['database-write', 'fixture-probe', 'outbox-drain']);
  expect(await seenSigns('office')).toEqual(['database-write', 'outbox-drain']);
  await saveVitalSign(test.database, { name: 'fixture-probe', vantage: 'office', said: null });
  expect(await seenSigns('office')).toEqual(['database-write', 'fixture-probe', 'outbox-drain']);
});

it('says what the worker of its own vantage says, although another one fares better', async () => {
  await saveVitalSign(test.database, { name: 'fixture-probe', vantage: 'office', said: 'connect: refused' });
  await saveVitalSign(test.database, { name: 'fixture-probe', vantage: 'dmz', said: null });
  const reading = await readSigns({ databaseUrl: test.url, vantage: 'office', detail: () => Promise.resolve(detail) });
  expect(reading).toMatchObject({ database: 'answers', signs: { 'fixture-probe': { said: 'connect: refused' } } });
});

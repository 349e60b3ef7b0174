import { readOutcome } from '#app/_queries/plan-outcome.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedClient, seedServer } from '#tests/support/census.ts';
import { dayMs, testNow } from '#tests/support/certificates.ts';

let app: ConsoleUnderTest;
beforeAll(async () => {
  app = await openConsole();
  const client = await seedClient(app.database, 'Mailer', '1');
  const failures = async (host: string, hours: number, reports: number) => {
    const server = await seedServer(app.database, { host });
    const slot = new Date(testNow + (hours * dayMs) / 24);
    const key = { slot, server, network: '192.0.2.0/24', client, tag: 'tls-cert', source: 1 };
    await app.database.latchFailure.create({ data: { ...key, reports } });
  };
  await failures('mail.example.org', -30, 1000);
  await failures('mail.example.org', -2, 4);
  await failures('mail.example.org', 1, 50);
  await failures('mail.example.org', 30, 1000);
  await failures('other.example.org', 1, 1000);
});
afterAll(() => app.close());

it('compares the day after with the day before, at the hosts of the plan alone', async () => {
  const carriedOut = { carriedOutAt: testNow, now: testNow + 3 * dayMs };
  expect(await readOutcome(['mail.example.org'], carriedOut)).toEqual({
    ...{ state: 'more-failures', before: 4, after: 50, measuredMs: dayMs },
  });
  expect(await readOutcome(['nobody.example.org'], carriedOut)).toMatchObject({ state: 'nothing-reported' });
});

it('goes on while the day is not over', async () => {
  const early = { carriedOutAt: testNow, now: testNow + dayMs / 48 };
  expect(await readOutcome(['mail.example.org'], early)).toMatchObject({ state: 'running', before: 4, after: 0 });
});

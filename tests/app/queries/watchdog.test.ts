import { anyVantage, watchdogSign } from '#lib/model/vital-sign.ts';
import { readWatchdogView } from '#app/_queries/watchdog.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';

const now = new Date('2026-11-26T12:00:00Z');
let app: ConsoleUnderTest;
beforeAll(async () => {
  app = await openConsole();
});
afterAll(() => app.close());
beforeEach(() => app.database.vitalSign.deleteMany());

async function sign(name: string, vantage: string, agoMs: number): Promise<void> {
  const fixture = { fixtureAddress: '127.0.0.1', fixturePort: 993, fixtureFingerprint: '0'.repeat(64) };
  const detail = name === watchdogSign ? { ...fixture, callsOutside: true, sendsMail: false } : { said: null };
  await app.database.vitalSign.create({ data: { name, vantage, at: new Date(now.getTime() - agoMs), detail } });
}

const ageOf = async (name: string): Promise<number | null> => {
  const at = (await readWatchdogView(now)).signs.find((one) => one.name === name)?.at ?? null;
  return at === null ? null : now.getTime() - at;
};

it('shows a sign as the watchdog sees it that is worst off', async () => {
  await sign(watchdogSign, 'dmz', 1_000);
  await sign(watchdogSign, 'office', 2_000);
  await sign('database-write', anyVantage, 3_000);
  await sign('fixture-probe', 'dmz', 4_000);
  // Its only worker is dead; that of the other vantage is no comfort.
  await sign('fixture-probe', 'office', 600_000);
  expect(await ageOf('fixture-probe')).toBe(600_000);
  expect(await ageOf('database-write')).toBe(3_000);
  expect(await ageOf('outbox-drain')).toBeNull();
  expect((await readWatchdogView(now)).watchdog?.seenAt).toBe(now.getTime() - 1_000);
});

it('says never where the workers of one vantage never probed, and forgets watchdogs that were taken away', async () => {
  await sign(watchdogSign, 'dmz', 1_000);
  await sign(watchdogSign, 'office', 2_000);
  await sign('fixture-probe', 'dmz', 4_000);
  expect(await ageOf('fixture-probe')).toBeNull();
  await app.database.vitalSign.update({
    where: { name_vantage: { name: watchdogSign, vantage: 'office' } },
    data: { at: new Date(now.getTime() - 2 * 86_400_000) },
  });
  expect(await ageOf('fixture-probe')).toBe(4_000);
});

it('shows the youngest sign where no watchdog was ever there', async () => {
  await sign('fixture-probe', 'dmz', 9_000);
  await sign('fixture-probe', 'office', 4_000);
  expect(await ageOf('fixture-probe')).toBe(4_000);
  expect((await readWatchdogView(now)).watchdog).toBeNull();
});

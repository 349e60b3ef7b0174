import { findStuckNotices, loadWatchdog, saveVitalSign } from '#workers/store/vital-signs.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await test.database.$executeRaw`
    INSERT INTO incident (id, fingerprint, dedup_key, instance, state, severity, code, host, title, params, affected,
      first_seen, last_seen, updated_at)
    VALUES ('i', 'f', 'k', 1, 'firing', 'error', 'c', 'h', 't', '{}', '[]', now(), now(), now())`;
  await test.database.$executeRaw`
    INSERT INTO alert_route (id, name, kind, config, min_severity, created_at, created_by)
    VALUES ('other', 'Tickets', 'webhook', '{"url": "https://x.example"}', 'error', now(), 'test')`;
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.database.$executeRaw`TRUNCATE notice, vital_sign`;
  await test.database.$executeRaw`UPDATE alert_route SET enabled = true`;
});

let next = 0;
async function addNotice(
  minutesOld: number,
  change: { route?: string; digest?: boolean; overflowed?: boolean; held?: boolean; sent?: boolean } = {},
): Promise<void> {
  const { route = 'default', digest = false, overflowed = false, held = false, sent = false } = change;
  next += 1;
  await test.database.$executeRaw`
    INSERT INTO notice (id, incident_id, route_id, reason, sequence, dedupe_key, digest, overflowed, held, payload, created_at, sent_at)
    VALUES (${`n${next}`}, 'i', ${route}, 'opened', ${next}, ${`k${next}`}, ${digest}, ${overflowed}, ${held}, '{}',
      now() - ${minutesOld} * interval '1 minute', CASE WHEN ${sent} THEN now() END)`;
}

const stuck = (relayConfigured = true) => findStuckNotices(test.database, { relayConfigured });

describe('an outbox that is not drained', () => {
  it.each([
    [9, {}, 0],
    [11, {}, 1],
    [11, { sent: true }, 0],
    [11, { held: true }, 0],
    [69, { overflowed: true }, 0],
    [71, { overflowed: true }, 1],
    [25 * 60, { digest: true }, 0],
    [27 * 60, { digest: true }, 1],
  ])('holds a notice of %d minutes %j', async (minutes, change, count) => {
    await addNotice(minutes, change);
    expect((await stuck())?.notices ?? 0).toBe(count);
  });

  it('names the routes and the age of the oldest', async () => {
    await addNotice(20);
    await addNotice(40, { route: 'other' });
    const found = await stuck();
    expect(found).toMatchObject({ notices: 2, routes: ['Mail', 'Tickets'] });
    expect(Math.round((found?.oldestMs ?? 0) / 60_000)).toBe(40);
  });

  it('leaves out a route that is switched off, and a relay that nobody configured where another route is there', async () => {
    await addNotice(20);
    expect(await stuck(false)).toBeNull();
    await test.database.$executeRaw`UPDATE alert_route SET enabled = false WHERE id = 'other'`;
    expect((await stuck(false))?.notices).toBe(1);
    await test.database.$executeRaw`UPDATE alert_route SET enabled = false WHERE id = 'default'`;
    expect(await stuck(true)).toBeNull();
  });

  it('counts what was given up until its route takes something again', async () => {
    await addNotice(30);
    await test.database.$executeRaw`UPDATE notice SET given_up_at = now() - interval '5 minutes'`;
    expect((await stuck())?.notices).toBe(1);
    await addNotice(1, { sent: true });
    expect(await stuck()).toBeNull();
  });
});

describe('a vital sign', () => {
  const read = () => test.database.vitalSign.findFirstOrThrow({ where: { name: 'fixture-probe' } });

  it('grows older while it is not renewed, and says why', async () => {
    const sign = { name: 'fixture-probe', vantage: 'local' } as const;
    await saveVitalSign(test.database, { ...sign, said: 'refused' });
    expect(await read()).toMatchObject({ at: new Date(0), detail: { said: 'refused' } });
    await saveVitalSign(test.database, { ...sign, said: null });
    const { at } = await read();
    expect(at.getTime()).toBeGreaterThan(0);
    await saveVitalSign(test.database, { ...sign, said: 'timeout' });
    expect(await read()).toMatchObject({ at, detail: { said: 'timeout' } });
  });

  it('of a watchdog says where it is while it lives', async () => {
    const detail = {
      ...{ fixtureAddress: '127.0.0.1', fixturePort: 3993, fixtureFingerprint: 'ab' },
      ...{ callsOutside: true, sendsMail: false },
    };
    const data = { name: 'watchdog', vantage: 'local', at: new Date(), detail };
    await test.database.vitalSign.create({ data });
    expect(await loadWatchdog(test.database, 'local')).toEqual(detail);
    expect(await loadWatchdog(test.database, 'elsewhere')).toBeNull();
    await test.database.$executeRaw`UPDATE vital_sign SET at = at - interval '3 minutes'`;
    expect(await loadWatchdog(test.database, 'local')).toBeNull();
  });
});

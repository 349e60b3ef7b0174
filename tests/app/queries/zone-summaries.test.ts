import { zoneItem } from '#app/_queries/zone-item.ts';
import { readZoneSummaries } from '#app/_queries/zone-summaries.ts';
import { findZone, isZoneWaiting } from '#app/_queries/zones.ts';
import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import { requestZone } from '#prisma/commands/zones.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { dayMs, testNow } from '#tests/support/certificates.ts';
import { bogus, changeValidations, healthyZone, signatureWith } from '#tests/support/zone-observations.ts';

const now = new Date(testNow);
let app: ConsoleUnderTest;

async function store(id: string, observation: ZoneObservation, seenAt: number): Promise<void> {
  const at = new Date(seenAt);
  const zone = { id, name: `${id}.example.org`, lastObservedAt: at, lastVerdict: 'pass' };
  await app.database.zone.upsert({ where: { id }, create: zone, update: zone });
  await app.database.$executeRaw`
    INSERT INTO observation_span (id, zone_id, kind, vantage, hash, facts, evidence, first_seen, last_seen,
      evidence_at)
    VALUES (${`${id}-${String(seenAt)}`}, ${id}, 'zone', 'test', '', '{}'::jsonb,
      ${JSON.stringify(observation)}::jsonb, ${at}, ${at}, ${at})`;
}

beforeAll(async () => {
  app = await openConsole();
  const early = { earliestExpiry: signatureWith(3 * dayMs) };
  const broken = changeValidations(
    healthyZone(),
    () => ({ ...early, result: bogus('signature-expired') }),
    'example.org MX',
  );
  await store('healthy', broken, testNow - 2 * dayMs);
  await store('healthy', healthyZone(), testNow - 1000);
  await store('broken', broken, testNow - 1000);
  await store('old', healthyZone(), testNow - 2 * dayMs);
  await app.database.zone.create({ data: { id: 'new', name: 'new.example.org' } });
});
afterAll(async () => {
  await app.close();
});

async function itemOf(id: string) {
  const zone = await findZone(`${id}.example.org`, now);
  if (zone === null) throw new Error(`no zone ${id}`);
  return zoneItem(zone, (await readZoneSummaries([id])).get(id) ?? null, now);
}

test('a zone has the worst state and the first expiry of its latest run', async () => {
  expect(await itemOf('healthy')).toMatchObject({ dnssec: { tone: 'ok' }, firstExpiry: testNow + 20 * dayMs });
  expect(await itemOf('broken')).toMatchObject({ dnssec: { tone: 'crit' }, firstExpiry: testNow + 3 * dayMs });
});

test('one that is old or was never looked at is not good', async () => {
  expect(await itemOf('old')).toMatchObject({
    state: { tone: 'unknown' },
    dnssec: { tone: 'unknown', word: 'Stale, was: secure' },
  });
  expect(await itemOf('new')).toMatchObject({
    state: { tone: 'unknown', word: 'Not looked at yet' },
    dnssec: null,
    firstExpiry: null,
  });
});

test('one that a person asked for waits', async () => {
  expect(await isZoneWaiting('new', now)).toBe(false);
  await requestZone(app.database, { zoneId: 'new', now });
  expect(await isZoneWaiting('new', now)).toBe(true);
  const [task] = await app.database.task.findMany({ where: { kind: 'zone' } });
  expect(task).toMatchObject({ ref: 'new', priority: 10 });
});

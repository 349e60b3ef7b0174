import { generateKeyPairSync } from 'node:crypto';
import { readNextKey } from '#lib/dane/next-key.ts';
import { judgeRollover } from '#lib/dane/rollover.ts';
import type { EndpointObservation, TlsaRecord } from '#lib/model/observation.ts';
import { tlsaText } from '#lib/dane/record.ts';
import { closeRollover, findRollover, listRollovers, startRollover } from '#prisma/commands/rollovers.ts';
import { dayMs, issueCertificate } from '#tests/support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import {
  changeSessions,
  changeTlsa,
  healthyEndpoint,
  lookupOf,
  testPki,
  tlsaOf,
  trustedTls,
} from '#tests/support/observations.ts';
import { changeAnswers, failAnswers, healthyZone } from '#tests/support/zone-observations.ts';

/* Real Postgres; what the name servers and addresses say is given by the test. */

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(() => emptyDatabase(test.database));

const ttlSeconds = 3600;
const ttlMs = ttlSeconds * 1000;
const next = issueCertificate({
  commonName: 'mail.example.org',
  dnsNames: ['mail.example.org'],
  issuer: testPki.intermediate,
});
const oldRecord = tlsaOf(testPki.leaf);
const newRecord = tlsaOf(next);
const fresh = { freshForMs: 10 * dayMs };

/** The endpoint in zone example.org, with these TLSA records in DNS, and the first or all addresses showing the new key. */
function endpointWith(
  records: readonly TlsaRecord[],
  { showsNew = () => false }: { readonly showsNew?: (index: number) => boolean } = {},
): EndpointObservation {
  const endpoint = changeTlsa(healthyEndpoint(), records, { ttlSeconds });
  const lookups = [{ ...lookupOf('mail.example.org', 'A', ['192.0.2.1']), zone: 'example.org' }];
  return changeSessions(
    { ...endpoint, addresses: { ok: true, facts: { list: ['192.0.2.1', '2001:db8::1'], lookups } } },
    (_, index) => (showsNew(index) ? { tls: trustedTls([next, testPki.intermediate]) } : {}),
  );
}

/** The zone with these records at each of its three servers. */
function zoneWith(...sets: readonly (readonly TlsaRecord[])[]) {
  return sets.reduce(
    (zone, records, server) =>
      changeAnswers(zone, () => ({ records: records.map(tlsaText), ttlSeconds }), {
        key: '_993._tcp.mail.example.org TLSA',
        which: (index) => index === server,
      }),
    healthyZone(),
  );
}

/** A watched endpoint that was probed, with a rollover to the new key. */
async function started() {
  const engine = createEngine(test.database);
  const { endpointId } = await engine.watch();
  const see = async (records: readonly (readonly TlsaRecord[])[], endpoint: EndpointObservation) => {
    const at = engine.clock.now();
    engine.sight.endpoint = () => ({ ...endpoint, startedAt: at, finishedAt: at });
    engine.sight.zone = () => ({ ...zoneWith(...records), startedAt: at, finishedAt: at });
    await engine.runAll('probe');
    await engine.runAll('zone');
  };
  const all = (...records: readonly TlsaRecord[]) => [records, records, records];
  await see(all(oldRecord), endpointWith([oldRecord]));
  const begin = async (pem: string, form: '3 1 1' | '3 0 1' | '2 1 1' = '3 1 1') => {
    const key = readNextKey(pem);
    if (!key.ok) throw new Error(key.error);
    const now = new Date(engine.clock.now());
    return startRollover(test.database, { endpointId, key: key.value, form, actor: 'admin@example.org', now });
  };
  return { engine, endpointId, see, all, begin };
}

async function standing(id: string, now: number) {
  const rollover = await findRollover(test.database, id);
  if (rollover === null) throw new Error(id);
  return judgeRollover(rollover, rollover.look, { now, ...fresh });
}

const states = ({ gates }: Awaited<ReturnType<typeof standing>>) => gates.map(({ name, state }) => `${name} ${state}`);

describe('a rollover of a key', () => {
  it('goes from gate to gate, and its light is green only when no cache minds', async () => {
    const { engine, see, all, begin } = await started();
    const made = await begin(next.pem);
    if (!made.ok) throw new Error(made.error);
    const { id } = made.value;
    const now = () => engine.clock.now();

    expect(await findRollover(test.database, id)).toMatchObject({
      next: newRecord,
      old: [oldRecord],
      given: 'certificate',
    });
    expect(await standing(id, now())).toMatchObject({ light: 'no-go', greenAt: null });

    await see([[oldRecord, newRecord], [oldRecord], [oldRecord]], endpointWith([oldRecord]));
    const half = await standing(id, now());
    expect(half).toMatchObject({ light: 'no-go', greenAt: null });
    expect(half.why).toContain('ns2.example.org');
    expect(half.why).not.toContain('ns1.example.org');

    await see(all(oldRecord, newRecord), endpointWith([oldRecord, newRecord]));
    const published = await standing(id, now());
    expect(states(published)).toEqual(['publish open', 'caches closed', 'deploy later', 'retire later']);
    const greenAt = published.greenAt ?? 0;
    expect(greenAt).toBeGreaterThan(now());
    expect(greenAt).toBeLessThanOrEqual(now() + ttlMs);
    expect((await standing(id, greenAt - 1)).light).toBe('no-go');
    expect(await standing(id, greenAt)).toMatchObject({ light: 'go', mistakes: [] });

    engine.clock.advance(ttlMs);
    await see(all(oldRecord, newRecord), endpointWith([oldRecord, newRecord], { showsNew: (index) => index === 0 }));
    const partly = await standing(id, now());
    expect(partly.light).toBe('go');
    expect(partly.gates[2]?.text).toContain('Not yet at 2001:db8::1');

    await see(all(oldRecord, newRecord), endpointWith([oldRecord, newRecord], { showsNew: () => true }));
    expect(await standing(id, now())).toMatchObject({ light: 'deployed', mistakes: [] });
    expect((await standing(id, now() + 3 * dayMs)).mistakes[0]).toContain('old record is still there');

    await see(all(newRecord), endpointWith([newRecord], { showsNew: () => true }));
    const done = await standing(id, now());
    expect(done.light).toBe('done');
    expect(states(done)).toEqual(['publish open', 'caches open', 'deploy open', 'retire open']);
    expect(await closeRollover(test.database, { id, actor: 'admin@example.org', now: new Date(now()) })).toBe(true);
    expect(await closeRollover(test.database, { id, actor: 'admin@example.org', now: new Date(now()) })).toBe(false);
    expect((await listRollovers(test.database)).map(({ closedBy }) => closedBy)).toEqual(['admin@example.org']);
  });

  it('goes back where a name server falls back, and the wait begins anew', async () => {
    const { engine, see, all, begin } = await started();
    const made = await begin(next.pem);
    if (!made.ok) throw new Error(made.error);
    const { id } = made.value;
    await see(all(oldRecord, newRecord), endpointWith([oldRecord, newRecord]));
    engine.clock.advance(ttlMs);
    expect((await standing(id, engine.clock.now())).light).toBe('go');

    await see([[oldRecord, newRecord], [oldRecord], [oldRecord, newRecord]], endpointWith([oldRecord, newRecord]));
    const back = await standing(id, engine.clock.now());
    expect(back).toMatchObject({ light: 'no-go', greenAt: null });
    expect(back.mistakes[0]).toContain('fell back');

    await see(all(oldRecord, newRecord), endpointWith([oldRecord, newRecord]));
    const again = await standing(id, engine.clock.now());
    expect(again.light).toBe('no-go');
    expect(again.greenAt).toBeGreaterThan(engine.clock.now() + ttlMs / 2);
  });

  it('is not green while a name server says nothing, nor on an old look', async () => {
    const { engine, see, all, begin } = await started();
    const made = await begin(next.pem);
    if (!made.ok) throw new Error(made.error);
    const { id } = made.value;
    await see(all(oldRecord, newRecord), endpointWith([oldRecord, newRecord]));
    engine.clock.advance(ttlMs);
    const rollover = await findRollover(test.database, id);
    if (rollover === null) throw new Error(id);
    const now = engine.clock.now();
    const { light, why } = judgeRollover(rollover, rollover.look, { now, freshForMs: 60_000 });
    expect([light, why]).toEqual(['no-go', 'The name servers have not been asked for a while: look again first.']);
    engine.sight.zone = () => ({
      ...failAnswers(zoneWith(...all(oldRecord, newRecord)), 'timeout', { which: (index) => index === 2 }),
      finishedAt: engine.clock.now(),
    });
    await engine.runAll('zone');
    expect((await standing(id, engine.clock.now())).why).toContain('ns3.example.org did not answer');
  });

  it('names steps taken in the wrong order', async () => {
    const { engine, see, all, begin } = await started();
    const made = await begin(next.pem);
    if (!made.ok) throw new Error(made.error);
    const { id } = made.value;
    await see(all(oldRecord), endpointWith([oldRecord], { showsNew: (index) => index === 0 }));
    expect((await standing(id, engine.clock.now())).mistakes[0]).toContain('192.0.2.1 before its record counts');
    await see(all(oldRecord, newRecord), endpointWith([oldRecord, newRecord], { showsNew: () => true }));
    const everywhere = await standing(id, engine.clock.now());
    expect(everywhere.light).toBe('no-go');
    expect(everywhere.greenAt).toBeGreaterThan(engine.clock.now());
    expect(everywhere.mistakes[0]).toContain('in use before its record counts');
    await see(all(newRecord), endpointWith([newRecord]));
    const early = await standing(id, engine.clock.now());
    expect(early.light).toBe('no-go');
    expect(early.mistakes.join(' ')).toContain('old record was taken away');
  });

  it('takes a signing request or a public key, and refuses what makes no sense', async () => {
    const { see, all, begin, engine, endpointId } = await started();
    const refusal = async (...asked: Parameters<typeof begin>) => {
      const made = await begin(...asked);
      return made.ok ? 'started' : made.error;
    };
    expect(await refusal(testPki.leaf.pem)).toContain('nothing to roll over');
    expect(await refusal(next.pem, '2 1 1')).toContain('names a CA');
    await see(all(), endpointWith([]));
    expect(await refusal(next.pem)).toContain('no TLSA record yet');
    await see(all(oldRecord), endpointWith([oldRecord]));
    const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' });
    expect(await refusal(key.toString(), '3 0 1')).toContain('whole certificate');
    expect(await refusal(key.toString())).toBe('started');
    expect(await refusal(next.pem)).toContain('under way');
    const row = await test.database.rollover.findFirstOrThrow({ where: { endpointId } });
    expect([row.given, row.certificate]).toEqual(['public-key', null]);
    expect(row.createdAt.getTime()).toBe(engine.clock.now());
  });
});

import type { EndpointObservation } from '#lib/model/observation.ts';
import { signException } from '#prisma/commands/exceptions.ts';
import { dayMs } from '#tests/support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine, emptyDatabase } from '#tests/support/engine.ts';
import { changeSessions, healthyEndpoint, leafWith, testPki, trustedTls } from '#tests/support/observations.ts';
import { startSmtpSink, type SmtpSink } from '#tests/support/smtp-sink.ts';

/*
 * What a signature changes: the alert goes down at the next run, and comes back by itself at the first run after the end.
 */

let test: TestDatabase;
let sink: SmtpSink;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(async () => {
  await emptyDatabase(test.database);
  sink = await startSmtpSink();
});
afterEach(() => sink.close());

const code = 'certificate-expiry';
/** Two of its 90 days are left: critical by both packs. */
const expiring = () => {
  const tls = trustedTls([leafWith(2 * dayMs), testPki.intermediate]);
  return { ...changeSessions(healthyEndpoint(), () => ({ tls })), tlsa: null };
};
/** TLS 1.1: critical today, good enough in 2015. */
const oldTls = () =>
  changeSessions(healthyEndpoint(), () => ({
    tls: trustedTls([testPki.leaf, testPki.intermediate], { version: 'TLSv1.1' }),
  }));

async function watching(endpoint: () => EndpointObservation) {
  const engine = createEngine(test.database);
  engine.sight.relayPort = sink.port;
  engine.sight.endpoint = endpoint;
  const { endpointId } = await engine.watch();
  const probe = async (times: number): Promise<void> => {
    for (let run = 0; run < times; run += 1) await engine.runAll('probe');
    await engine.runDue('notify');
  };
  const sign = (about: { readonly code: string; readonly forMs: number }) =>
    signException(test.database, {
      code: about.code,
      subject: 'imap+implicit://mail.example.org:993',
      reason: 'the new certificate is ordered',
      endsAt: new Date(engine.clock.now() + about.forMs),
      actor: 'approver@example.org',
      now: new Date(engine.clock.now()),
    });
  const incident = (wanted: string) =>
    test.database.incident.findFirstOrThrow({
      where: { code: wanted, rootId: null, state: { not: 'suspect' } },
      orderBy: { instance: 'desc' },
    });
  const findings = (wanted: string) =>
    test.database.finding.findMany({ where: { code: wanted, endpointId, endedAt: null } });
  return { ...engine, probe, sign, incident, findings };
}

it('takes an alert down until the end, and then tells it again', async () => {
  const { probe, sign, incident, findings, clock } = await watching(expiring);
  await probe(2);
  expect(await incident(code)).toMatchObject({ state: 'firing', severity: 'critical' });
  expect(sink.mails).toHaveLength(1);
  expect(await findings(code)).toMatchObject([
    { verdict: 'crit', verdictDraft: null },
    { verdict: 'crit', verdictDraft: null },
  ]);

  expect(await sign({ code, forMs: 3_600_000 })).toMatchObject({ ok: true });
  await probe(2);
  expect(await incident(code)).toMatchObject({
    state: 'firing',
    severity: 'warning',
    params: { acceptedBy: 'approver@example.org', acceptedReason: 'the new certificate is ordered' },
  });
  const [finding] = await findings(code);
  expect(finding).toMatchObject({ verdict: 'warn', verdictDraft: 'crit', verdictCurrent: 'crit' });
  expect(sink.mails).toHaveLength(1);

  clock.advance(3_600_000);
  await probe(2);
  expect(await incident(code)).toMatchObject({ state: 'firing', severity: 'critical', instance: 1 });
  expect(sink.mails).toHaveLength(2);
  const [back] = await findings(code);
  expect(back).toMatchObject({ verdict: 'crit', verdictDraft: null });
  expect(back?.params).not.toHaveProperty('acceptedBy');
  const events = await test.database.incidentEvent.findMany({
    where: { incident: { rootId: null } },
    orderBy: { id: 'asc' },
  });
  expect(events.map(({ kind }) => kind).filter((kind) => kind !== 'notified')).toEqual([
    'opened',
    'accepted',
    'regraded',
    'regraded',
  ]);
});

it('ends the incident where one of the packs finds nothing, and keeps a note of it', async () => {
  const obsolete = 'tls-version-obsolete';
  const { probe, sign, incident, findings, clock } = await watching(oldTls);
  await probe(2);
  const [found] = await findings(obsolete);
  expect(found).toMatchObject({ verdict: 'crit', verdictDraft: 'pass', verdictCurrent: 'crit' });
  expect(await incident(obsolete)).toMatchObject({ state: 'firing', severity: 'critical' });

  await sign({ code: obsolete, forMs: 10 * 3_600_000 });
  await probe(2);
  expect(await incident(obsolete)).toMatchObject({ state: 'resolved', resolution: 'accepted for a time' });
  const [noted] = await findings(obsolete);
  expect(noted).toMatchObject({ verdict: 'info', verdictDraft: 'pass', verdictCurrent: 'crit' });

  clock.advance(10 * 3_600_000);
  await probe(2);
  expect(await incident(obsolete)).toMatchObject({ state: 'firing', severity: 'critical', instance: 2 });
});

it('comes back at the next run when it is taken back, and never covers another code', async () => {
  const { probe, sign, incident } = await watching(expiring);
  await sign({ code: 'unreachable', forMs: dayMs });
  await probe(2);
  expect(await incident(code)).toMatchObject({ severity: 'critical' });
  await sign({ code, forMs: dayMs });
  await probe(1);
  expect(await incident(code)).toMatchObject({ severity: 'warning' });
  await test.database.exception.updateMany({ data: { revokedAt: new Date() } });
  await probe(1);
  expect(await incident(code)).toMatchObject({ severity: 'critical' });
});

import { startAlertmanager, type Alertmanager } from '#tests/support/alertmanager.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createEngine } from '#tests/support/engine.ts';
import { addRoute, openIncident, tell } from '#tests/support/outbox.ts';
import { until } from '#tests/support/until.ts';
import { startWebServer, type WebServer } from '#tests/support/web-server.ts';

let test: TestDatabase;
let receiver: WebServer;
let alertmanager: Alertmanager;
beforeAll(async () => {
  test = await createTestDatabase();
  receiver = await startWebServer((_request, response) => response.end(), null);
  alertmanager = await startAlertmanager(`http://127.0.0.1:${String(receiver.port)}/`);
});
afterAll(async () => {
  await alertmanager.stop();
  await receiver.stop();
  await test.close();
});

/** Statuses that Alertmanager told its receiver about an incident. */
function told(dedupKey: string): readonly string[] {
  return receiver.requests
    .filter(({ body }) => body.includes(`"dedup_key":"${dedupKey}"`))
    .map(({ body }) => /"status":"(\w+)"/.exec(body)?.[1] ?? '');
}

it('is told what begins, that it lasts, and what ended', async () => {
  const engine = createEngine(test.database);
  const { clock } = engine;
  // It goes by the time of day, as everybody who uses it does.
  clock.set(Date.now());
  await test.database.$executeRaw`UPDATE alert_route SET enabled = false`;
  const way = { kind: 'alertmanager', config: { url: `${alertmanager.url}/` } } as const;
  await addRoute(test.database, { way, now: clock.now() });
  await openIncident(test.database, { id: 'A', now: clock.now(), severity: 'error' });
  await openIncident(test.database, { id: 'B', now: clock.now(), severity: 'warning' });
  await engine.runAll('notify');
  expect(await test.database.notice.findMany({ where: { sentAt: null } })).toEqual([]);
  const labels = async () => (await alertmanager.firing()).map((alert) => alert.labels);
  expect(await labels()).toEqual(
    expect.arrayContaining([
      {
        alertname: 'unreachable',
        severity: 'error',
        host: 'a.example.org',
        service: 'IMAP, implicit TLS (port 993)',
        dedup_key: 'unreachable/A',
      },
      expect.objectContaining({ severity: 'warning', dedup_key: 'unreachable/B' }),
    ]),
  );
  const [alert] = await alertmanager.firing();
  expect(alert?.generatorURL).toMatch(/^https:\/\/watch\.example\.com\/incidents\/[AB]$/);
  await until(() => (told('unreachable/A').includes('firing') ? true : null));

  // It lasts: the end that it was given moves on.
  const endOf = async (key: string) =>
    Date.parse((await alertmanager.firing()).find((one) => one.labels['dedup_key'] === key)?.endsAt ?? '');
  const first = await endOf('unreachable/A');
  expect(first).toBeGreaterThan(Date.now());
  expect(await engine.dueInSeconds('notify')).toBe(60);
  clock.advance(60_000);
  await engine.runAll('notify');
  expect(await endOf('unreachable/A')).toBeGreaterThanOrEqual(first + 60_000);

  // Worse is another alert: both end with the incident.
  await tell(test.database, { id: 'A', now: clock.now(), reason: 'worsened' });
  await engine.runAll('notify');
  expect(await labels()).toEqual(
    expect.arrayContaining([expect.objectContaining({ severity: 'critical', dedup_key: 'unreachable/A' })]),
  );
  clock.set(Date.now() - 2000);
  await tell(test.database, { id: 'A', now: clock.now(), reason: 'resolved' });
  await engine.runAll('notify');
  await until(async () => {
    const left = await labels();
    return left.length === 1 && left[0]?.['dedup_key'] === 'unreachable/B' ? true : null;
  });
  await until(() => (told('unreachable/A').includes('resolved') ? true : null));
  expect(told('unreachable/B')).not.toContain('resolved');
});

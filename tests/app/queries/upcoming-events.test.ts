import { listUpcoming } from '#app/_queries/upcoming-events.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedIncident } from '#tests/app/support/seed.ts';

const start = Date.UTC(2026, 10, 24);
const dayMs = 86_400_000;
const at = (day: number) => new Date(start + day * dayMs);
const now = at(0);
let app: ConsoleUnderTest;

const texts = async () => (await listUpcoming(now)).items.map(({ text }) => text);

async function addCertificate(
  fingerprint: string,
  end: number,
  place: { readonly role?: string; readonly gone?: true },
) {
  await app.database.certificate.create({
    data: { fingerprint, der: new Uint8Array(), firstSeen: now, notBefore: at(end - 90), notAfter: at(end) },
  });
  for (const endpointId of ['mail', 'imap']) {
    await app.database.certificatePlace.create({
      data: {
        ...{ endpointId, fingerprint, address: '192.0.2.1', vantage: 'local', role: place.role ?? 'server' },
        ...{ since: at(-9), until: place.gone ? at(-1) : null },
      },
    });
  }
}

beforeAll(async () => {
  app = await openConsole();
  const db = app.database;
  await db.domain.create({ data: { id: 'domain', name: 'example.org', createdBy: 'test' } });
  for (const id of ['mail', 'imap']) {
    const target = { service: 'imap', tlsMode: 'implicit', host: `${id}.example.org`, port: 993 };
    await db.endpoint.create({ data: { id, ...target } });
    const link = { domainId: 'domain', endpointId: id, origin: 'srv', firstSeen: now, lastSeen: now };
    await db.domainEndpoint.create({ data: link });
  }
  await addCertificate('soon', 3, {});
  await addCertificate('later', 25, {});
  await addCertificate('far', 31, {});
  await addCertificate('over', -1, {});
  await addCertificate('gone', 4, { gone: true });
  await addCertificate('ca', 12, { role: 'chain' });
});
afterAll(() => app.close());

test('certificates that are in use and end within 30 days, as urgent as the checks say', async () => {
  const { items } = await listUpcoming(now);
  expect(items.map(({ text, tone, at: end }) => [text, tone, (end - start) / dayMs])).toEqual([
    ['Certificate of imap.example.org and 1 more ends', 'crit', 3],
    ['A CA certificate in the chain of imap.example.org and 1 more ends', 'warn', 12],
    ['Certificate of imap.example.org and 1 more ends', 'info', 25],
  ]);
  expect(items[0]?.href).toBe('/certificates/soon');
});

test('signatures that are late, silences, planned work and exceptions are among them by date', async () => {
  const db = app.database;
  await seedIncident(db, { id: 'sig', state: 'firing', code: 'signature-expiring', title: 'Signature of x expires' });
  await db.incident.update({ where: { id: 'sig' }, data: { params: { expiration: at(1).getTime() } } });
  const silence = { reason: 'new disks', createdAt: now, createdBy: 'ada', host: 'mail.example.org' };
  await db.silence.create({ data: { id: 's', ...silence, startsAt: at(-1), endsAt: at(2) } });
  await db.silence.create({ data: { id: 'w', ...silence, maintenance: true, startsAt: at(5), endsAt: at(40) } });
  await db.silence.create({ data: { id: 'x', ...silence, startsAt: at(-1), endsAt: at(6), endedAt: at(0) } });
  const exception = { code: 'certificate-expiry', subject: 'host:mail.example.org', reason: 'old phones' };
  await db.exception.create({ data: { id: 'e', ...exception, signedBy: 'ada', signedAt: now, endsAt: at(7) } });
  const found = await texts();
  expect(found.slice(0, 2)).toEqual(['Signature of x expires', 'Silence for mail.example.org ends: new disks']);
  expect(found[3]).toBe('Planned work for mail.example.org begins: new disks');
  expect(found[4]).toMatch(/^Exception for .*mail\.example\.org.* ends: /);
  expect(found).toHaveLength(7);
});

test('a plan that runs out says whether it was approved', async () => {
  const change = { op: 'stop_advertising', hosts: ['mail.example.org'], tag: 'tls12' };
  const plan = { change, answer: {}, answerHash: '', note: '', createdAt: now, createdBy: 'ada' };
  await app.database.changePlan.create({ data: { id: 'p', ...plan, expiresAt: at(8), approvedAt: now } });
  await app.database.changePlan.create({ data: { id: 'q', ...plan, expiresAt: at(9) } });
  await app.database.changePlan.create({ data: { id: 'r', ...plan, expiresAt: at(9), withdrawnAt: now } });
  expect((await texts()).filter((text) => text.includes('tls12'))).toEqual([
    'Stop advertising tls12 at mail.example.org: approved until then',
    'Stop advertising tls12 at mail.example.org: approve or plan again by then',
  ]);
});

test('of many certificates the nearest are shown, and it is said', async () => {
  for (let n = 0; n < 40; n += 1) await addCertificate(`many-${String(n)}`, 20, {});
  const { items, cut } = await listUpcoming(now);
  expect(items.filter(({ kind }) => kind === 'certificate')).toHaveLength(30);
  expect(cut).toEqual(['certificate']);
});

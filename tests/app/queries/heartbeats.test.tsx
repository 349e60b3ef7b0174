import { renderToStaticMarkup } from 'react-dom/server';
import { readDomainHeartbeats, readEndpointHeartbeats } from '#app/_queries/heartbeats.ts';
import { HeartbeatStrip } from '#components/heartbeat-strip.tsx';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';

const start = Date.UTC(2026, 10, 24);
const hourMs = 3_600_000;
const at = (hour: number) => new Date(start + hour * hourMs);
/** Six slots of an hour. */
const window = { from: start, to: start + 6 * hourMs, slots: 6 };
let app: ConsoleUnderTest;
let spans = 0;

async function addSpan(endpointId: string, from: number, to: number, greeted = true): Promise<void> {
  spans += 1;
  await app.database.observationSpan.create({
    data: {
      ...{ id: `span-${String(spans)}`, endpointId, kind: 'session', address: '192.0.2.1', vantage: 'local', hash: '' },
      ...{ facts: { greeted }, evidence: {}, evidenceAt: at(to), firstSeen: at(from), lastSeen: at(to) },
    },
  });
}

async function addFinding(owner: object, verdict: string, from: number, to: number | null): Promise<void> {
  spans += 1;
  await app.database.finding.create({
    data: {
      ...{
        id: `finding-${String(spans)}`,
        fingerprint: String(spans),
        code: 'certificate-expiry',
        verdict,
        params: {},
      },
      ...{ firstSeen: at(from), lastSeen: at(to ?? 5.5), endedAt: to === null ? null : at(to), ...owner },
    },
  });
}

beforeAll(async () => {
  app = await openConsole();
  const db = app.database;
  await db.domain.create({ data: { id: 'domain', name: 'example.org', createdBy: 'test' } });
  await db.domain.create({ data: { id: 'bare', name: 'bare.example', createdBy: 'test' } });
  await db.zone.create({ data: { id: 'zone', name: 'example.org' } });
  await db.domainZone.create({ data: { domainId: 'domain', zoneId: 'zone', firstSeen: at(0), lastSeen: at(0) } });
  for (const [port, id] of ['seen', 'gap', 'guess', 'mute'].entries()) {
    const service = { service: 'imap', tlsMode: 'implicit', host: 'mail.example.org', port: port + 1 };
    await db.endpoint.create({ data: { id, ...service, lastVerdict: id === 'guess' ? 'n-a' : 'pass' } });
    if (id === 'mute') continue;
    const link = { domainId: 'domain', endpointId: id, origin: 'srv', firstSeen: at(-9), lastSeen: at(0) };
    await db.domainEndpoint.create({ data: link });
  }
  await addSpan('seen', -3, 5.9);
  await addSpan('gap', -3, 1.5);
  await addSpan('gap', 4.5, 5.9);
  await addSpan('mute', 0, 5.9, false);
});
afterAll(async () => {
  await app.close();
});

test('an endpoint is fine only where a span with an answer covers the slot; a run without a greeting is none', async () => {
  const slots = await readEndpointHeartbeats(['seen', 'gap', 'mute', 'gone'], window);
  expect(slots.get('seen')).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
  expect(slots.get('gap')).toEqual(['ok', 'ok', 'unknown', 'unknown', 'ok', 'ok']);
  expect(slots.get('mute')).toEqual(['unknown', 'unknown', 'unknown', 'unknown', 'unknown', 'unknown']);
  expect(slots.get('gone')).not.toContain('ok');
});

test('a domain is fine only where all of it was seen, without guesses that never answered', async () => {
  const slots = await readDomainHeartbeats(['domain', 'bare'], window);
  expect(slots.get('domain')).toEqual(['ok', 'ok', 'unknown', 'unknown', 'ok', 'ok']);
  expect(slots.get('bare')).not.toContain('ok');
});

test('findings colour what they lived in: of the endpoint, of the domain, of its zones; a note does not', async () => {
  await addFinding({ endpointId: 'seen' }, 'warn', -2, 0.5);
  await addFinding({ endpointId: 'seen' }, 'info', 1, null);
  await addFinding({ zoneId: 'zone' }, 'crit', 4.5, null);
  await addFinding({ domainId: 'domain' }, 'fail', 2.2, 2.4);
  const [endpoint, domain] = [
    await readEndpointHeartbeats(['seen'], window),
    await readDomainHeartbeats(['domain'], window),
  ];
  expect(endpoint.get('seen')).toEqual(['warn', 'ok', 'ok', 'ok', 'ok', 'ok']);
  expect(domain.get('domain')).toEqual(['warn', 'ok', 'fail', 'unknown', 'fail', 'fail']);
});

test('the strip says in words what it draws, and draws each state at a height of its own', () => {
  const html = renderToStaticMarkup(
    <HeartbeatStrip label="Last 6 hours" {...window} slots={['ok', 'warn', 'fail', 'unknown', 'ok', 'ok']} />,
  );
  expect(html).toContain('Last 6 hours: error 60 min, warning 60 min, not seen 60 min, fine 3 h');
  expect(html).toContain('error from 2026-11-24 02:00:00 UTC to 2026-11-24 03:00:00 UTC');
  expect(new Set(html.match(/stroke-width="\d+"/g)).size).toBe(5);
  expect(html).not.toContain('style=');
  const dark = renderToStaticMarkup(<HeartbeatStrip label="Last 6 hours" {...window} slots={['unknown', 'unknown']} />);
  expect(dark).toContain('not seen throughout');
  expect(dark).not.toContain('tone-ok');
});

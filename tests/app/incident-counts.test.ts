// First: it sets up what Next asks for when it is loaded.
import { inRequest } from '#tests/app/support/request-scope.ts';
import { renderPage } from '#tests/app/support/render-page.tsx';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedDomain, seedIncident } from '#tests/app/support/seed.ts';
import DomainPage from '#app/(console)/domains/[name]/page.tsx';
import EndpointPage from '#app/(console)/endpoints/[id]/page.tsx';
import IncidentPage from '#app/(console)/incidents/[id]/page.tsx';
import ZonePage from '#app/(console)/zones/[name]/page.tsx';

let app: ConsoleUnderTest;
let cookie: string;
let endpointId: string;
const zoneId = 'zone-example.org';
const shared = 'certificate:ab12';

/** The HTML of a page. */
async function show(page: () => Promise<React.ReactNode>): Promise<string> {
  let html = '';
  const outcome = await inRequest({ headers: { cookie } }, async () => {
    html = await renderPage(await page());
  });
  if (outcome.how !== 'answered') throw new Error(`the page ${outcome.how}`, { cause: outcome });
  return html;
}

/** What a panel holds, without tags. */
function panel(html: string, title: string): string {
  const [, after = ''] = html.replace(/<!--.*?-->/g, '').split(`>${title}</h2>`);
  const [content = ''] = after.split('</section>');
  return content.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

/** Incidents of an endpoint and of a zone: 102 of each, of which the oldest is critical. */
async function seedMany(): Promise<void> {
  const db = app.database;
  for (const where of ['endpoint', 'zone']) {
    const place = where === 'endpoint' ? { endpointId } : { zoneId };
    for (let index = 0; index < 102; index += 1) {
      const id = `${where}-${String(index).padStart(3, '0')}`;
      const worst = index === 0 ? { severity: 'critical', title: `Oldest of the ${where}` } : { severity: 'warning' };
      await seedIncident(db, { id, state: 'firing', ...worst });
      await db.incident.update({ where: { id }, data: place });
    }
  }
}

/** An incident with three subjects and 205 consequences. */
async function seedAttached(): Promise<void> {
  const db = app.database;
  const names = ['z1', 'z2', 'z3'];
  await seedIncident(db, { id: 'root', state: 'firing', affected: names.map((name) => `${name}.example.org:993`) });
  await db.incident.update({
    where: { id: 'root' },
    data: { dedupKey: `certificate-expiry/${shared}`, cause: shared },
  });
  for (const name of names) {
    await seedIncident(db, { id: name, state: 'firing', host: `${name}.example.org` });
    await db.incident.update({ where: { id: name }, data: { rootId: 'root', cause: shared } });
  }
  for (let index = 0; index < 205; index += 1) {
    const about = { code: 'tag-tls-cert-broken', host: 'a.example.org', severity: 'warning' };
    await seedIncident(db, { id: `consequence-${String(index)}`, state: 'firing', ...about });
  }
  await db.incident.updateMany({ where: { code: 'tag-tls-cert-broken' }, data: { rootId: 'root' } });
}

beforeAll(async () => {
  app = await openConsole();
  cookie = await app.session('operator');
  const now = new Date();
  const { domainId, ...seeded } = await seedDomain(app.database, 'example.org', now);
  ({ endpointId } = seeded);
  await app.database.zone.create({ data: { id: zoneId, name: 'example.org', createdAt: now } });
  await app.database.domainZone.create({ data: { domainId, zoneId, firstSeen: now, lastSeen: now } });
  await seedMany();
  await seedAttached();
});
afterAll(() => app.close());

test('an incident lists all places of it, and says how many consequences there are, also those it leaves out', async () => {
  const html = await show(() => IncidentPage({ params: Promise.resolve({ id: 'root' }) }));
  const places = panel(html, 'Where it is');
  expect(places).toMatch(/^ 3 /);
  for (const name of ['z1', 'z2', 'z3']) expect(places).toContain(`${name}.example.org`);
  expect(places).not.toContain('more');
  const consequences = panel(html, 'What comes from it');
  expect(consequences).toMatch(/^ 205 /);
  expect(consequences.match(/a\.example\.org/g)).toHaveLength(200);
  expect(consequences).toMatch(/ and 5 more $/);
});

test('an endpoint and a zone count all that is open, the worst first, and lead to the list of their host', async () => {
  const ofEndpoint = await show(() => EndpointPage({ params: Promise.resolve({ id: endpointId }) }));
  const ofZone = await show(() => ZonePage({ params: Promise.resolve({ name: 'example.org' }) }));
  expect(panel(ofEndpoint, 'Open incidents')).toMatch(/^ 102 Critical Oldest of the endpoint .* and 2 more/);
  expect(ofEndpoint).toContain('href="/incidents?host=mail.example.org"');
  expect(panel(ofZone, 'Open incidents')).toMatch(/^ 102 Critical Oldest of the zone .* and 2 more/);
  expect(ofZone).toContain('href="/incidents?host=example.org"');
});

test('a domain counts what is open at its endpoints and zones together', async () => {
  const html = await show(() => DomainPage({ params: Promise.resolve({ name: 'example.org' }) }));
  const text = panel(html, 'Open incidents');
  expect(text).toMatch(/^ 204 Critical Oldest of the zone .* Critical Oldest of the endpoint .* and 104 more/);
});

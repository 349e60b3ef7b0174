// First: it sets up what Next asks for when it is loaded.
import { inRequest } from '#tests/app/support/request-scope.ts';
import { renderPage } from '#tests/app/support/render-page.tsx';
import { openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { exampleObservation, seedDomain, seedIncident, storeObservation } from '#tests/app/support/seed.ts';
import IncidentPage from '#app/(console)/incidents/[id]/page.tsx';
import IncidentsPage from '#app/(console)/incidents/page.tsx';
import { endSilenceAction } from '#app/_actions/silences.ts';
import { readIncidentHistory } from '#app/_queries/incident-history.ts';

let app: ConsoleUnderTest;
let cookies: Readonly<Record<'operator' | 'viewer', string>>;
const now = new Date();
const began = new Date(now.getTime() - 3_600_000);
const hostile = '<script>alert(1)</script>\u202e';

/** The HTML of a page for somebody. */
async function show(who: keyof typeof cookies, page: () => Promise<React.ReactNode>): Promise<string> {
  let html = '';
  const outcome = await inRequest({ headers: { cookie: cookies[who] } }, async () => {
    html = await renderPage(await page());
  });
  if (outcome.how !== 'answered') throw new Error(`the page ${outcome.how}`, { cause: outcome });
  return html;
}

const incident = (id: string, who: keyof typeof cookies = 'operator') =>
  show(who, () => IncidentPage({ params: Promise.resolve({ id }) }));
const list = (asked: Record<string, string>, who: keyof typeof cookies = 'operator') =>
  show(who, () => IncidentsPage({ searchParams: Promise.resolve(asked) }));
const textOf = (html: string): string =>
  html
    .replace(/<!--.*?-->/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

beforeAll(async () => {
  app = await openConsole();
  cookies = { operator: await app.session('operator'), viewer: await app.session('viewer') };
  const db = app.database;
  const { endpointId } = await seedDomain(db, 'example.org', began);
  // The run before: the second address answered, and the certificate was another one.
  const before = exampleObservation('mail.example.org', began.getTime() - 600_000);
  await db.$executeRaw`UPDATE observation_span SET first_seen = ${began}, last_seen = ${now} WHERE endpoint_id = ${endpointId}`;
  const good = {
    ...before,
    sessions: before.sessions.map((session) => ({ ...session, failure: null, greeting: '* OK' })),
  };
  await storeOlder(endpointId, good);
  const about = { endpointId, firstSeen: began, title: hostile };
  await seedIncident(db, { id: 'I0', state: 'resolved', ...about });
  await seedIncident(db, { id: 'I1', state: 'firing', ...about });
  const finding = { fingerprint: 'F1', code: 'certificate-expiry', verdict: 'crit', address: '192.0.2.10' };
  const params = { host: 'mail.example.org', port: 993, address: '192.0.2.10' };
  await db.finding.create({ data: { id: 'F1', ...finding, params, endpointId, firstSeen: began, lastSeen: now } });
  const impact = { tags: ['tls-cert'], breaks: 2, atRisk: 1, unknownShare: 0.5, countedAt: 0 };
  await db.incident.update({ where: { id: 'I1' }, data: { instance: 2, impact, owner: 'operator@example.org' } });
  const over = { openedAt: began, resolvedAt: new Date(began.getTime() + 600_000), resolution: 'seen gone' };
  await db.incident.update({ where: { id: 'I0' }, data: over });
  const event = { incidentId: 'I0', actor: 'ada@example.org', data: {} };
  await db.incidentEvent.create({ data: { ...event, kind: 'acknowledged', at: new Date(began.getTime() + 120_000) } });
  await db.incidentEvent.create({ data: { ...event, kind: 'commented', at: began, data: { text: hostile } } });
});
afterAll(() => app.close());

async function storeOlder(endpointId: string, observation: ReturnType<typeof exampleObservation>): Promise<void> {
  await app.database
    .$executeRaw`UPDATE observation_span SET id = id || '-new', newest = true WHERE endpoint_id = ${endpointId}`;
  await storeObservation(app.database, endpointId, observation);
  await app.database
    .$executeRaw`UPDATE observation_span SET newest = false WHERE endpoint_id = ${endpointId} AND id NOT LIKE '%-new'`;
}

test('an incident shows how it stands, whom it hits, what changed when it began, and what can be done', async () => {
  const html = await incident('I1');
  expect(html).not.toContain('<script>alert');
  expect(html).not.toContain('\u202e');
  const text = textOf(html);
  for (const words of [
    ...['Firing', 'with operator@example.org', '3 accounts at risk', 'Reopened: here for the 2nd time'],
    ...['Before and after', 'What was said, byte by byte', 'Seen from', 'A probe saw it for the first time'],
    ...['Copy as a ticket', 'Silence it', 'Who takes care', 'See for yourself', 'Text for customers'],
  ]) {
    expect(text.toLowerCase()).toContain(words.toLowerCase());
  }
  expect(html).toContain('data-action="acknowledge"');
  expect(html).toContain('href="/incidents/I0"');
  expect(html).toContain('name="minutes"');
});

test('one that is over says what it took and asks for nothing any more', async () => {
  const html = await incident('I0');
  const text = textOf(html);
  expect(text).toMatch(
    /How it went It lasted 10 min 0 s Until it was found 0 s from the first sight.*Until somebody took it 2 min 0 s/,
  );
  expect(text).not.toMatch(/Silence it|Who takes care/);
  expect(html).not.toContain('data-action="acknowledge"');
  expect(html).not.toContain('<script>alert');
});

test('a viewer sees it without few accounts by number and without anything to press', async () => {
  const text = textOf(await incident('I1', 'viewer'));
  expect(text).toContain('&lt;5 accounts at risk');
  expect(text).not.toMatch(/Silence it|Who takes care|Probe now/);
});

test('the list is one plain form of ticks, filters stand in its address, and a viewer has no box', async () => {
  const html = await list({});
  expect(html).toMatch(/<form[^>]*aria-label="Acknowledge several"/);
  expect(html).toMatch(/<input type="checkbox"[^>]*value="I1"/);
  expect(html).not.toContain('value="I0"');
  expect(textOf(html)).toContain('given to operator@example.org');
  const narrow = await list({ state: 'resolved', host: 'mail.example.org' });
  expect(narrow).toContain('href="/incidents/export?state=resolved&amp;host=mail.example.org"');
  expect(narrow).toContain('href="/incidents/I0"');
  expect(textOf(await list({ host: 'nowhere.example' }))).toContain('Nothing fits what you ask for');
  expect(await list({}, 'viewer')).not.toContain('type="checkbox"');
});

describe('a silence in force', () => {
  const inAnHour = new Date(now.getTime() + 3_600_000);
  const hour = `${inAnHour.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

  async function silence(id: string, more: { readonly [key: string]: string | Date }): Promise<void> {
    const times = { createdAt: began, startsAt: began, endsAt: inAnHour };
    const data = { id, reason: `planned ${hostile}`, createdBy: 'ada@example.org', ...times, ...more };
    await app.database.silence.create({ data });
  }

  beforeEach(async () => {
    await app.database.silence.deleteMany();
  });

  test.each([
    ['the host', { host: 'mail.example.org' }, 'at mail.example.org'],
    ['all names below a domain', { host: '*.example.org' }, 'at *.example.org'],
    ['the code', { code: 'certificate-expiry' }, 'anywhere'],
  ])('for %s says until when, by whom, why and for what else, and who may ends it', async (_for, match, reach) => {
    await silence('S1', match);
    const html = await incident('I1');
    const text = textOf(html);
    expect(text).toContain(`Silenced until ${hour} by ada@example.org : planned &lt;script&gt;`);
    expect(html).not.toMatch(/<script>alert|\u202e/);
    expect(text).toMatch(/It is for more than this incident: .* Who ends it ends it for all of that/);
    expect(text).toContain(reach);
    expect(html).toMatch(/<input type="hidden" name="silenceId" value="S1"\/>/);
    const seen = await incident('I1', 'viewer');
    expect(textOf(seen)).toContain(`Silenced until ${hour} by`);
    expect(seen).not.toContain('silenceId');
    expect(textOf(await incident('I0'))).not.toContain('Silenced until');
  });

  test('is the one that lasts longest; what it hides comes forward once that was ended', async () => {
    await silence('S1', { incidentId: 'I1', reason: 'the CA is slow' });
    await silence('S2', { host: 'mail.example.org', endsAt: new Date(inAnHour.getTime() + 1000) });
    const both = textOf(await incident('I1'));
    expect(both).toContain('1 more silence is in force for it');
    expect(both).not.toContain('the CA is slow');
    const form = new FormData();
    form.set('silenceId', 'S2');
    const headers = (who: keyof typeof cookies) => ({ cookie: cookies[who], origin: publicUrl });
    const refused = await inRequest({ headers: headers('viewer') }, () => endSilenceAction(null, form));
    expect(refused).toMatchObject({ value: { ok: false } });
    const ended = await inRequest({ headers: headers('operator') }, () => endSilenceAction(null, form));
    expect(ended).toMatchObject({ value: { ok: true } });
    const left = textOf(await incident('I1'));
    expect(left).toContain(`Silenced until ${hour} by ada@example.org : the CA is slow`);
    expect(left).not.toMatch(/more than this incident|more silence/);
  });

  test('is none that was ended, is over, is still to come, or is for something else', async () => {
    const own = { incidentId: 'I1' };
    await silence('ended', { ...own, endedAt: began });
    await silence('over', { ...own, endsAt: new Date(now.getTime() - 1000) });
    await silence('planned', { ...own, startsAt: new Date(inAnHour.getTime() - 1000) });
    await silence('other', { host: 'mail.example.net' });
    await silence('narrow', { host: 'mail.example.org', code: 'certificate-name' });
    expect(textOf(await incident('I1'))).not.toContain('Silenced until');
  });

  test('stands in the history with its end, also where an alert was held back and nobody said why', async () => {
    const until = inAnHour.toISOString();
    const event = { incidentId: 'I1', kind: 'silenced', actor: 'latchwatch', at: began };
    const held = { because: 'silence', severity: 'error', until };
    const { id } = await app.database.incidentEvent.create({ data: { ...event, data: held } });
    await app.database.incidentEvent.create({ data: { ...event, data: { because: 'no-route', severity: 'error' } } });
    await app.database.incidentEvent.create({ data: { ...event, data: { reason: 'known', until } } });
    const { events } = await readIncidentHistory('I1');
    expect(events.map(({ note }) => note)).toEqual([`Until ${until}: known`, null, `Until ${until}`]);
    expect(events.at(-1)?.id).toBe(String(id));
    expect(textOf(await incident('I1'))).toMatch(new RegExp(`Nobody is told for now.*Until ${until} `));
  });
});

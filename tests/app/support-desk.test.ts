// First: it sets up what Next asks for when it is loaded.
import { inRequest } from '#tests/app/support/request-scope.ts';
import { isValidElement } from 'react';
import { pseudonymOf } from '#lib/census/pseudonym.ts';
import { askSupportAction } from '#app/_actions/support.ts';
import NoticePage from '#app/(console)/support/notice/page.tsx';
import { GET as getFile } from '#app/(console)/support/notice/file/route.ts';
import { listFeltIncidents, readNotices } from '#app/_queries/support-notice.ts';
import { readSupportHosts } from '#app/_queries/support-hosts.ts';
import type { SupportState } from '#components/support-lookup.tsx';
import { bearer, call, openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { renderPage } from '#tests/app/support/render-page.tsx';
import { seedDomain, seedIncident } from '#tests/app/support/seed.ts';
import { seedHolders } from '#tests/support/census.ts';

const key = Buffer.alloc(32, 7);
const account = 'kim@example.org';
const hostile = '<img src=x onerror=alert(1)>';
let app: ConsoleUnderTest;
let cookie: string;
let endpointId: string;

beforeAll(async () => {
  app = await openConsole();
  process.env['LATCHWATCH_PSEUDONYM_KEYS'] = key.toString('base64url');
  cookie = await app.session('operator');
  const now = new Date();
  ({ endpointId } = await seedDomain(app.database, 'example.org', now));
  const lastDay = new Date('2026-11-20');
  await seedHolders(app.database, [
    { account: 'placeholder', client: hostile, latched: ['tls-cert'], host: 'mail.example.org', lastDay },
    { account: 'placeholder', client: 'Quiet', service: 'pop3', host: 'mail.example.org', lastDay },
    { account: 'placeholder', client: 'Far', latched: ['tls12'], host: 'mail.elsewhere.example', lastDay },
  ]);
  await app.database.$executeRaw`UPDATE latch_holder SET account = ${pseudonymOf(key, account)}::uuid`;
  await seedIncident(app.database, {
    ...{ id: 'I1', state: 'firing', code: 'certificate-untrusted', title: hostile, endpointId },
    firstSeen: new Date('2026-11-26T14:05:00Z'),
  });
  await seedIncident(app.database, { id: 'I2', state: 'firing', code: 'tls-rpt-missing', host: 'example.org' });
  await seedIncident(app.database, { id: 'I3', state: 'suspect', code: 'unreachable' });
});
afterAll(() => app.close());

async function ask(typed: string): Promise<SupportState> {
  const form = new FormData();
  form.set('account', typed);
  let answer: SupportState = null;
  const outcome = await inRequest({ headers: { cookie, origin: publicUrl } }, async () => {
    answer = await askSupportAction(null, form);
  });
  if (outcome.how !== 'answered') throw new Error(`the action ${outcome.how}`, { cause: outcome });
  return answer;
}

test('the program that a broken latch keeps out comes first, with why; POP and what nobody watches are unknown', async () => {
  const state = await ask(account);
  if (state?.ok !== true) throw new Error(state?.message);
  const { programs, hosts, advice } = state.answer;
  expect(programs.map(({ name, outcome }) => [name, outcome])).toEqual([
    [hostile, 'refuses'],
    ['Quiet', 'unknown'],
    ['Far', 'unknown'],
  ]);
  expect(programs[0]?.reasons.join(' ')).toMatch(
    /will refuse to connect.*tls-cert at 192\.0\.2\.10: .*CERT_HAS_EXPIRED/,
  );
  expect(hosts.map(({ host, services }) => [host, services.map(({ port, word }) => [port, word])])).toEqual([
    ['mail.example.org', [[993, 'Critical']]],
    ['mail.elsewhere.example', []],
  ]);
  expect(advice[0]).toContain('nothing to do with your password');
});

test('an account without reports gets an answer that promises nothing, and one that cannot be read is refused', async () => {
  const state = await ask('stranger@example.org');
  if (state?.ok !== true) throw new Error(state?.message);
  expect(state.answer).toMatchObject({ programs: [], hosts: [] });
  expect(state.answer.advice[0]).toContain('says nothing about whether it can connect');
  expect(await ask('two\nlines')).toMatchObject({ ok: false });
  expect(await ask(' ')).toMatchObject({ ok: false });
});

test('that somebody looked is noted, and not at whom', async () => {
  const noted = await app.database.auditEntry.findMany({ where: { action: 'account.looked-up' } });
  expect(noted).toHaveLength(2);
  expect(JSON.stringify(noted, (_key, value: unknown) => (typeof value === 'bigint' ? '' : value))).not.toContain(
    'kim',
  );
});

test('what is old is unknown and says when it was seen', async () => {
  const old = new Date(Date.now() - 86_400_000);
  await app.database.endpoint.update({ where: { id: endpointId }, data: { lastProbedAt: old } });
  const state = await ask(account);
  if (state?.ok !== true) throw new Error(state?.message);
  expect(state.answer.programs.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown']);
  const [host] = state.answer.hosts;
  expect(host?.services).toEqual([
    { serviceName: 'IMAP', port: 993, lookedAt: old.getTime(), tone: 'unknown', word: 'Stale, was: critical' },
  ]);
});

test('a status page that lies where the mail servers do is warned of', async () => {
  const params = { host: 'mail.example.org', faults: [`https://status.example.org/: at 192.0.2.10`] };
  const data = { id: 'F1', fingerprint: 'F1', code: 'status-url-shared-fate', verdict: 'warn', endpointId, params };
  await app.database.finding.create({ data: { ...data, firstSeen: new Date(), lastSeen: new Date() } });
  const [host] = await readSupportHosts(['mail.example.org'], new Date());
  expect(host?.statusFaults).toEqual([expect.stringMatching(/hosted on what it reports about.*https:\/\/status/)]);
});

test('the text for customers is of what they notice alone, for an incident and for a host', async () => {
  expect((await listFeltIncidents(10)).map(({ id }) => id)).toEqual(['I1']);
  const now = new Date('2026-11-26T15:00:00Z');
  for (const asked of [
    { incident: 'I1', host: null },
    { incident: null, host: 'MAIL.example.org' },
  ]) {
    const [subject] = (await readNotices(asked, now)) ?? [];
    if (subject?.said.kind !== 'text') throw new Error('no text');
    const { isFelt, notice } = subject.said;
    expect([subject.host, isFelt]).toEqual(['mail.example.org', true]);
    expect(notice.paragraphs).toContain('This is about reading mail.');
    expect(notice.paragraphs.join(' ')).toContain('Since: 26 November 2026, 14:05 UTC.');
  }
  for (const incident of ['I3', 'nowhere']) expect(await readNotices({ incident, host: null }, now)).toBeNull();
  expect(await readNotices({ incident: null, host: hostile }, now)).toBeNull();
});

test('the page has a text of what is known to be at fault, and none to copy of what nobody watches', async () => {
  const show = async (host: string): Promise<string> => {
    const searchParams = Promise.resolve({ host });
    const outcome = await inRequest({ headers: { cookie } }, () => NoticePage({ searchParams }));
    if (outcome.how !== 'answered' || !isValidElement(outcome.value)) throw new Error(outcome.how);
    return renderPage(outcome.value);
  };
  expect(await show('mail.example.org')).toMatch(/<textarea.*problem with the mail server.*format=html/s);
  const html = await show('mail.elsewhere.example');
  expect(html).toContain('Nobody watches a mail server of this name');
  expect(html).not.toMatch(/<textarea|format=|no known problem|notice nothing/);
});

test('the files have the text and nothing of the title that a stranger wrote', async () => {
  const headers = bearer(await app.token('incidents:read'));
  const get = (query: string) => call(getFile, { headers, path: `/support/notice/file?${query}` });
  const html = await get('incident=I1&host=mail.example.org&format=html');
  expect(html.headers.get('content-disposition')).toBe('attachment; filename="mail-status.html"');
  const page = await html.text();
  expect(page).toContain('<h1>mail.example.org: problem with the mail server</h1>');
  expect(page).not.toMatch(/<img|<script|onerror/);
  expect(await (await get('host=mail.example.org')).text()).toMatch(/^mail\.example\.org: problem/);
  expect((await get('incident=I1&host=other.example')).status).toBe(404);
  expect((await get(`host=${encodeURIComponent(hostile)}`)).status).toBe(404);
  expect((await get('')).status).toBe(422);
});

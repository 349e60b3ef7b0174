// First: Next's own parts look for what it sets up when they are loaded.
import { inRequest } from '#tests/app/support/request-scope.ts';
import { isValidElement } from 'react';
import ComparePage from '#app/(console)/endpoints/[id]/compare/page.tsx';
import EndpointPage from '#app/(console)/endpoints/[id]/page.tsx';
import type { Role } from '#lib/model/role.ts';
import { openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { renderPage } from '#tests/app/support/render-page.tsx';
import { seedHolders } from '#tests/support/census.ts';
import { dayMs, issueCertificate, testNow } from '#tests/support/certificates.ts';
import { createEngine } from '#tests/support/engine.ts';
import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testPki,
  trustedTls,
} from '#tests/support/observations.ts';

let app: ConsoleUnderTest;
let endpointId: string;
const cookies = new Map<Role, string>();
const [first, second] = testAddresses;

const hostile = '* OK <img src=x onerror=alert(1)> \u202egnp.exe';
/** The second address still shows the certificate before the last renewal. */
const old = issueCertificate({
  commonName: 'mail.example.org',
  dnsNames: ['mail.example.org'],
  issuer: testPki.intermediate,
  notAfter: testNow + 3 * dayMs,
});
const uneven = changeSessions(healthyEndpoint(), (_session, index) => ({
  transcript: [{ from: 'server', text: hostile, atMs: 3 }],
  ...(index === 1 ? { tls: trustedTls([old, testPki.intermediate]) } : {}),
}));

beforeAll(async () => {
  app = await openConsole();
  const engine = createEngine(app.database);
  ({ endpointId } = await engine.watch());
  for (const [index, observation] of [
    failSessions(uneven, { stage: 'connect', reason: 'refused' }),
    uneven,
  ].entries()) {
    const finishedAt = observation.finishedAt + index * 60_000;
    engine.sight.endpoint = () => ({ ...observation, finishedAt });
    await engine.runAll('probe');
  }
  await app.database.task.deleteMany();
  for (const role of ['viewer', 'operator'] as const) cookies.set(role, await app.session(role));
});
afterAll(async () => {
  await app.close();
});

async function show(page: () => Promise<unknown>, role: Role = 'operator'): Promise<string> {
  const headers = { cookie: cookies.get(role) ?? '', origin: publicUrl };
  const outcome = await inRequest({ headers }, page);
  if (outcome.how === 'threw') throw outcome.error;
  if (outcome.how !== 'answered' || !isValidElement(outcome.value)) throw new Error(outcome.how);
  return renderPage(outcome.value);
}

const params = (): Promise<{ readonly id: string }> => Promise.resolve({ id: endpointId });
const endpointPage = (role?: Role): Promise<string> => show(() => EndpointPage({ params: params() }), role);
const textOf = (html: string): string => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

test('shows both families, each address with its steps, and which of them shows the old certificate', async () => {
  const html = await endpointPage();
  const text = textOf(html);
  expect(text).toContain(`IPv4 ${first} IPv6 ${second}`);
  expect(text).toMatch(/1 of 2 addresses shows another certificate \([^)]+\): valid until/);
  for (const step of ['Connect', 'Greeting', 'Implicit TLS', 'Cipher', 'Certificate chain', 'TLSA', 'DEEP status']) {
    expect(text).toContain(step);
  }
  expect(html).toContain(`id="transcript-${first}"`);
  expect(text).toContain('3 1 1 ');
});

test('shows the bytes, escaped and in hex, and nothing of a stranger as markup', async () => {
  const html = await endpointPage();
  expect(html).not.toContain('<img');
  expect(html).toContain('U+202E');
  expect(textOf(html)).toContain('000000 2a 20 4f 4b');
});

test('never says that nobody holds a latch where nobody could tell', async () => {
  expect(textOf(await endpointPage())).toContain('No login to this host was reported');
  const lastDay = new Date(testNow);
  await seedHolders(app.database, [{ account: 'a', client: 'Mail', latched: ['tls12'], lastDay }]);
  expect(textOf(await endpointPage())).toContain('so nobody knows who holds what here');
});

test('offers to look again only to who may', async () => {
  expect(await endpointPage('operator')).toContain('data-action="probe"');
  expect(await endpointPage('viewer')).not.toContain('data-action="probe"');
});

test('compares the latest run with the one before it changed, and says what was found meanwhile', async () => {
  const html = await show(() => ComparePage({ params: params(), searchParams: Promise.resolve({}) }));
  const text = textOf(html);
  expect(text).toContain('refused at connect');
  expect(text).toContain('worked to the end');
  expect(text).toContain('Not seen in one of them');
  expect(html).toMatch(/<input type="radio"[^>]*name="before"/);
});

test('a run that is not kept any more is said to be so', async () => {
  const searchParams = Promise.resolve({ before: '2001-01-01T00:00:00Z' });
  const text = textOf(await show(() => ComparePage({ params: params(), searchParams })));
  expect(text).toContain('No run from before 2001-01-01 00:00:00 UTC is kept');
  expect(text).not.toContain('What differs');
});

// First: Next expects AsyncLocalStorage as a global, which its own server sets up.
import 'next/dist/server/node-environment-baseline.js';
import { endpointKey } from '#lib/model/endpoint.ts';
import type { SetupSight } from '#lib/setup/judge-setup.ts';
import type { SetupStep } from '#lib/setup/setup-step.ts';
import SetupPage from '#app/(console)/setup/page.tsx';
import { monitorSetupAction, setUpSourceAction, startSetupAction } from '#app/_actions/setup-runs.ts';
import { openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { renderPage } from '#tests/app/support/render-page.tsx';
import { inRequest, type Outcome } from '#tests/app/support/request-scope.ts';
import { memberOf } from '#tests/support/member-of.ts';
import { testNow } from '#tests/support/certificates.ts';
import { createEngine } from '#tests/support/engine.ts';
import { failSessions, healthyDomain, healthyEndpoint } from '#tests/support/observations.ts';

let app: ConsoleUnderTest;
let operator: Readonly<Record<string, string>>;
let administrator: Readonly<Record<string, string>>;

beforeAll(async () => {
  app = await openConsole();
  operator = { cookie: await app.session('operator'), origin: publicUrl };
  administrator = { cookie: await app.session('administrator'), origin: publicUrl };
});
afterAll(() => app.close());

function form(fields: readonly (readonly [string, string])[]): FormData {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  return data;
}

const post = (
  action: (state: null, data: FormData) => Promise<unknown>,
  fields: readonly (readonly [string, string])[],
  headers = operator,
): Promise<Outcome> => inRequest({ headers }, () => action(null, form(fields)));

async function show(path: string, headers = operator): Promise<string> {
  const run = new URL(path, publicUrl).searchParams.get('run');
  const searchParams = Promise.resolve(run === null ? {} : { run });
  const outcome = await inRequest({ headers }, async () => renderPage(await SetupPage({ searchParams })));
  if (outcome.how !== 'answered' || typeof outcome.value !== 'string') throw new Error(JSON.stringify(outcome));
  return outcome.value;
}

async function start(domain: string): Promise<string> {
  const outcome = await post(startSetupAction, [['name', domain]]);
  if (outcome.how !== 'redirected') throw new Error(JSON.stringify(outcome));
  return outcome.to;
}

const step: SetupStep = {
  ...{ key: 'MX', group: 'records', subject: 'bad\u202e<b>.example MX', state: 'found', text: '10 mx.example.org' },
  ...{ guess: false, tookMs: 12 },
};
const named = healthyEndpoint();
const hidden = failSessions(healthyEndpoint({ ...named.endpoint, port: 1993 }), {
  stage: 'connect',
  reason: 'blocked',
  said: '192.0.2.1 is not public',
});
const sight: SetupSight = {
  domain: healthyDomain(),
  dnssec: 'secure',
  looks: [named, hidden].map((observation) => ({
    found: { target: observation.endpoint, origin: 'srv', priority: 0, weight: 1 },
    observation,
  })),
  steps: [step, { ...step, key: 'TLSA', subject: '_993._tcp TLSA', state: 'unknown', text: 'no answer in time' }],
  durationMs: 4200,
  cutShort: false,
};

async function look(): Promise<void> {
  const engine = createEngine(app.database);
  engine.clock.set(testNow);
  engine.sight.explore = (_domain, tell) => {
    sight.steps.forEach(tell);
    return Promise.resolve(sight);
  };
  await engine.runDue('setup');
}

test('without scripts: one field, a page that loads itself anew, the verdict, one click', async () => {
  expect(await show('/setup')).toMatch(/<input[^>]*name="name"/);
  const path = await start('  Example.ORG ');
  expect(path).toMatch(/^\/setup\?run=[0-9a-f-]{36}$/);
  expect(await show(path)).toMatch(/<noscript><meta http-equiv="refresh" content="2"\/?><\/noscript>/);
  expect(await show(path)).toContain('No worker is alive');
  await look();
  const page = await show(path);
  expect(page).not.toContain('http-equiv');
  expect(page).toContain('Monitor these 2 endpoints');
  expect(page.match(/type="checkbox"/g)).toHaveLength(2);
  expect(page.match(/checked=""/g)).toHaveLength(2);
  const run = new URL(path, publicUrl).searchParams.get('run') ?? '';
  const outcome = await post(monitorSetupAction, [
    ['runId', run],
    ['endpoint', endpointKey(named.endpoint)],
  ]);
  expect(outcome).toEqual({ how: 'redirected', to: path });
  const links = await app.database.domainEndpoint.findMany({
    where: { domain: { name: 'example.org' }, removedAt: null },
  });
  expect(links).toHaveLength(1);
  expect(await show(path)).toContain('is watched from now on');
});

test('the verdict says what is private, what is unknown, and shows what strangers wrote as text', async () => {
  const path = await start('second.example');
  await look();
  const page = await show(path);
  expect(page).toContain('LATCHWATCH_ALLOW_ADDRESSES=<!-- -->192.0.2.1/32,2001:db8::1/128');
  expect(page).toContain('no answer in time');
  expect(page).toContain('U+202E');
  expect(page).toContain('&lt;b&gt;');
  expect(page).not.toContain('\u202e');
});

test('what follows is told by role: an operator sees how alerts and reports stand, an administrator can set them up', async () => {
  const run = await app.database.setupRun.findFirstOrThrow({ where: { domain: 'example.org' } });
  const seen = await show(`/setup?run=${run.id}`);
  expect(seen).toContain('No way out for alerts');
  expect(seen).toContain('An administrator can make a source');
  expect(await show(`/setup?run=${run.id}`, administrator)).toContain('Make a source');
  const made = await post(
    setUpSourceAction,
    [
      ['name', 'Dovecot'],
      ['addresses', '192.0.2.1'],
    ],
    administrator,
  );
  expect(memberOf(memberOf(made, 'value'), 'token')).toMatch(/^lws_/);
  expect(await show(`/setup?run=${run.id}`)).toContain('Waiting for the first report');
});

test.each([
  ['', /^Enter a mail domain/],
  ['example.org"><script>', /cannot contain/],
  ['a\u202eb.example', /control characters/],
  [`${'a'.repeat(300)}.example`, /long/],
])('the name %j is refused in a sentence', async (name, says) => {
  const outcome = await post(startSetupAction, [['name', name]]);
  expect(memberOf(memberOf(outcome, 'value'), 'message')).toMatch(says);
});

test('an address that names no run is not found', async () => {
  for (const run of ['none', '00000000-0000-0000-0000-000000000000', "'; DROP TABLE setup_run --"]) {
    const searchParams = Promise.resolve({ run });
    expect(await inRequest({ headers: operator }, () => SetupPage({ searchParams }))).toEqual({ how: 'not-found' });
  }
});

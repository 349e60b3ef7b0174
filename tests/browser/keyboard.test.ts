import type { EndpointTarget } from '#lib/model/endpoint.ts';
import { addDomain } from '#prisma/commands/domains.ts';
import { addEndpoint } from '#prisma/commands/endpoints.ts';
import { fillConsole } from '#tests/support/console-content.ts';
import { startConsoleWorld, type ConsolePage, type ConsoleWorld } from '#tests/support/console-world.ts';
import { createEngine } from '#tests/support/engine.ts';
import { follow, readFocus, tabTo, typeInto } from '#tests/support/keyboard.ts';
import { changeSessions, healthyDomain, healthyEndpoint } from '#tests/support/observations.ts';

/* What people do most, by keyboard alone: no step here has a pointer. */

let world: ConsoleWorld;
let administrator: ConsolePage;

beforeAll(async () => {
  world = await startConsoleWorld();
  await fillConsole(world.database);
  administrator = await world.open('administrator');
});
afterAll(() => world.close());
afterEach(() => expect(administrator.problems).toEqual([]));

const main = () => administrator.page.getByRole('main');

it('finds what broke, and takes it', async () => {
  const { page } = administrator;
  await page.goto('/');
  await follow(page, /^Skip to content$/);
  await follow(page, /^Certificate of (mail|submit)\.example\.org expired/);
  await page.waitForURL(/\/incidents\/\w+$/);
  await main()
    .getByText(/expected/i)
    .first()
    .waitFor();
  await follow(page, /^Skip to content$/);
  await follow(page, /^Acknowledge/);
  await main()
    .getByText(/acknowledged/i)
    .first()
    .waitFor();
});

it('plans a change', async () => {
  const { page } = administrator;
  await page.goto('/');
  await follow(page, /^Planner/);
  await page.waitForURL(/\/plan$/);
  await follow(page, /^Skip to content$/);
  await follow(page, /TLS versions|Switch.* TLS/i);
  await page.waitForURL(/op=disable_tls/);
  await follow(page, /^Skip to content$/);
  await typeInto(page, /^Hosts/, 'mail.example.org');
  for (const version of [/1\.0/, /1\.1/]) {
    await tabTo(page, version);
    await page.keyboard.press('Space');
  }
  await follow(page, /^What would happen\?$/);
  await page.waitForURL(/hosts=mail\.example\.org/);
  await main()
    .getByText(/would be locked out/)
    .first()
    .waitFor();
});

/** Watches one endpoint, of no domain's records. Gives its id. */
async function watchAlone(target: EndpointTarget): Promise<string> {
  const now = new Date();
  return world.database.$transaction(async (tx) => {
    const { domainId } = await addDomain(tx, { name: target.host, actor: 'test', now });
    return (await addEndpoint(tx, { domainId, target, now })).endpointId;
  });
}

/** What a worker does with a domain that somebody typed in: two servers are found, and both answer. */
async function lookAtDomain(domain: string): Promise<void> {
  const engine = createEngine(world.database);
  engine.clock.set(Date.now());
  const targets = [
    { service: 'imap', tlsMode: 'implicit', host: `mail.${domain}`, port: 993 },
    { service: 'submission', tlsMode: 'implicit', host: `mail.${domain}`, port: 465 },
  ] as const;
  engine.sight.explore = () =>
    Promise.resolve({
      domain: { ...healthyDomain(), domain },
      dnssec: 'secure',
      looks: targets.map((target) => ({
        found: { target, origin: 'srv', priority: 0, weight: 1 },
        observation: healthyEndpoint(target),
      })),
      ...{ steps: [], durationMs: 4200, cutShort: false },
    });
  expect(await engine.runDue('setup')).toBe(1);
}

it('adds a domain', async () => {
  const { page } = administrator;
  await page.goto('/');
  await follow(page, /^Domains/);
  await page.waitForURL(/\/domains$/);
  await follow(page, /^Skip to content$/);
  await typeInto(page, /^Mail domain/, 'new.example');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/setup\?run=/);
  await page.getByRole('heading', { name: 'Looking at new.example' }).waitFor();
  await lookAtDomain('new.example');
  await page.getByRole('button', { name: 'Monitor these 2 endpoints' }).waitFor();
  await follow(page, /^Skip to content$/);
  await follow(page, /^Monitor these 2 endpoints$/);
  await main().getByText('new.example is watched from now on.').waitFor();
  const watched = { domains: { some: { domain: { name: 'new.example' }, removedAt: null } } };
  expect(await world.database.endpoint.count({ where: watched })).toBe(2);
});

it('makes a token', async () => {
  const { page } = administrator;
  await page.goto('/');
  await follow(page, /^Settings/);
  await page.waitForURL(/\/settings$/);
  await follow(page, /^Skip to content$/);
  await follow(page, /^Tokens/);
  await page.waitForURL(/\/settings\/tokens$/);
  await follow(page, /^Skip to content$/);
  await typeInto(page, /^Who uses it/, 'poller');
  await tabTo(page, /^incidents:read$/);
  await page.keyboard.press('Space');
  await follow(page, /^Make the token$/);
  const shown = main()
    .getByText(/lw_[\w-]{20,}/)
    .first();
  await shown.waitFor();
  expect(await readFocus(page)).toMatchObject({ isInWindow: true });
  expect(await world.database.apiToken.count({ where: { name: 'poller', scopes: { has: 'incidents:read' } } })).toBe(1);
});

it('acts on the first key, although its script is fetched only then', async () => {
  const { page } = administrator;
  await page.goto('/incidents');
  await page.getByText('Live', { exact: true }).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  const row = page.locator('[data-row]:focus, [data-row]:has(:focus)');
  await row.waitFor();
  const focused = await readFocus(page);
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys' });
  await help.getByText('Row before').waitFor();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'detached' });
  expect((await readFocus(page)).name).toBe(focused.name);
});

it('goes from page to page by links and by search without loading the console anew', async () => {
  const { page } = administrator;
  await page.goto('/');
  await page.getByText('Live', { exact: true }).waitFor();
  await page.evaluate(() => document.documentElement.toggleAttribute('data-of-the-first-page', true));
  await follow(page, /^Domains/);
  await page.waitForURL(/\/domains$/);
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox', { name: /^Search/ }).fill('planner');
  await page.getByRole('option', { name: /^Planner/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/plan$/);
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(await page.locator('html[data-of-the-first-page]').count()).toBe(1);
  expect(await page.locator('[data-followed]').count()).toBe(0);
});

it('slides from run to run of an endpoint', async () => {
  const { page } = administrator;
  const target = { service: 'imap', tlsMode: 'implicit', host: 'slides.example.org', port: 993 } as const;
  const engine = createEngine(world.database);
  engine.clock.set(Date.now());
  const endpointId = await watchAlone(target);
  const starts = [3, 2, 1].map((ago) => engine.clock.now() - ago * 60_000);
  for (const [index, at] of starts.entries()) {
    const seen = changeSessions(healthyEndpoint(target), ({ tls }) => ({
      tls: tls === null ? null : { ...tls, version: index % 2 === 0 ? 'TLSv1.3' : 'TLSv1.2' },
    }));
    engine.sight.probe = () => ({ ...seen, vantage: 'local', startedAt: at - 1000, finishedAt: at });
    await world.database.task.update({
      where: { kind_ref: { kind: 'probe', ref: endpointId } },
      data: { dueAt: new Date(0) },
    });
    await engine.runDue('probe');
  }
  const [oldest = '', between = '', newest = ''] = starts.map((at) => new Date(at).toISOString());
  await page.goto(`/endpoints/${endpointId}/compare`);
  const differs = main().getByRole('heading', { name: 'What differs' });
  await differs.waitFor();
  await tabTo(page, /^Before$/);
  expect(await page.getByRole('slider', { name: 'Before' }).getAttribute('aria-valuetext')).toBe(between);
  await page.keyboard.press('ArrowLeft');
  await page.waitForURL((url) => url.searchParams.get('before') === oldest && url.searchParams.get('after') === newest);
  // The knob stays in the hand, and the page speaks of the older run.
  expect((await readFocus(page)).name).toBe('Before');
  await main().locator(`input[name=before][value='${oldest}']:checked`).waitFor();
  await page.keyboard.press('End');
  await page.waitForURL((url) => url.searchParams.get('before') === newest);
});
